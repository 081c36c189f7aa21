import { expect, test } from 'vitest'
import { decodeFrame, encodeData, encodeFrame } from '../../proto/codec.ts'
import type { Frame, Frames, Kind } from '../../proto/frames.ts'
import { ProtocolError } from '../../proto/goodbye.ts'
import { limits } from '../../proto/limits.ts'
import { trenchscope } from '../../proto/probe.gen.js'
import { samples } from './samples.ts'

const wire = trenchscope.probe.v1.Frame
type Wire = trenchscope.probe.v1.Frame.$Properties

test.each(samples)('a $kind arrives as it was sent', frame => {
  expect(plain(decodeFrame(encodeFrame(frame.kind, frame.body as Frames[Kind])))).toEqual(plain(frame))
})

test('there is a sample of every kind the schema knows', () => {
  const known = Object.keys(wire.prototype).filter(name => (wire.prototype as unknown as Record<string, unknown>)[name] === null)
  expect([...new Set(samples.map(({ kind }) => kind))].sort()).toEqual(known.sort())
})

test('fields this side does not know are ignored', () => {
  // field 100, length-delimited, inside of the done as behind it
  const unknown = [0xa2, 0x06, 3, 1, 2, 3]
  expect(decodeFrame(new Uint8Array([0xb2, 0x01, 2 + unknown.length, 8, 3, ...unknown, ...unknown]))).toEqual({ kind: 'done', body: { ask: 3 } })
})

test.each([
  ['of a kind this side does not know', [0xa2, 0x06, 1, 0]],
  ['without a body', []],
])('a frame %s is ignored', (_, bytes) => {
  expect(decodeFrame(new Uint8Array(bytes))).toBeUndefined()
})

test.each<[string, Uint8Array]>([
  ['bytes that are no protobuf', new Uint8Array([0xff, 0xff, 0xff])],
  ['a field cut short', encodeFrame('cancel', { ask: 300 }).slice(0, -1)],
  ['text that is not UTF-8', new Uint8Array([0x2a, 4, 0x12, 2, 0xc3, 0x28])],
  ['a key of 31 bytes', raw({ hello: { key: new Uint8Array(31) } })],
  ['a signature of no bytes', raw({ proof: {} })],
  ['a welcome without a lease', raw({ welcome: { pins: [] } })],
  ['a negative duration', raw({ lease: { idleMs: -1, endMs: 1 } })],
  ['a time that is no number', raw({ pong: { id: 1, receivedAt: NaN, sentAt: 0 } })],
  ['parameters that are not JSON', raw({ ask: { id: 1, wants: [{ fact: 'ping', params: '{' }] } })],
  ['parameters that are a list', raw({ ask: { id: 1, wants: [{ fact: 'ping', params: '[]' }] } })],
  ['parameters that are nested', raw({ ask: { id: 1, wants: [{ fact: 'ping', params: '{"a":{"b":1}}' }] } })],
  ['an observation with neither data nor error', raw({ observation: { ask: 1, fact: 'ping', params: '{}' } })],
])('%s is malformed', (_, bytes) => {
  expect(codeOf(() => decodeFrame(bytes))).toBe('malformed')
})

test.each<[string, Uint8Array]>([
  ['a frame', new Uint8Array(limits.frameBytes + 1)],
  ['a name', raw({ hello: { session: 'x'.repeat(limits.nameBytes + 1), key: new Uint8Array(32) } })],
  ['an output', raw({ record: { ask: 1, id: 1, stdout: 'x'.repeat(limits.textBytes + 1) } })],
  ['data', raw({ observation: { ask: 1, data: new Uint8Array(limits.textBytes + 1) } })],
  ['parameters', raw({ ask: { id: 1, wants: [{ fact: 'ping', params: `{"a":"${'x'.repeat(limits.jsonBytes)}"}` }] } })],
  ['a message', raw({ goodbye: { code: 1, message: 'x'.repeat(limits.messageBytes + 1) } })],
  ['a list of wants', raw({ ask: { id: 1, wants: Array.from({ length: limits.wants + 1 }, () => ({ fact: 'ping' })) } })],
  ['a catalogue', raw({ hello: { key: new Uint8Array(32), facts: Array.from({ length: limits.facts + 1 }, () => ({ id: 'x' })) } })],
  ['an argv', raw({ record: { ask: 1, id: 1, argv: Array.from({ length: limits.argv + 1 }, () => 'x') } })],
  ['a list of pins', raw({ successor: { pins: Array.from({ length: limits.pins + 1 }, () => 'x') } })],
])('%s beyond its limit is too large', (_, bytes) => {
  expect(codeOf(() => decodeFrame(bytes))).toBe('too-large')
})

test('what is at its limit travels', () => {
  const stdout = 'x'.repeat(limits.textBytes)
  const frame = decodeFrame(raw({ record: { ask: 1, id: 1, stdout } })) as Extract<Frame, { kind: 'record' }>
  expect(frame.body.stdout.length).toBe(limits.textBytes)
})

test('a frame too large to travel is not made', () => {
  expect(codeOf(() => encodeFrame('streamData', { stream: 1, payload: new Uint8Array(limits.frameBytes), dropped: 0 }))).toBe('too-large')
})

test('numbers of a newer list are read as the nearest known meaning', () => {
  expect(decodeFrame(raw({ goodbye: { code: 99 as 1, message: 'new' } }))).toEqual({ kind: 'goodbye', body: { code: 'failed', message: 'new' } })
  expect(decodeFrame(raw({ log: { level: 99 as 1, message: 'new' } }))).toEqual({ kind: 'log', body: { at: 0, level: 'info', message: 'new', fields: {} } })
})

function raw(message: Wire): Uint8Array {
  return wire.encode(message).finish()
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act()
  } catch (error) {
    if (error instanceof ProtocolError) return error.code
    throw error
  }
  return undefined
}

/** Buffers and Uint8Arrays alike. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, each: unknown) => (each instanceof Uint8Array ? [...each] : (each as { type?: string } | null)?.type === 'Buffer' ? (each as unknown as { data: number[] }).data : each)))
}

test.each([0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 3_000_000])('records of %i bytes in parts travel as one payload', length => {
  const payload = Buffer.alloc(length, 7)
  const parts = [payload.subarray(0, length >> 2), payload.subarray(length >> 2, length >> 1), payload.subarray(length >> 1)]
  const rest = { stream: 300, dropped: 5, counters: { matched: 9, captured: 8, kernelDropped: 1, closing: true, answeredMs: 2.5 } }
  const { payload: arrived, ...others } = decodeFrame(encodeData(parts, rest))!.body as Frames['streamData']
  // a comparison of megabytes, element by element, would take seconds
  expect([payload.equals(arrived), others]).toEqual([true, rest])
})
