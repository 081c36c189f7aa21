import type { Way } from './journeys.ts'
import { macText } from './packet.ts'
import type { Tap } from './taps.ts'
import { isFlood, type Knowledge } from './verdict.ts'

interface Answer { way: Way; from: number; to: number; step: number | undefined }

/** At which step of the way a packet is seen; undefined: off its way. The same few MAC addresses come again and again: of each tap the last answer is kept. */
export class Steps {
  readonly #taps: readonly Tap[]
  readonly #ownerOf: Knowledge['ownerOf']
  readonly #last: (Answer | undefined)[]

  constructor(taps: readonly Tap[], ownerOf: Knowledge['ownerOf']) {
    this.#taps = taps
    this.#ownerOf = ownerOf
    this.#last = taps.map(() => undefined)
  }

  /** MAC addresses as numbers. */
  of(way: Way, tap: number, from: number, to: number): number | undefined {
    const last = this.#last[tap]
    if (last && last.from === from && last.to === to && last.way === way) return last.step
    const at = this.#taps[tap]!
    const step = at.step === undefined || isFlood(at, way, { from: macText(from), to: macText(to) }, this.#ownerOf) ? undefined : at.step
    this.#last[tap] = { way, from, to, step }
    return step
  }
}
