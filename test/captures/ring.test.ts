import { expect, test } from 'vitest'
import { RingMemory } from '../../agent/captures/ring.ts'

const block = 64 << 10

/** Synthetic records of 1000 bytes each, numbered, one a second. */
const records = (from: number, to: number): Buffer => Buffer.concat(Array.from({ length: to - from }, (_, index) => {
  const bytes = Buffer.alloc(1000)
  bytes.writeUInt32LE(from + index, 0)
  bytes.writeUInt32LE(984, 8)
  return bytes
}))
const timesIn = (pieces: readonly { readonly parts: readonly Buffer[] }[]): number[] => pieces.flatMap(({ parts }) => parts).flatMap(payload => Array.from({ length: payload.length / 1000 }, (_, index) => payload.readUInt32LE(index * 1000)))
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

test('a ring gives nothing before it is thawed, whatever the window', () => {
  const ring = new RingMemory().ring({ ringBytes: 4 * block, ringSeconds: 3600 }, 1e6)
  ring.add(records(0, 10))
  ring.grant(1e6)
  expect(ring.take()).toEqual([])
  ring.thaw(10)
  expect(timesIn(ring.take())).toEqual(range(0, 10))
  expect([ring.isEmpty, ring.overwritten]).toEqual([true, 0])
})

test.each([1, 7, 60, 1000])('the newest records stay, in order, however many come at once (%i), and what gave way is counted', size => {
  const ring = new RingMemory().ring({ ringBytes: 4 * block, ringSeconds: 3600 }, 1e6)
  for (let at = 0; at < 1000; at += size) ring.add(records(at, Math.min(1000, at + size)))
  ring.thaw(1000)
  const times = timesIn(ring.take())
  // 65 to a block; the one that is being filled holds the last
  expect(times).toEqual(range(1000 - times.length, 1000))
  expect([times.length + ring.overwritten, times.length > 3 * 65 && times.length <= 4 * 65]).toEqual([1000, true])
})

test('what is older than its seconds when it is thawed is let go, to the record', () => {
  const ring = new RingMemory().ring({ ringBytes: 4 * block, ringSeconds: 30 }, 1e6)
  ring.add(records(0, 200))
  ring.thaw(220)
  expect([timesIn(ring.take()), ring.overwritten]).toEqual([range(190, 200), 190])
})

test('a thawed ring goes as far as the window does, and gives up what no window comes for', () => {
  const ring = new RingMemory().ring({ ringBytes: 4 * block, ringSeconds: 3600 }, 1)
  ring.add(records(0, 200))
  ring.thaw(200)
  expect(timesIn(ring.take())).toEqual(range(0, 65))
  expect([ring.take(), ring.isEmpty]).toEqual([[], false])
  expect([ring.giveUp(), ring.giveUp(), ring.isEmpty]).toEqual([135, 0, true])
})

test('a ring that is thawed without a window is one that nobody wants', () => {
  const ring = new RingMemory().ring({ ringBytes: 4 * block, ringSeconds: 3600 }, 0)
  ring.add(records(0, 10))
  expect(ring.isEmpty).toBe(false)
  ring.thaw(10)
  expect([ring.isEmpty, ring.giveUp()]).toEqual([true, 10])
})

test('all rings of a probe share one memory: what does not fit is refused, and fits when another is over', () => {
  const memory = new RingMemory()
  const rings = [5 << 20, 3 << 20].map(ringBytes => memory.ring({ ringBytes, ringSeconds: 30 }, 0))
  expect(() => memory.ring({ ringBytes: 2 * block, ringSeconds: 30 }, 0)).toThrow('a ring of 131072 bytes has no room: rings of this probe take 8388608 of 8388608 bytes')
  rings[1]!.close()
  rings[1]!.close()
  expect(memory.ring({ ringBytes: 3 << 20, ringSeconds: 30 }, 0).isEmpty).toBe(true)
  expect(() => memory.ring({ ringBytes: 2 * block, ringSeconds: 30 }, 0)).toThrow('has no room')
})

test.each([
  [{ ringBytes: 1, ringSeconds: 30 }, 'ringBytes must be a whole number from 131072 to 8388608, not 1'],
  [{ ringBytes: 1e9, ringSeconds: 30 }, 'ringBytes must be a whole number from 131072 to 8388608, not 1000000000'],
  [{ ringBytes: 2 * block }, 'ringSeconds must be a whole number from 1 to 3600, not undefined'],
])('a ring of %j is refused', (params, message) => {
  expect(() => new RingMemory().ring(params, 0)).toThrow(message)
})
