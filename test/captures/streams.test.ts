import { EventEmitter } from 'node:events'
import { delimiter, join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Params } from '#facts/fact.ts'
import { Channel, type Socket } from '#proto/channel.ts'
import type { Frame, Frames, Kind } from '#proto/frames.ts'
import { Captures } from '../../agent/captures/capture.ts'
import { Streams } from '../../agent/streams.ts'
import { LinkStreams, type StreamEnding, type StreamPiece } from '../../controller/link/streams.ts'
import { samples } from '../proto/samples.ts'

const params = (filter: string): Params => ({ interface: 'near', filter, snaplen: 128, seconds: 60, packets: 1e6, bytes: 1e9, immediate: true })

test('all packets of a capture arrive in order when the window is granted as they are taken; the end brings the counters', async () => {
  const { link } = openSession()
  const stream = receive(link, params('10000 packets of 60'), { window: 100_000, grant: true })
  await expect.poll(() => stream.numbers.length, { timeout: 60_000 }).toBe(10_000)
  stream.close()
  expect(await stream.end).toEqual({ code: 'over', message: 'it was ended' })
  expect(stream.numbers.every((number, index) => number === index)).toBe(true)
  expect([stream.dropped, stream.counters]).toEqual([0, { matched: 10_003, captured: 10_000, kernelDropped: 2, closing: true, answeredMs: 0 }])
})

test('without a window packets are dropped and counted, another stream is not held up, and the numbers add up', async () => {
  const { link } = openSession()
  const starved = receive(link, params('50000 packets of 60'), { window: 1000 })
  const fed = receive(link, params('5000 packets of 60'), { window: 100_000, grant: true })
  await expect.poll(() => fed.numbers.length, { timeout: 60_000 }).toBe(5000)
  await starved.heard
  for (const stream of [starved, fed]) stream.close()
  expect(await starved.end).toEqual({ code: 'over', message: 'it was ended' })
  await fed.end
  expect(starved.numbers.length + starved.dropped).toBe(50_000)
  expect(starved.bytes).toBeLessThan(400_000)
  expect(starved.counters).toEqual({ matched: 50_003, captured: 50_000, kernelDropped: 2, closing: true, answeredMs: 0 })
  expect([fed.numbers.length, fed.dropped]).toEqual([5000, 0])
})

test('a ring sends nothing but that it listens until it is frozen; then what it kept, and the numbers add up', async () => {
  // the stand-in's packets are of then
  vi.useFakeTimers({ toFake: ['Date'], now: 1_790_000_010_000 })
  onTestFinished(() => void vi.useRealTimers())
  const { link } = openSession()
  const ring = receive(link, { ...params('20000 packets of 60'), ringBytes: 1 << 20, ringSeconds: 60 }, { window: 0, grant: true, capture: 'ring' })
  await ring.heard
  // meanwhile an ordinary capture brings all of its own: no more than may wait for its window
  const other = receive(link, params('5000 packets of 60'), { window: 100_000, grant: true })
  await expect.poll(() => other.numbers.length, { timeout: 20_000 }).toBe(5000)
  expect([ring.pieces, ring.bytes]).toEqual([1, 0])
  ring.grant(100_000)
  ring.close()
  expect(await ring.end).toEqual({ code: 'over', message: 'it was ended' })
  const { overwritten, ...counted } = ring.counters as { overwritten: number }
  expect(counted).toEqual({ matched: 20_003, captured: 20_000, kernelDropped: 2, closing: true, answeredMs: 0 })
  expect([ring.numbers.length, ring.numbers[0], ring.numbers.every((number, index) => number === overwritten + index)]).toEqual([20_000 - overwritten, overwritten, true])
  expect([ring.dropped, ring.bytes > 900_000 && ring.bytes <= 1 << 20]).toEqual([0, true])
})

test('a ring that is closed without a window drops what it kept at once', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout'], now: 1_790_000_010_000 })
  onTestFinished(() => void vi.useRealTimers())
  const { link } = openSession()
  const ring = receive(link, { ...params('100 packets of 60'), ringBytes: 1 << 20, ringSeconds: 60 }, { window: 0, capture: 'ring' })
  await ring.heard
  ring.close()
  expect(await ring.end).toEqual({ code: 'over', message: 'it was ended' })
  expect([ring.numbers, ring.dropped]).toEqual([[], 100])
})

test.each<[string, object, string]>([
  ['more memory than there is', { ringBytes: 1 << 30 }, 'ringBytes must be a whole number from 131072 to 8388608, not 1073741824'],
  ['a time without end', { seconds: 86_401 }, 'seconds must be a whole number from 1 to 86400, not 86401'],
])('a ring of %s is refused', async (_, change, message) => {
  const { link } = openSession()
  expect(await receive(link, { ...params('0 packets of 60'), ringBytes: 1 << 20, ringSeconds: 60, ...change }, { window: 0, capture: 'ring' }).end).toEqual({ code: 'refused', message })
})

