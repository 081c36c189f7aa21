import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { defineCheck, own } from '#judge/check.ts'
import { secondsBetween } from '../lib/growth.ts'
import { left, noComparison, sum, twoRulesets } from '../lib/passages.ts'
import { shownAt, unseenStreams } from '../lib/streams.ts'
import { manyStray } from '../lib/thresholds.ts'

/** nfqlb gives packets the marks of its table; that must be the table in /dev/shm that `nfqlb show` reads, and stateless-lb writes. */
export default defineCheck({
  id: 'nfqlb-table-stale',
  subject: 'lb',
  severity: 'risk',
  reads: { ...twoRulesets, streams: own(nfqlbStreams) },
  messages: {
    stale: (a: { packets: number; marks: string; seconds: string }) => `within ${a.seconds} s ${a.packets} packets left with the marks ${a.marks}, which no stream has active: nfqlb uses a table that nfqlb show does not read`,
  },
  why: 'The stream was deleted and made again while a flow still used its table: targets that come and go since change nothing, and one that is gone keeps its share of packets, which are lost.',
  fix: 'Restart stateless-lb: it reads its tables anew.',
  source: 'Meridio #302; nfqlb 1.2.0 keeps a deleted table mapped (measured); catalogue L50',
  explains: ['stream-without-target', 'target-not-active', 'lb-targets-differ', 'leftover-target-rule', 'target-without-hits'],
  unless: readings => noComparison(readings) ?? (readings.after.length > 0 && sum(left(readings)?.values() ?? []) === 0 ? 'no packet left towards a target while the sweep looked' : undefined),
  unseen: ({ streams }) => unseenStreams(streams),
  judge: ({ streams, ...readings }, say) => {
    const [went, [after]] = [left(readings), readings.after]
    // a table that could not be shown may have any mark
    if (!went || !after || unseenStreams(streams).length > 0) return []
    const active = new Set(streams.data.flatMap(stream => (stream.error === undefined ? stream.active.map(({ fwmark }) => fwmark) : [])))
    const stray = [...went].filter(([mark, { by }]) => by > 0 && !active.has(mark))
    const packets = sum(stray.map(([, passage]) => passage))
    if (packets < manyStray) return []
    return [say.stale({ packets, marks: stray.map(([mark]) => mark).sort((a, b) => a - b).join(', '), seconds: secondsBetween(readings.before, after) },
      ...stray.flatMap(([, { evidence: [was, is] }]) => [readings.before.at(was), after.at(is)]), ...streams.data.map(stream => streams.at(shownAt(stream))))]
  },
})
