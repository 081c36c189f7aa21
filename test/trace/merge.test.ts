import { describe, expect, test } from 'vitest'
import { Merge } from '../../controller/trace/merge.ts'
import { nodeClocks } from '../../controller/trace/clocks.ts'
import { TapQueue } from '../../controller/trace/tap-queue.ts'
import { record } from './frames.ts'

const base = 1_790_000_000
const ms = 1e6
const at = (time: number, text = 'x') => record([base + Math.floor(time / 1000), Math.round((time % 1000) * ms)], Buffer.from(text))

function merging(offsetsNs: readonly number[] = [0, 0], leastGraceNs = 30 * ms, { counts = true } = {}) {
  const told: [tap: number, atMs: number][] = []
  const late: [tap: number, atMs: number][] = []
  const merge = new Merge({ base, offsetsNs, probes: offsetsNs.map((_, tap) => tap), leastGraceNs, onPacket: ({ tap, at }) => told.push([tap, at / ms]), onLate: ({ tap, at }) => late.push([tap, at / ms]) })
  if (counts) for (const tap of offsetsNs.keys()) merge.counted(tap, 0)
  return { merge, told, late }
}

describe('a merge', () => {
  test('tells packets of all taps in one order of time, as soon as every tap has passed it', () => {
    const { merge, told } = merging()
    merge.add(0, Buffer.concat([at(10), at(20), at(40)]), 0, 41 * ms)
    merge.add(1, Buffer.concat([at(5), at(25)]), 0, 41 * ms)
    merge.run(41 * ms)
    expect(told).toEqual([[1, 5], [0, 10], [0, 20], [1, 25]])
  })

  test.each<[string, readonly (readonly number[])[]]>([
    ['within a batch', [[10, 20, 19, 30]]], ['over two batches', [[10, 20], [19, 30]]], ['several', [[10, 22, 21, 20], [19, 18, 30]]],
  ])('packets that two processors swapped %s are told in order, none late', (_, batches) => {
    const { merge, told, late } = merging([0])
    for (const batch of batches) merge.add(0, Buffer.concat(batch.map(time => at(time))), 0, 31 * ms)
    const sorted = batches.flat().sort((a, b) => a - b)
    expect(merge.bytes).toBe(sorted.length * at(0).length)
    merge.run(31 * ms, true)
    expect({ told: told.map(([, time]) => time), late, bytes: merge.bytes }).toEqual({ told: sorted, late: [], bytes: 0 })
  })

  test('one that belongs before what is told already is late; what waits beside it is not', () => {
    const { merge, told, late } = merging([0, 0])
    merge.add(0, Buffer.concat([at(10), at(20), at(30)]), 0, 31 * ms)
    merge.add(1, at(25), 0, 31 * ms)
    merge.run(31 * ms)
    merge.add(0, Buffer.concat([at(29), at(15)]), 0, 32 * ms)
    merge.run(32 * ms, true)
    expect({ told: told.map(([, time]) => time), late, bytes: merge.bytes }).toEqual({ told: [10, 20, 25, 29, 30], late: [[0, 15]], bytes: 0 })
  })

  test('waits for an idle tap until its probe was heard, longer after than its packets were under way lately', () => {
    const { merge, told } = merging()
    merge.add(1, at(10), 0, 90 * ms)
    merge.add(0, Buffer.concat([at(11), at(100)]), 0, 101 * ms)
    merge.run(101 * ms)
    expect([told, merge.blocking()]).toEqual([[[1, 10]], [1]])
    merge.beat(1, 170 * ms)
    merge.run(171 * ms)
    expect(told).toEqual([[1, 10], [0, 11]])
    merge.beat(1, 181 * ms)
    merge.run(182 * ms)
    expect([told, merge.blocking()]).toEqual([[[1, 10], [0, 11], [0, 100]], []])
  })

  test('waits 4 s for a probe that is not heard, no longer', () => {
    const { merge, told } = merging()
    merge.add(0, at(100), 0, 101 * ms)
    merge.run(4099 * ms)
    expect(told).toEqual([])
    merge.run(4100 * ms)
    expect(told).toEqual([[0, 100]])
  })

  test('waits a second longer for a tap that never counted: its tcpdump listens, and may not have come to read', () => {
    const { merge, told, late } = merging([0, 0], 30 * ms, { counts: false })
    merge.counted(0, 0)
    merge.add(0, at(100), 0, 101 * ms)
    merge.beat(1, 900 * ms)
    merge.run(901 * ms)
    expect(told).toEqual([])
    merge.add(1, at(90), 0, 902 * ms)
    merge.counted(1, 0)
    merge.beat(1, 2000 * ms)
    merge.run(2001 * ms)
    expect({ told, late }).toEqual({ told: [[1, 90], [0, 100]], late: [] })
  })

  test('waits as long for an idle tap as its tcpdump took to answer, for its packets may take as long', () => {
    const { merge, told, late } = merging()
    merge.counted(1, 200 * ms)
    merge.add(0, at(100), 0, 101 * ms)
    merge.beat(1, 250 * ms)
    merge.run(251 * ms)
    expect(told).toEqual([])
    merge.add(1, at(90), 0, 260 * ms)
    merge.beat(1, 320 * ms)
    merge.run(321 * ms)
    expect({ told, late }).toEqual({ told: [[1, 90], [0, 100]], late: [] })
  })

  test('does not believe the beats of a probe that may just send again: what waited there is older', () => {
    const { merge, told } = merging()
    merge.refilled(1)
    merge.add(0, at(100), 0, 101 * ms)
    merge.beat(1, 500 * ms)
    merge.beat(1, 520 * ms)
    merge.run(521 * ms)
    expect(told).toEqual([])
    merge.add(1, at(99), 0, 525 * ms)
    merge.run(526 * ms)
    merge.beat(1, 1000 * ms)
    merge.run(1001 * ms)
    expect(told).toEqual([[1, 99], [0, 100]])
  })

  test('knows nothing of the time in which a tap holds packets back', () => {
    const { merge } = merging()
    expect(merge.mark(10_000 * ms)).toBe(9970 * ms)
    merge.set(1, { held: true })
    expect(merge.mark(10_000 * ms)).toBe(2000 * ms)
  })

  test('does not wait for a tap that is over', () => {
    const { merge, told } = merging()
    merge.end(1)
    merge.add(0, at(100), 0, 101 * ms)
    merge.run(101 * ms)
    expect(told).toEqual([[0, 100]])
  })

  test('sets what comes too late aside and counts it: what was told stays in order', () => {
    const { merge, told, late } = merging()
    merge.add(0, at(100), 0, 101 * ms)
    merge.beat(1, 999 * ms)
    merge.run(1000 * ms)
    merge.add(1, Buffer.concat([at(99), at(100), at(101)]), 0, 1001 * ms)
    merge.run(6000 * ms)
    expect({ told, late }).toEqual({ told: [[0, 100], [1, 100], [1, 101]], late: [[1, 99]] })
  })

  test('takes a clock that is ahead back by its offset (synthetic skew)', () => {
    const { merge, told } = merging([0, 500 * ms])
    merge.add(0, Buffer.concat([at(10), at(20)]), 0, 30 * ms)
    merge.add(1, Buffer.concat([at(515), at(530)]), 0, 30 * ms)
    merge.run(30 * ms, true)
    expect(told).toEqual([[0, 10], [1, 15], [0, 20], [1, 30]])
  })

  test('1000 packets of 8 taps come out in order and complete, in whatever pieces they come', () => {
    const { merge, told, late } = merging(Array<number>(8).fill(0))
    const all = Array.from({ length: 1000 }, (_, index) => ({ tap: (index * 7 + (index >> 3)) % 8, time: index }))
    for (let from = 0; from < 1000; from += 37) {
      const part = all.slice(from, from + 37)
      for (const tap of [3, 1, 7, 0, 2, 6, 4, 5]) {
        const own = part.filter(packet => packet.tap === tap).map(({ time }) => at(time))
        if (own.length > 0) merge.add(tap, Buffer.concat(own), 0, (from + 37) * ms)
      }
      merge.run((from + 37) * ms)
    }
    merge.run(2000 * ms, true)
    expect(late).toEqual([])
    expect(told).toEqual(all.map(({ tap, time }) => [tap, time]))
  })
})

