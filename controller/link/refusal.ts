import { type Goodbye, ProtocolError } from '#proto/goodbye.ts'

/**
 * Why somebody who connected did not become a probe; counted by this name.
 * `lost`: left by itself; `late`: did not prove itself in time; `crowded`: too many strangers at once.
 */
export const refusalReasons = ['session-unknown', 'identity-wrong', 'proof-wrong', 'key-wrong', 'key-unreadable', 'no-common-version', 'malformed', 'too-large', 'out-of-state', 'late', 'crowded', 'failed', 'lost'] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** Who is not let in, and what it is told. `code`: the goodbye. */
export class Refusal extends ProtocolError {
  readonly reason: RefusalReason
  constructor(reason: RefusalReason, code: Goodbye, message: string, options?: ErrorOptions) {
    super(code, message, options)
    this.name = 'Refusal'
    this.reason = reason
  }
}
