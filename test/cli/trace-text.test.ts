import { expect, test } from 'vitest'
import type { EndedEvent } from '../../controller/api/trace-events.ts'
import { endedLines, traceExitCode } from '../../controller/cli/trace-text.ts'

const row = { tap: 0, matched: 12, delivered: 12, kernelDropped: 0, probeShed: 0, overwritten: 0, unwritten: 0, late: 0, twice: 0, unread: 0, unaccounted: 0, closed: true }
const ended = (rest: Partial<EndedEvent>): EndedEvent => ({ type: 'ended', at: '', reason: 'stopped', outcomes: { arrived: 12 }, rows: [row], findings: [], ...rest })
const taps = [{ tap: 0, pod: 'red/lb', role: 'lb', node: 'a', interface: 'nsm-1', place: 'external', addresses: [], label: 'lb-46qjc/nsm-1' }]

test.each<[string, EndedEvent, readonly string[]]>([
  ['nothing was lost', ended({}), ['INTERFACE       MATCHED  DELIVERED  UNACCOUNTED', 'lb-46qjc/nsm-1  12       12         0']],
  ['the kernel dropped, and the end is not known', ended({ rows: [{ ...row, delivered: 9, kernelDropped: 2, unaccounted: 1, closed: false }] }), ['INTERFACE       MATCHED  DELIVERED  KERNEL-DROPPED  UNACCOUNTED', 'lb-46qjc/nsm-1  12       9          2               1 (no closing count)']],
])('the ledger has a column for each kind of loss there was: %s', (_, event, lines) => {
  expect(endedLines(event, taps)).toEqual(['the trace has ended: stopped', '12 packets followed: 12 arrived', ...lines])
})

test('the exit code is 1 when a packet was lost or a finding made, else 0', () => {
  expect([ended({}), ended({ outcomes: { lost: 1 } }), ended({ outcomes: { aside: 1 } }), ended({ outcomes: { unclear: 3 } })].map(traceExitCode)).toEqual([0, 1, 1, 0])
})
