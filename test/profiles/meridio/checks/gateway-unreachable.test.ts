import { describe, expect, test } from 'vitest'
import check from '#profiles/meridio/checks/gateway-unreachable.ts'
import { pings, say, type World } from '../recorded-trench.ts'
import { type GatewaySpec, situation } from './bird-situation.ts'
import { change, kube } from './kube.ts'

const silent = pings(['169.254.101.254', '1000::1:a9fe:65fe'])
const neighbour = (state: string, pod = 'lb-1') => ({ edit: { pod, command: 'ip -j -s neigh', from: /("dst":"169\.254\.101\.254","dev":"nsm-1",.*?)"state":\["REACHABLE"\]/, to: `$1"state":["${state}"]` } })

/** A situation of BIRD in which no gateway answers a ping. */
function mute(name: string, spec?: GatewaySpec): World {
  const world = situation('2.0.12', name, spec)
  const ping = pings(['169.254.100.150', '100:100::150'])
  return { ...world, synthetic: (pod, argv) => world.synthetic?.(pod, argv) ?? ping(pod, argv) }
}

describe('gateways that are there', () => {
  test.each(['', 'bird-2.0.8', 'bird-3.1.4'])('healthy %s', async variant => {
    expect(await say(check, { ...(variant !== '' && { variant }), synthetic: pings() })).toEqual([])
  })

  test('a gateway that ignores pings is alive by BFD and BGP', async () => {
    expect(await say(check, { synthetic: silent })).toEqual([])
  })

  test.each(['bgp-wrong-peer-asn', 'bgp-wrong-local-asn', 'bgp-unacceptable-hold', 'bgp-missing-capability'])('%s: BFD is up whatever BGP says', async name => {
    expect((await say(check, mute(name))).filter(text => text.includes('v4'))).toEqual([])
  })

  test.each(['bgp-connection-refused', 'bgp-gw-no-connect', 'bgp-gw-admin-shutdown', 'bgp-opensent'])('%s: who answers TCP or BGP, even with a no, is there', async name => {
    expect(await say(check, mute(name, { bfd: false }))).toEqual([])
  })
})

describe('gateways that are not', () => {
  test('the recorded gateway is down and ARP fails', async () => {
    expect(await say(check, { fault: 'f14-gateway-down', synthetic: silent, ...neighbour('FAILED') })).toEqual([
      'lb-1: gateway gateway1 (169.254.101.254) does not answer on nsm-1: neighbour FAILED',
      'lb-1: gateway gateway2 (1000::1:a9fe:65fe) does not answer a ping, and nothing else shows it alive',
    ])
  })

  test.each(['FAILED', 'INCOMPLETE'])('neighbour %s counts without a ping, but not against BFD', async state => {
    expect(await say(check, { fault: 'f14-gateway-down', synthetic: pings(), ...neighbour(state) })).toEqual([`lb-1: gateway gateway1 (169.254.101.254) does not answer on nsm-1: neighbour ${state}`])
    expect(await say(check, { synthetic: pings(), ...neighbour(state) })).toEqual([])
  })

  test('who says so is told', async () => {
    const synthetic: World['synthetic'] = (pod, argv) => (argv.at(-1) === '169.254.101.254' ? { stdout: '169.254.101.254 is unreachable\nICMP Host Unreachable from 169.254.101.1 for ICMP Echo sent to 169.254.101.254\n', exitCode: 1 } : pings()(pod, argv))
    expect(await say(check, { fault: 'f14-gateway-down', synthetic })).toEqual(['lb-1: gateway gateway1 (169.254.101.254) does not answer a ping (ICMP Host Unreachable), and nothing else shows it alive'])
  })

  test.each(['bfd-lost', 'bgp-no-such-host', 'bgp-gw-frozen-bfd', 'bgp-md5-mismatch', 'bgp-hold-expired'])('%s, with BFD down', async name => {
    const down = mute(name)
    const synthetic: World['synthetic'] = (pod, argv) => {
      const answer = down.synthetic?.(pod, argv)
      return answer && { ...answer, ...(argv.includes('bfd') && { stdout: answer.stdout.replace(/ Up /g, ' Down ') }) }
    }
    expect(await say(check, { ...down, synthetic })).toEqual([
      'lb-1: gateway gateway-v4-a (169.254.100.150) does not answer a ping, and nothing else shows it alive',
      'lb-1: gateway gateway-v6-a (100:100::150) does not answer a ping, and nothing else shows it alive',
    ])
  })

  test('the address moved to another interface is no neighbour on the external one', async () => {
    expect(await say(check, { synthetic: pings(), edit: { pod: 'lb-1', command: 'ip -j -s neigh', from: '"dst":"169.254.101.254","dev":"nsm-1"', to: '"dst":"169.254.101.254","dev":"eth0"' } })).toEqual([])
  })
})

describe('a static gateway without BFD', () => {
  const plain = { protocol: 'static', bfd: false } as const

  test('that is dead looks healthy to BIRD', async () => {
    expect(await say(check, mute('static-nobfd-dead-gw', plain))).toEqual([
      'lb-1: gateway gateway-v4-a (169.254.100.150) does not answer a ping, and nothing else shows it alive',
      'lb-1: gateway gateway-v6-a (100:100::150) does not answer a ping, and nothing else shows it alive',
    ])
  })

  test('that answered ARP a moment ago may ignore pings', async () => {
    const world = mute('healthy-static-nobfd', plain)
    const edit = [...[world.edit ?? []].flat(), { pod: 'lb-1', command: 'ip -j -s neigh', from: '"dst":"169.254.101.254","dev":"nsm-1"', to: '"dst":"169.254.100.150","dev":"ext-vlan0"' }]
    expect(await say(check, { ...world, edit })).toEqual(['lb-1: gateway gateway-v6-a (100:100::150) does not answer a ping, and nothing else shows it alive'])
  })
})

describe('what cannot be told', () => {
  const socket = 'Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused'

  test('without BIRD an answered ping is enough', async () => {
    expect(await say(check, { fault: 'f37-bird-killed', synthetic: pings() })).toEqual([])
  })

  test('without BIRD a silent gateway may be alive', async () => {
    const open = (name: string) => `gateway ${name} does not answer a ping, and BIRD cannot say whether it is alive: birdc show protocols all: ${socket}`
    expect(await say(check, { fault: 'f37-bird-killed', synthetic: silent })).toEqual([`lb-1: unknown: 2 not seen: ${open('gateway1')}; ${open('gateway2')}`])
  })

  test('a ping that could not be sent at all', async () => {
    expect(await say(check)).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: unknown: 2 not seen: ${['169.254.101.254', '1000::1:a9fe:65fe'].map(address => `red/${lb}: ping ${address} nsm-1: ping -n -c 1 -W 1 -I nsm-1 ${address} was not recorded in trench/healthy/${lb}`).join('; ')}`))
  })

  test('an attractor without gateways is not judged', async () => {
    expect(await say(check, { ...kube(change('attractors', 'attr1', spec => { spec['gateways'] = [] })), synthetic: pings() })).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: the attractor has no gateway`))
  })

  test('an LB/FE that no probe could enter is unknown', async () => {
    expect(await say(check, { gone: ['lb-2'], synthetic: pings() })).toEqual(['lb-2: unknown: ip-neighbours: no probe: ErrImageNeverPull; bird-bfd: no probe: ErrImageNeverPull; bird-protocols: no probe: ErrImageNeverPull'])
  })
})
