import type { CommandRecord, Observation, Params } from '#facts/fact.ts'

/** Reads facts for the link. */
export interface Observer {
  /**
   * Reads every want through one pass and resolves when each has its observation; ends within `timeoutMs`, or when `signal` aborts.
   * `onRecord` tells a command's record once, before the first observation that names it; `id` counts from 1 in this call.
   */
  observe(
    wants: readonly { readonly fact: string; readonly params: Params }[],
    options: {
      readonly pass: string
      readonly timeoutMs: number
      readonly signal: AbortSignal
      onRecord(id: number, record: CommandRecord): void
      onObservation(seen: Observation): void
    },
  ): Promise<void>
}