test.each([
  ['a header cut short', at(1).subarray(0, 10), 'a record header of 10 bytes'],
  ['data cut short', at(1).subarray(0, 16), 'a record that is longer than what came'],
])('a piece with %s is not taken', (_, bytes, message) => {
  expect(() => new TapQueue(0, base, 0).add(bytes, 0)).toThrow(message)
})

test('a queue tells what was dropped before a piece with its first packet', () => {
  const queue = new TapQueue(2, base, 0)
  queue.add(Buffer.concat([at(1, 'ab'), at(2)]), 0)
  queue.add(at(3), 5)
  expect([queue.shift(), queue.shift(), queue.shift()].map(({ tap, at: time, bytes, start, end, dropped }) => [tap, time / ms, bytes.toString('latin1', start, end), dropped])).toEqual([[2, 1, 'ab', 0], [2, 2, 'x', 0], [2, 3, 'x', 5]])
  expect([queue.head, queue.bytes]).toEqual([undefined, 0])
})

describe('clocks of nodes', () => {
  const of = (offsetMs: number, errorMs: number, node = 'worker1') => ({ node, clock: { offsetMs, errorMs } })

  // each estimate is widened by 2 ms, for the probe's clock and the kernel's
  test.each([
    ['an offset that may be none is taken as none, with the bound it may have', [of(1, 2)], { offsetNs: 0, errorNs: 5e6 }],
    ['several probes of a node narrow its clock', [of(100, 10), of(92, 4)], { offsetNs: 93e6, errorNs: 5e6 }],
    ['a clock that is behind', [of(-50, 2)], { offsetNs: -50e6, errorNs: 4e6 }],
    ['estimates that exclude each other: the bound holds them all', [of(100, 1), of(120, 1)], { offsetNs: 110e6, errorNs: 13e6 }],
  ])('%s', (_, estimates, clock) => {
    expect(nodeClocks(estimates)).toEqual([{ node: 'worker1', ...clock }])
  })

  test('each node has its own', () => {
    expect(nodeClocks([of(0, 1), of(200, 1, 'worker2')]).map(({ node, offsetNs }) => [node, offsetNs])).toEqual([['worker1', 0], ['worker2', 200e6]])
  })
})
