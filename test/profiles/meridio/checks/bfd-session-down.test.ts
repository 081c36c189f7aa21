import { describe, expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bfd-session-down.ts'
import { birdVersions, recordingsOf } from '../../../parsers/bird-recordings.ts'
import { say } from '../recorded-trench.ts'
import { type GatewaySpec, situation } from './bird-situation.ts'
import { change, kube } from './kube.ts'

const bgp = (peer: string) => `; the gateway needs: peer ${peer} AS 8103, own AS 4248829953, port 10179, hold time 24 s, BFD 300/300 ms x 5, no password`
const fixed = (address: string, peer: string) => `; the gateway needs: address ${address}, BFD 300/300 ms x 5 with ${peer}`
const down = 'is Down, we hear nothing of it'
const init = 'is Init, we hear the gateway and it does not hear us'

/** What the session with the IPv4 and the IPv6 gateway is; null = Up, `missing` = not there. */
const sessions: readonly (readonly [string, GatewaySpec, string | null, string | null])[] = [
  ['bfd-admin-down', {}, down, down],
  ['bfd-init', {}, init, init],
  ['bfd-lost', {}, down, down],
  ['bfd-never-up', {}, down, down],
  ['bfd-one-way', {}, down, down],
  ['bfd-slow-timers', {}, null, null],
  ['bgp-no-fe-address', {}, 'missing', null],
  ['bgp-v4-down-v6-up', {}, down, null],
  ['healthy-bgp-bfd', {}, null, null],
  ['iface-missing', {}, 'missing', 'missing'],
  ['link-down-fe', {}, 'missing', 'missing'],
  ['healthy-static-bfd', { protocol: 'static' }, null, null],
  ['static-bfd-down', { protocol: 'static' }, down, down],
  ['static-bfd-lost', { protocol: 'static' }, down, down],
  ['static-bfd-v4-down', { protocol: 'static' }, down, null],
]
const cases = birdVersions.flatMap(version => {
  const recorded = new Set(recordingsOf(version).map(({ situation: name }) => name))
  return sessions.filter(([name]) => recorded.has(name)).map(row => [version, ...row] as const)
})

describe('recorded situations', () => {
  test.each(cases)('BIRD %s, %s', async (version, name, spec, v4, v6) => {
    const text = (gateway: string, address: string, peer: string, state: string | null) => {
      const needs = spec.protocol === 'static' ? fixed(address, peer) : bgp(peer)
      return state === null ? [] : [`lb-1: ${state === 'missing' ? `no BFD session with ${gateway} (${address})` : `the BFD session with ${gateway} (${address}) ${state}`}${needs}`]
    }
    expect(await say(check, situation(version, name, spec))).toEqual([
      ...text('gateway-v4-a', '169.254.100.150', '169.254.100.1', v4),
      ...text('gateway-v6-a', '100:100::150', '100:100::1', v6),
    ])
  })

  test('gateways without BFD need no session', async () => {
    const reason = 'lb-1: not-applicable: no gateway of the attractor has BFD'
    expect(await say(check, situation('2.0.12', 'healthy-bgp-nobfd', { bfd: false }))).toEqual([reason])
    expect(await say(check, situation('3.1.7', 'healthy-static-nobfd', { protocol: 'static', bfd: false }))).toEqual([reason])
  })
})

describe('the recorded trench', () => {
  test.each(['', 'bird-2.0.8', 'bird-3.1.4'])('healthy %s', async variant => {
    expect(await say(check, variant === '' ? {} : { variant })).toEqual([])
  })

  test.each(['bird-2.0.8-gateway-down', 'bird-3.1.4-gateway-down'])('%s', async variant => {
    expect((await say(check, { variant })).map(text => text.split(';')[0])).toEqual([
      'lb-1: the BFD session with gateway1 (169.254.101.254) is Down, we hear nothing of it',
      'lb-1: the BFD session with gateway2 (1000::1:a9fe:65fe) is Down, we hear nothing of it',
    ])
  })

  test('a session switched off on our side says so', async () => {
    const said = await say(check, { edit: { pod: 'lb-2', command: 'birdc show bfd sessions', from: /(169\.254\.101\.254 +nsm-1 +)Up {7}/, to: '$1AdminDown' } })
    expect(said.map(text => text.split(';')[0])).toEqual(['lb-2: the BFD session with gateway1 (169.254.101.254) is AdminDown, switched off on our side'])
  })

  test('of two gateways only the one with BFD is asked for', async () => {
    const world = kube(change('gateways', 'gateway2', spec => { delete spec['bgp'].bfd }))
    expect((await say(check, { ...world, fault: 'f14-gateway-down' })).map(text => text.split(';')[0])).toEqual(['lb-1: the BFD session with gateway1 (169.254.101.254) is Down, we hear nothing of it'])
  })

  test('BIRD that does not answer, and a pod nobody can enter, are unknown', async () => {
    expect(await say(check, { fault: 'f37-bird-killed', gone: ['lb-2'] })).toEqual([
      'lb-1: unknown: bird-bfd: birdc show bfd sessions: Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused',
      'lb-2: unknown: bird-bfd: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull',
    ])
  })
})
