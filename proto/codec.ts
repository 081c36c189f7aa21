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
