import { deflateRawSync } from 'node:zlib'
import { encodeFrame } from '#proto/codec.ts'
import { limits } from '#proto/limits.ts'
import { spoken } from '#proto/version.ts'
import type { Want } from './probe.ts'

/**
 * What a controller says in a session with one ask, as the text of the variable TRENCHSCOPE_PLAN: challenge, welcome, ask, each deflated and in base64, with commas.
 * @throws {RangeError} when it does not fit
 */
export function planText({ wants, pass, timeoutMs, pins }: { readonly wants: readonly Want[]; readonly pass: string; readonly timeoutMs: number; readonly pins: readonly string[] }): string {
  const lease = planLease(timeoutMs)
  const text = [
    encodeFrame('challenge', { version: spoken.max }),
    encodeFrame('welcome', { lease, pins, pingEveryMs: quietMs }),
    encodeFrame('ask', { id: 1, pass, wants, timeoutMs }),
  ].map(frame => deflateRawSync(frame).toString('base64')).join(',')
  if (text.length > limits.planBytes) throw new RangeError(`a plan of ${text.length} bytes; ${limits.planBytes} fit into a container's environment`)
  return text
}

/** Nobody can renew it: long enough for the ask, short enough that what goes wrong leaves nothing behind. */
export function planLease(timeoutMs: number): { readonly idleMs: number; readonly endMs: number } {
  return { idleMs: timeoutMs + 30_000, endMs: timeoutMs + 30_000 }
}

/** no pings reach a probe that has a plan */
export const quietMs = 300_000
