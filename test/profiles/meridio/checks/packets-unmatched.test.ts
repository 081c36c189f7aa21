import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/packets-unmatched.ts'
import { judged, placed } from '../judged.ts'
import { type PodEdit, pings, say } from '../recorded-trench.ts'

const again = 'nft -j -a list ruleset'
/** What lb-1's second reading counts: packets to IPv4 VIPs (381 in the recording), and those that left for target 5048 (161). */
const arrived = (packets: number): PodEdit => ({ pod: 'lb-1', command: again, from: /("chain": "nfqlb".*?"packets": )381/, to: `$1${packets}` })
const left = (packets: number): PodEdit => ({ pod: 'lb-1', command: again, from: /("chain": "fwmark-5048".*?"packets": )161/, to: `$1${packets}` })
const waiting = (packets: number): PodEdit => ({ pod: 'lb-1', command: 'cat /proc/self/net/netfilter/nfnetlink_queue', from: /^( +0 +\d+ +)0( )/m, to: `$1${packets}$2` })

test('in the recording nothing grew between the readings', async () => {
  expect(await say(check)).toEqual([])
})

test.each<[string, readonly PodEdit[], readonly string[]]>([
  ['no flow takes any', [arrived(481)], ['lb-1: within 1.0 s 100 packets to VIPs were given to nfqlb, 0 left towards a target']],
  ['half of them', [arrived(481), left(211)], ['lb-1: within 1.0 s 100 packets to VIPs were given to nfqlb, 50 left towards a target']],
  ['all wait in a queue', [arrived(481), waiting(100)], []],
  ['some wait in a queue', [arrived(481), waiting(70)], ['lb-1: within 1.0 s 100 packets to VIPs were given to nfqlb, 0 left towards a target and 70 wait']],
  ['a few of many are on their way', [arrived(10_381), left(10_061)], []],
  ['few', [arrived(400)], []],
  ['counters that began anew', [arrived(481), left(0)], ['lb-1: not-applicable: a counter of packets began anew while the sweep looked']],
  ['a target that is gone takes its count with it', [arrived(481), { pod: 'lb-1', command: again, from: /"chain": "fwmark-5048", "handle": 5/, to: '"chain": "other", "handle": 5' }], ['lb-1: not-applicable: a counter of packets began anew while the sweep looked']],
])('%s', async (_, edit, said) => {
  expect(await say(check, { edit })).toEqual(said)
})

test('it follows from flows that differ, and from queues that nobody has', async () => {
  for (const [fault, root] of [['f09-flow-wrong-port', 'flow-differs'], ['f11-nfqlb-dead', 'nfqueue-unbound']] as const) {
    const { findings } = await judged({ fault, synthetic: pings(), edit: { pod: 'lb-1', command: again, from: /("chain": "nfqlb".*?"packets": )\d+/, to: '$199999' } })
    const found = findings.find(({ check: id }) => id === 'packets-unmatched')
    expect(findings.filter(({ key }) => key === found?.explainedBy).map(placed)).toEqual([`lb-1 ${root}`])
  }
})

test('a load balancer that does not count is not judged, one without nft is unknown', async () => {
  expect(await say(check, { edit: { pod: 'lb-1', command: 'nft -j list ruleset', from: /\{"table": \{"family": "inet", "name": "meridio-metrics"[^{}]*\}\},?/, to: '' } })).toEqual(['lb-1: not-applicable: the load balancer does not count both packets to VIPs and packets per target'])
  expect(await say(check, { gone: ['lb-1'] })).toEqual(['lb-1: unknown: nft-ruleset: no probe: ErrImageNeverPull; nfnetlink-queue: no probe: ErrImageNeverPull'])
})
