/**
 * Why a session ends: the closed list, with the numbers of the proto's GoodbyeCode. The WebSocket's close code is 4000 + the number.
 * What each side does about it stands in PROTOCOL.md.
 */
export const goodbyeCodes = Object.freeze({
  leaving: 1,
  'lease-over': 2,
  killed: 3,
  'session-unknown': 4,
  refused: 5,
  'not-yet': 6,
  'no-common-version': 7,
  malformed: 8,
  'too-large': 9,
  'out-of-state': 10,
  silent: 11,
  replaced: 12,
  overloaded: 13,
  failed: 14,
})

export type Goodbye = keyof typeof goodbyeCodes

/** What a peer did that ends the session with `code`. */
export class ProtocolError extends Error {
  readonly code: Goodbye
  constructor(code: Goodbye, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ProtocolError'
    this.code = code
  }
}

/** undefined: a number this side does not know */
export function goodbyeOf(code: number): Goodbye | undefined {
  return (Object.keys(goodbyeCodes) as Goodbye[]).find(name => goodbyeCodes[name] === code)
}

export function closeCodeOf(goodbye: Goodbye): number {
  return 4000 + goodbyeCodes[goodbye]
}

/** What a WebSocket's close code says; RFC 6455 codes that the WebSocket layer sends of itself are translated. undefined: the connection was lost. */
export function goodbyeOfClose(closeCode: number): Goodbye | undefined {
  if (closeCode === 1009) return 'too-large'
  if (closeCode === 1002 || closeCode === 1007) return 'malformed'
  return goodbyeOf(closeCode - 4000)
}
