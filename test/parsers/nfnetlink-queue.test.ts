import { expect, test } from 'vitest'
import { parseNfnetlinkQueue } from '#parsers/nfnetlink-queue.ts'
import { fixture } from '../fixture.ts'

test('a stalled program: the queue is full and drops', () => {
  expect(parseNfnetlinkQueue(fixture('trench/faults/f12-nfqlb-stalled/lb-1/proc-net-netfilter-nfnetlink_queue.txt'))[0]).toEqual({
    line: 1, queue: 0, portId: 10977, waiting: 1024, copyMode: 2, copyRange: 1500, queueDropped: 241, userDropped: 0, idSequence: 1024,
  })
})

test('nothing bound is an empty file', () => {
  expect(parseNfnetlinkQueue(fixture('trench/faults/f11-nfqlb-dead/lb-1/proc-net-netfilter-nfnetlink_queue.txt'))).toEqual([])
})

test.each(['    0  10977  1024 2  1500   241     0     1024', '    0  10977  many 2  1500   241     0     1024  1'])('%s is refused and quoted', text => {
  expect(() => parseNfnetlinkQueue(`${text}\n`)).toThrow(new SyntaxError(`not an NFQUEUE line: ${text}`))
})
