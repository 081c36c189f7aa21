import { describe, expect, test } from 'vitest'
import { meridio } from '#profiles/meridio/profile.ts'
import { checks } from '#profiles/meridio/registry.gen.ts'
import { standingOf } from '#profiles/meridio/standing.ts'
import { down, edit, noAddress } from './checks/edits.ts'
import { kube, lb1 } from './checks/kube.ts'
import { pxA } from './checks/kube-names.ts'
import { containerOf } from './checks/kube-status.ts'
import { judged, placed, short } from './judged.ts'
import { pings, recordedTrench, type World } from './recorded-trench.ts'

/** Synthetic: these addresses answer no ping from these pods (`lb-1 172.16.1.8`), or from nobody (`172.16.1.8`); all others do. */
function silence(...silent: readonly string[]): Pick<World, 'synthetic'> {
  const answers = pings()
  const deaf = (address: string) => pings([address])
  return { synthetic: (pod, argv) => (silent.includes(argv.at(-1) ?? '') || silent.includes(`${pod} ${argv.at(-1)}`) ? deaf(argv.at(-1) ?? '') : answers)(pod, argv) }
}

/** Findings that stand by themselves, the first once per check and pod, and how many are folded below each; unknown verdicts that nothing explains. */
async function story(world: World) {
  const { findings, verdicts } = await judged(world)
  const roots = findings.filter(({ explainedBy }) => explainedBy === undefined)
  return {
    roots: [...new Set(roots.map(placed))],
    folded: [...new Set(findings.filter(({ explainedBy }) => explainedBy !== undefined).map(placed))].sort(),
    open: verdicts.filter(({ verdict, explainedBy }) => verdict === 'unknown' && explainedBy === undefined).map(placed),
  }
}

describe('one cause, seen from many pods, is told once', () => {
  test.each<[string, World, string, readonly string[]]>([
    ['a target\'s link is down', { fault: 'f02-target-link-down', ...silence('172.16.1.8', 'fd00::ac10:108') }, 'tg-2 target-interface-down',
      ['lb-1 target-neighbour-failed', 'lb-1 target-route-wrong', 'lb-1 target-unreachable', 'lb-2 target-unreachable', 'px-a bridge-port-no-carrier', 'px-a proxy-target-link-missing', 'red vip-stage-missing', 'tg-2 target-default-route-missing', 'tg-2 target-return-lookup-astray', 'tg-2 target-vip-missing']],
    ['a target\'s port is in no bridge', { fault: 'f23-proxy-port-unbridged', ...silence('172.16.1.8', 'fd00::ac10:108', 'tg-2 172.16.1.1', 'tg-2 fd00::ac10:101') }, 'px-a bridge-port-broken',
      ['lb-1 target-neighbour-failed', 'lb-1 target-unreachable', 'lb-2 target-unreachable', 'tg-2 bridge-unreachable']],
    ['a load balancer lost the way to one proxy', { fault: 'f41-lb-proxy-link-down', ...silence('lb-1 172.16.2.6') }, 'lb-1 conduit-interface-down',
      ['lb-1 forward-lookup-astray', 'lb-1 lb-proxy-link-missing', 'lb-1 target-route-missing', 'px-b bridge-port-no-carrier', 'px-b proxy-lb-link-missing', 'px-b proxy-nexthop-dead']],
    ['the bridge lost its address', { fault: 'f39-bridge-ip-missing', ...silence('172.16.1.1') }, 'px-a bridge-address-missing',
      ['px-a proxy-default-route-missing', 'px-a proxy-return-lookup-astray', 'tg-1 bridge-unreachable', 'tg-2 bridge-unreachable']],
    ['two targets have one address', { fault: 'f27-duplicate-target-ip', ...silence('172.16.2.8') }, 'red internal-address-duplicate',
      ['lb-1 target-neighbour-failed', 'lb-1 target-route-wrong', 'lb-1 target-unreachable', 'lb-2 target-unreachable']],
  ])('%s', async (_, world, root, folded) => {
    expect(await story(world)).toEqual({ roots: [root], folded, open: [] })
  })
})

test('the gateway is down: nothing of it answers, and BGP and BFD follow', async () => {
  const { findings } = await judged({ fault: 'f14-gateway-down', ...silence('169.254.101.254', '1000::1:a9fe:65fe') })
  const inLb1 = findings.filter(finding => placed(finding).startsWith('lb-1 '))
  expect(inLb1.map(finding => `${finding.explainedBy === undefined ? '' : '> '}${finding.check} ${finding.about.family}`)).toEqual(['IPv4', 'IPv6'].flatMap(family =>
    [`gateway-unreachable ${family}`, `> bgp-session-down ${family}`, `> kernel-default-route-missing ${family}`, `> return-lookup-astray ${family}`, `> bfd-session-down ${family}`]))
})