test('a filter that tcpdump cannot compile in time is refused, and its tcpdump ended', async () => {
  const { link } = openSession({ checkMs: 300 })
  const stream = receive(link, params('slow'), { window: 1000 })
  expect(await stream.end).toEqual({ code: 'refused', message: 'the filter is not compiled after 300 ms: for names in it tcpdump asks a name server' })
})

test('what this probe cannot stream is unsupported, and the session goes on', async () => {
  const { link } = openSession()
  const ends: StreamEnding[] = []
  link.open('nfqlb-trace', {}, 1, { onData: () => {}, onEnd: end => ends.push(end) })
  await expect.poll(() => ends).toEqual([{ code: 'unsupported', message: 'this probe cannot stream nfqlb-trace' }])
})

test('the end of the session ends the captures, on both sides', async () => {
  const { link, controller, closed } = openSession()
  const stream = receive(link, params('10 packets of 60'), { window: 100_000 })
  await stream.heard
  controller.goodbye('leaving', 'the controller ends')
  await closed
  expect(await stream.end).toEqual({ code: 'gone', message: 'the controller ends' })
  expect(await receive(link, params('1 packets of 60'), { window: 1 }).end).toMatchObject({ code: 'gone' })
})

test.each<[string, (link: LinkStreams) => void]>([
  ['data of a stream never opened', link => link.data({ stream: 1, payload: new Uint8Array(1), dropped: 0 })],
  ['the end of a stream never opened', link => link.closed({ stream: 7, code: 'over', message: '' })],
])('%s is out of state', (_, act) => {
  expect(() => act(openSession().link)).toThrow('which was not opened')
})

test('a probe that sends far beyond its window loses the session', () => {
  const { link } = openSession()
  link.open('packets', params('0 packets of 60'), 1000, { onData: () => {}, onEnd: () => {} })
  expect(() => link.data({ stream: 1, payload: new Uint8Array(2 << 20), dropped: 0 })).toThrow('beyond its window')
})

function receive(link: LinkStreams, what: Params, { window, grant = false, capture = 'packets' }: { window: number; grant?: boolean; capture?: string }) {
  const end = Promise.withResolvers<StreamEnding>()
  const heard = Promise.withResolvers<void>()
  const stream = { numbers: [] as number[], dropped: 0, bytes: 0, pieces: 0, counters: undefined as object | undefined, end: end.promise, heard: heard.promise, close: () => open.close(), grant: (bytes: number) => open.grant(bytes) }
  const open = link.open(capture, what, window, {
    onData: ({ payload, dropped, counters }: StreamPiece) => {
      const bytes = Buffer.from(payload)
      for (let at = 0; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) stream.numbers.push(bytes.readUInt32LE(at + 16))
      stream.dropped += dropped
      stream.bytes += bytes.length
      stream.pieces += 1
      if (counters) stream.counters = counters
      if (grant && bytes.length > 0) open.grant(bytes.length)
      heard.resolve()
    },
    onEnd: end.resolve,
  })
  return stream
}

/** Both ends of an open session, with the real channels over sockets in memory. */
function openSession(limits = {}) {
  const [near, far] = socketPair()
  const closed = Promise.withResolvers<void>()
  const probe = new Channel(near, 'probe', {
    onFrame: frame => takeByProbe(streams, frame),
    onEnd: () => {
      streams.closeAll()
      closed.resolve()
    },
  })
  const controller = new Channel(far, 'controller', {
    onFrame: frame => {
      if (frame.kind === 'streamData') link.data(frame.body)
      if (frame.kind === 'streamClose') link.closed(frame.body)
    },
    onEnd: ending => link.over(ending.message),
  })
  const streams = new Streams(new Captures([join(import.meta.dirname, 'fake-tcpdump'), process.env['PATH']].join(delimiter), limits), probe)
  const link = new LinkStreams(controller)
  const send = (channel: Channel, kind: Kind) => channel.send(kind, samples.find(sample => sample.kind === kind)!.body as Frames[Kind])
  send(probe, 'hello')
  send(controller, 'challenge')
  send(probe, 'proof')
  send(controller, 'welcome')
  onTestFinished(() => streams.closeAll())
  return { link, controller, closed: closed.promise }
}

function takeByProbe(streams: Streams, frame: Frame): void {
  if (frame.kind === 'streamOpen') streams.open(frame.body)
  if (frame.kind === 'streamWindow') streams.grant(frame.body)
  if (frame.kind === 'streamClose') streams.close(frame.body.stream)
}

class MemorySocket extends EventEmitter implements Socket {
  other: MemorySocket | undefined
  readonly bufferedAmount = 0

  send(data: Uint8Array): void {
    // in order, before whatever is sent next, and read on the spot as far as the handshake goes
    this.other?.emit('message', Buffer.from(data), true)
  }

  close(code: number, reason: string): void {
    queueMicrotask(() => this.other?.emit('close', code, Buffer.from(reason)))
  }

  terminate(): void {}
}

function socketPair(): [MemorySocket, MemorySocket] {
  const [near, far] = [new MemorySocket(), new MemorySocket()]
  near.other = far
  far.other = near
  return [near, far]
}
