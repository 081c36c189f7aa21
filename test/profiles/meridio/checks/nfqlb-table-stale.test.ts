import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/nfqlb-table-stale.ts'
import { judged, placed } from '../judged.ts'
import { type PodEdit, pings, say } from '../recorded-trench.ts'

/** lb-1's second reading of the packets that left for target 5048 (161 in the recording) and 5058 (125). */
const left = (...packets: readonly number[]): PodEdit[] => packets.map((count, index) => {
  const [mark, was] = [[5048, 161], [5058, 125]][index] ?? []
  return { pod: 'lb-1', command: 'nft -j -a list ruleset', from: new RegExp(`("chain": "fwmark-${mark}".*?"packets": )${was}`), to: `$1${count}` }
})
const show = 'nfqlb show --shm=tshm-stream1'
const active = (from: string, to: string): PodEdit => ({ pod: 'lb-1', command: show, from, to })
const idle = (...pods: string[]) => pods.map(pod => `${pod}: not-applicable: no packet left towards a target while the sweep looked`)

test('without traffic nobody can tell', async () => {
  expect(await say(check)).toEqual(idle('lb-1', 'lb-2'))
})

test.each<[string, readonly PodEdit[], readonly string[]]>([
  ['packets leave with marks that are active', left(300, 300), []],
  ['one of the marks is not active', [...left(261, 225), active('5058(57) ', '')], ['lb-1: within 1.0 s 100 packets left with the marks 5058, which no stream has active: nfqlb uses a table that nfqlb show does not read']],
  ['the last packets of a target that left', [...left(261, 129), active('5058(57) ', '')], []],
])('%s', async (_, edit, said) => {
  expect(await say(check, { edit })).toEqual([...said, ...idle('lb-2')])
})

test('a recorded load balancer whose nfqlb kept the old table: what it is taken for follows from it', async () => {
  const { findings } = await judged({ fault: 'f46-stale-shm-mapping', synthetic: pings(), edit: left(261, 225) })
  const found = findings.find(({ check: id }) => id === 'nfqlb-table-stale')
  expect(found && placed(found)).toBe('lb-1 nfqlb-table-stale')
  expect([...new Set(findings.filter(({ explainedBy }) => explainedBy === found?.key).map(placed))].sort()).toEqual(['lb-1 leftover-target-rule', 'lb-1 stream-without-target', 'lb-1 target-not-active', 'red lb-targets-differ'])
})

test('a table that cannot be shown is unknown, so is a pod nobody could enter', async () => {
  expect(await say(check, { edit: left(261, 225), synthetic: (pod, argv) => (pod === 'lb-1' && argv[1] === 'show' ? { stdout: '', exitCode: 1 } : undefined) })).toEqual([expect.stringMatching(/^lb-1: unknown: stream stream1: /), ...idle('lb-2')])
  expect(await say(check, { gone: ['lb-1', 'lb-2'] })).toEqual(['lb-1', 'lb-2'].map(pod => `${pod}: unknown: nft-ruleset: no probe: ErrImageNeverPull; nfqlb-streams: no probe: ErrImageNeverPull`))
})