describe('two causes stay two', () => {
  test('a proxy that is not ready does not follow from another pod\'s session, that pod\'s own frontend does', async () => {
    const unready = { fault: 'f15-asn-mismatch', synthetic: pings(), ...kube(containerOf(lb1, 'frontend', { ready: false }), containerOf(pxA, 'proxy', { ready: false })) }
    const { findings } = await judged(unready)
    expect(findings.filter(({ check }) => check === 'pod-not-ready').map(({ about, explainedBy }) => [about.container, explainedBy !== undefined])).toEqual([['frontend', true], ['proxy', false]])
  })

  test('a proxy that lacks a next hop does not follow from an address that two targets of another node have', async () => {
    const world = { fault: 'f27-duplicate-target-ip', edit: edit('px-a', 'routes4', /("nexthops":\[\{[^{}]*\}),\{[^{}]*\}/, '$1'), synthetic: pings() }
    expect((await story(world)).roots).toEqual(['red internal-address-duplicate', 'px-a proxy-nexthop-missing'])
  })

  test('a next hop follows from the interface of the load balancer whose address it is', async () => {
    const { findings } = await judged({ edit: [down('lb-1', 'load-balan-27a4'), down('lb-2', 'load-balan-f75b')], synthetic: pings() })
    const roots = new Map(findings.map(finding => [finding.key, placed(finding)]))
    expect(findings.filter(({ check }) => check === 'proxy-nexthop-dead').map(({ about, explainedBy }) => [about.gateway, roots.get(explainedBy ?? '')])).toEqual([
      ['172.16.1.2', 'lb-1 conduit-interface-down'], ['fd00::ac10:102', 'lb-1 conduit-interface-down'],
      ['172.16.1.4', 'lb-2 conduit-interface-down'], ['fd00::ac10:104', 'lb-2 conduit-interface-down'],
    ])
  })

  test('the next hops of a proxy follow from a load balancer that has its network on two interfaces, those of another proxy do not', async () => {
    const twice = edit('lb-1', 'addresses', /(?<head>\{[^{}]*"local":")172\.16\.1\.2(?<rest>"[^{}]*\})/, '$&,$<head>172.16.2.20$<rest>')
    const { roots, folded } = await story({ edit: twice, ...silence('px-b 172.16.2.2', 'px-a 172.16.1.2') })
    expect(roots).toEqual(['lb-1 conduit-network-twice', 'px-a proxy-nexthop-unreachable'])
    expect(folded).toEqual(['px-b proxy-nexthop-missing', 'px-b proxy-nexthop-unreachable'])
  })

  test('a symptom of IPv6 does not follow from a rule that IPv4 lacks', async () => {
    expect((await story({ fault: 'f03-fwmark-rule-missing', ...silence('lb-1 fd00::ac10:108') })).roots).toEqual(['lb-1 target-rule-missing', 'lb-1 target-unreachable'])
  })

  test('an unreachable target does not follow from another target\'s rule', async () => {
    expect((await story({ fault: 'f03-fwmark-rule-missing', ...silence('lb-1 172.16.1.6') })).roots).toEqual(['lb-1 target-rule-missing', 'lb-1 target-unreachable'])
  })

  test('a VIP that one target lacks does not follow from another target\'s link', async () => {
    expect((await story({ fault: 'f02-target-link-down', edit: noAddress('tg-1', '10.0.0.1'), ...silence('172.16.1.8', 'fd00::ac10:108') })).roots).toEqual(['tg-2 target-interface-down', 'tg-1 target-vip-missing'])
  })
})

test('a mark is the name that one load balancer gives: another may give it to another target', async () => {
  const shown = { pod: 'lb-2', command: 'nfqlb show --shm=tshm-stream1', from: '5058(57) 5067(66)', to: '5067(57) 5058(66)' }
  const swapped = (['rules4', 'rules6'] as const).flatMap(listing => [edit('lb-2', listing, '"table":"5058"', '"table":"x"'), edit('lb-2', listing, '"table":"5067"', '"table":"5058"'), edit('lb-2', listing, '"table":"x"', '"table":"5067"')])
  const snapshot = await recordedTrench(meridio.checks, { edit: [shown, ...swapped] })
  const standing = standingOf(snapshot)
  const named = snapshot.trench.pods.filter(({ role }) => role === 'lb').map(lb => ['5058', '5067', '172.16.1.8', 'fd00::ac10:0206'].map(target => short(standing(lb, { target }).about.target ?? '')))
  expect(named).toEqual([['red/tg-2', 'red/tg-3', 'red/tg-2', 'red/tg-3'], ['red/tg-3', 'red/tg-2', 'red/tg-2', 'red/tg-3']])
})

test('a load balancer does not suffer from what another lacks', async () => {
  expect((await story({ fault: 'f03-fwmark-rule-missing', ...silence('lb-1 172.16.1.8', 'lb-2 172.16.1.8') }))).toEqual({ roots: ['lb-1 target-rule-missing', 'lb-2 target-unreachable'], folded: ['lb-1 forward-lookup-astray', 'lb-1 target-unreachable'], open: [] })
})

describe('explains', () => {
  const explains = new Map(checks.map(({ id, explains = [] }) => [id, explains]))

  test('names only checks that exist', () => {
    expect([...explains.values()].flat().filter(id => !explains.has(id))).toEqual([])
  })

  test('has one ring: BFD ends BGP, and an idle BGP ends BFD; the graver stands for both', () => {
    const follows = (from: string, seen = new Set<string>()): ReadonlySet<string> => {
      for (const next of explains.get(from) ?? []) if (!seen.has(next)) follows(next, seen.add(next))
      return seen
    }
    expect([...explains.keys()].filter(id => follows(id).has(id)).sort()).toEqual(['bfd-session-down', 'bgp-session-down'])
  })
})
