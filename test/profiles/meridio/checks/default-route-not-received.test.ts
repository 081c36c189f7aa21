import { describe, expect, test } from 'vitest'
import check from '#profiles/meridio/checks/default-route-not-received.ts'
import { say } from '../recorded-trench.ts'
import { situation } from './bird-situation.ts'
import { change, kube } from './kube.ts'

const nothing = 'is Established, but gives no route: the gateway announces none, or only such as BIRD drops (our AS in the path, a next hop that is not on the link)'
const both = (text: string) => [`lb-1: NBR-gateway-v4-a (169.254.100.150) ${text}`, `lb-1: NBR-gateway-v6-a (100:100::150) ${text}`]

describe.each(['2.0.12', '2.17.5', '3.1.7'])('recorded situations of BIRD %s', version => {
  test.each([
    ['bgp-no-default-received', both(nothing)],
    ['bgp-as-loop', both(nothing)],
    ['bgp-nexthop-unreachable', both(nothing)],
    ['bgp-only-specific-nets', both('gives 100 routes, but no default route: replies to all other clients are dropped')],
    ['bgp-filter-rejects-default', both('gives 100 routes, but no default route, 1 refused by our filter: replies to all other clients are dropped')],
    ['bgp-filter-rejects-default-keep', both('gives 100 routes, but no default route, 1 refused by our filter: replies to all other clients are dropped')],
    ['bgp-vrrp-import-none', []],
    ['bgp-wrong-peer-asn', []],
    ['bgp-graceful-restart-peer', []],
    ['bgp-v4-down-v6-up', []],
    ['healthy-bgp-bfd', []],
  ] as const)('%s', async (name, texts) => {
    expect(await say(check, situation(version, name))).toEqual(texts)
  })
})

describe('the recorded trench', () => {
  test.each(['', 'bird-2.0.8', 'bird-3.1.4'])('healthy %s', async variant => {
    expect(await say(check, variant === '' ? {} : { variant })).toEqual([])
  })

  const defaultGone = { pod: 'lb-1', command: 'birdc show route table master4 where net = 0.0.0.0/0 all', from: /Table master4:[^]*/, to: '' }
  const channel = (from: RegExp, to: string) => ({ pod: 'lb-1', command: 'birdc show protocols all', from, to })

  test('our filter takes nothing of what the gateway announces', async () => {
    const edit = [defaultGone, channel(/(NBR-gateway1[^]*?Routes: +)1( imported[^]*?Import updates: +1 +0 +)0( +0 +)1/, '$10$21$30')]
    expect(await say(check, { edit })).toEqual(['lb-1: NBR-gateway1 (169.254.101.254) is Established, but our filter takes none of its routes (1 refused)'])
  })

  test('an import limit is named', async () => {
    const edit = [defaultGone, channel(/(NBR-gateway1[^]*?)( {4}Routes: +)1 imported/, '$1    Import limit:   10 [HIT]\n      Action:       block\n$210 imported')]
    expect(await say(check, { edit })).toEqual(['lb-1: NBR-gateway1 (169.254.101.254) gives 10 routes, but no default route, its import limit of 10 is hit: replies to all other clients are dropped'])
  })

  test('a session without the address family of its gateway', async () => {
    const edit = [defaultGone, channel(/(NBR-gateway1[^]*?Channel ipv4\n {4}State: {10})UP/, '$1DOWN')]
    expect(await say(check, { edit })).toEqual(['lb-1: NBR-gateway1 (169.254.101.254) is Established, but not for IPv4 routes'])
  })

  test('a default route of another gateway is none of this one', async () => {
    const edit = { ...defaultGone, from: '[NBR-gateway1 ', to: '[NBR-other ' }
    expect(await say(check, { edit: [edit, channel(/(NBR-gateway1[^]*?Routes: +)1/, '$10')] })).toEqual([`lb-1: NBR-gateway1 (169.254.101.254) ${nothing}`])
  })

  test('without a BGP gateway there is nothing to judge', async () => {
    expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['gateways'] = [] })))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: the attractor has no BGP gateway`))
  })

  test('BIRD that does not answer, and a pod nobody can enter, are unknown', async () => {
    const socket = 'Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused'
    expect(await say(check, { fault: 'f37-bird-killed', gone: ['lb-2'] })).toEqual([
      `lb-1: unknown: bird-protocols: birdc show protocols all: ${socket}; bird-default-routes: birdc show route table master4 where net = 0.0.0.0/0 all: ${socket}`,
      'lb-2: unknown: bird-protocols: no probe: ErrImageNeverPull; bird-default-routes: no probe: ErrImageNeverPull',
    ])
  })
})
