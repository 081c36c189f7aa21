import { SlotIndex } from './slot-index.ts'

/** TCP segments that were sent lately, the newest as many as there are slots, by their hashes (see Identities). */
export class SentSegments {
  readonly #index: SlotIndex
  readonly #at: Float64Array
  #first = 0
  #next = 0

  /** `slots`: a power of two */
  constructor(slots: number) {
    this.#index = new SlotIndex(slots)
    this.#at = new Float64Array(slots)
  }

  /** Whether it went before; from now on it did. */
  wasSent(a: number, b: number, at: number): boolean {
    if (this.#index.find(a, b) >= 0) return true
    if (this.#next - this.#first === this.#at.length) this.#forgetOldest()
    const slot = this.#slotOf(this.#next++)
    this.#at[slot] = at
    this.#index.add(slot, a, b)
    return false
  }

  forget(now: number): void {
    while (this.#first < this.#next && now - this.#at[this.#slotOf(this.#first)]! >= keptNs) this.#forgetOldest()
  }

  #forgetOldest(): void {
    this.#index.remove(this.#slotOf(this.#first++))
  }

  #slotOf(count: number): number {
    return count & (this.#at.length - 1)
  }
}

/** a SYN's third retransmission comes after 7 s */
const keptNs = 10e9
