import { toWire } from './encode.ts'
import type { Frame, Frames, Kind } from './frames.ts'
import { ProtocolError } from './goodbye.ts'
import { limits } from './limits.ts'
import { trenchscope } from './probe.gen.js'
import { fromWire } from './read.ts'

const wire = trenchscope.probe.v1.Frame

/** @throws {ProtocolError} `too-large` */
export function encodeFrame<K extends Kind>(kind: K, body: Frames[K]): Uint8Array {
  const bytes = wire.encode({ [kind]: toWire[kind](body) }).finish()
  if (bytes.length > limits.frameBytes) throw new ProtocolError('too-large', `a ${kind} of ${bytes.length} bytes; ${limits.frameBytes} may travel`)
  return bytes
}

/** A `streamData` whose payload is given in parts: each is copied once, into the frame. @throws {ProtocolError} `too-large` */
export function encodeData(parts: readonly Uint8Array[], body: Omit<Frames['streamData'], 'payload'>): Uint8Array {
  const rest = trenchscope.probe.v1.StreamData.encode(body).finish()
  const payloadLength = parts.reduce((sum, { length }) => sum + length, 0)
  const bodyLength = rest.length + 1 + varintBytes(payloadLength) + payloadLength
  const bytes = Buffer.allocUnsafeSlow(2 + varintBytes(bodyLength) + bodyLength)
  if (bytes.length > limits.frameBytes) throw new ProtocolError('too-large', `a streamData of ${bytes.length} bytes; ${limits.frameBytes} may travel`)
  // fields 31 and 2 of wire type 2, a length and bytes (probe/v1/probe.proto)
  bytes[0] = 0xfa
  bytes[1] = 0x01
  let at = writeVarint(bytes, 2, bodyLength)
  bytes.set(rest, at)
  at += rest.length
  bytes[at] = 0x12
  at = writeVarint(bytes, at + 1, payloadLength)
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function varintBytes(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4
}

function writeVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start
  for (let left = value; ; left >>>= 7) {
    bytes[at++] = left < 0x80 ? left : left & 0x7f | 0x80
    if (left < 0x80) return at
  }
}

/**
 * Reads one message. undefined: a kind of frame that this side does not know, to be ignored.
 * @throws {ProtocolError} `malformed` or `too-large`
 */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  if (bytes.length > limits.frameBytes) throw new ProtocolError('too-large', `a frame of ${bytes.length} bytes; ${limits.frameBytes} may travel`)
  const message = parsed(bytes)
  if (message.body === undefined) return undefined
  return fromWire(message.body, message[message.body])
}

function parsed(bytes: Uint8Array): InstanceType<typeof wire> {
  try {
    return wire.decode(bytes)
  } catch (error) {
    throw new ProtocolError('malformed', `not a frame: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}
