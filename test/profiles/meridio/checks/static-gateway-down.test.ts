import { describe, expect, test } from 'vitest'
import check from '#profiles/meridio/checks/static-gateway-down.ts'
import { birdVersions, recordingsOf } from '../../../parsers/bird-recordings.ts'
import { say } from '../recorded-trench.ts'
import { situation } from './bird-situation.ts'

const v4 = 'lb-1: NBR-gateway-v4-a (169.254.100.150) gives no route: its BFD session is not up, or its address is not on the external interface\'s network; the gateway needs: address 169.254.100.150, BFD 300/300 ms x 5 with 169.254.100.1'
const v6 = 'lb-1: NBR-gateway-v6-a (100:100::150) gives no route: its BFD session is not up, or its address is not on the external interface\'s network; the gateway needs: address 100:100::150, BFD 300/300 ms x 5 with 100:100::1'

const cases = birdVersions.flatMap(version => {
  const recorded = new Set(recordingsOf(version).map(({ situation: name }) => name))
  return ([['healthy-static-bfd', []], ['static-bfd-down', [v4, v6]], ['static-bfd-lost', [v4, v6]], ['static-bfd-v4-down', [v4]]] as const)
    .filter(([name]) => recorded.has(name)).map(([name, texts]) => [version, name, texts] as const)
})

describe('recorded situations', () => {
  test.each(cases)('BIRD %s, %s', async (version, name, texts) => {
    expect(await say(check, situation(version, name, { protocol: 'static' }))).toEqual(texts)
  })

  test.each(['healthy-static-nobfd', 'static-nobfd-dead-gw'])('%s: without BFD the route is in use, whoever is there', async name => {
    expect(await say(check, situation('2.0.12', name, { protocol: 'static', bfd: false }))).toEqual([])
  })

  test('without BFD only the address can be wrong', async () => {
    expect((await say(check, situation('2.0.12', 'static-bfd-v4-down', { protocol: 'static', bfd: false }))).slice(0, 1)).toEqual([
      'lb-1: NBR-gateway-v4-a (169.254.100.150) gives no route: its address is not on the external interface\'s network; the gateway needs: address 169.254.100.150, no BFD',
    ])
  })

  test('a protocol disabled by hand says so', async () => {
    const world = situation('2.0.12', 'healthy-static-bfd', { protocol: 'static' })
    const synthetic: typeof world.synthetic = (pod, argv) => {
      const answer = world.synthetic?.(pod, argv)
      return answer && { ...answer, stdout: answer.stdout.replace(/(NBR-gateway-v4-a Static +master4 +)up {4}/, '$1down  ') }
    }
    expect(await say(check, { ...world, synthetic })).toEqual(['lb-1: NBR-gateway-v4-a (169.254.100.150) is down: disabled by hand on our side'])
  })

  test('a gateway that BIRD still has as BGP is not judged here', async () => {
    expect(await say(check, situation('2.0.12', 'bgp-connection-refused', { protocol: 'static' }))).toEqual([])
  })

  test.each([['bird-killed-stale-socket', 'Connection refused'], ['bird-not-running', 'No such file or directory']])('%s is unknown', async (name, words) => {
    expect(await say(check, situation('3.1.7', name, { protocol: 'static' }))).toEqual([`lb-1: unknown: bird-protocols: birdc show protocols all: Unable to connect to server control socket (/var/run/bird/bird.ctl): ${words}`])
  })
})

test('a trench with BGP gateways has none', async () => {
  const reason = 'not-applicable: the attractor has no static gateway'
  expect(await say(check)).toEqual([`lb-1: ${reason}`, `lb-2: ${reason}`])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect((await say(check, { gone: ['lb-2'] }))[1]).toBe('lb-2: unknown: bird-protocols: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull')
})
