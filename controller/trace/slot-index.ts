/**
 * Finds numbered slots by a key of two 32-bit hashes; several may have the same. All its memory is taken at once, in a few arrays, so that slots come and go by the hundred
 * thousand a second without work for the garbage collector. Nothing is 0, a slot is kept as its number + 1.
 */
export class SlotIndex {
  readonly #heads: Int32Array
  readonly #next: Int32Array
  readonly #before: Int32Array
  readonly #keyA: Int32Array
  readonly #keyB: Int32Array
  readonly #mask: number

  /** `slots`: a power of two */
  constructor(slots: number) {
    this.#heads = new Int32Array(slots)
    this.#next = new Int32Array(slots)
    this.#before = new Int32Array(slots)
    this.#keyA = new Int32Array(slots)
    this.#keyB = new Int32Array(slots)
    this.#mask = slots - 1
  }

  /** A slot that is not in it. */
  add(slot: number, a: number, b: number): void {
    const bucket = (a ^ b) & this.#mask
    const head = this.#heads[bucket]!
    this.#keyA[slot] = a
    this.#keyB[slot] = b
    this.#next[slot] = head
    this.#before[slot] = 0
    if (head > 0) this.#before[head - 1] = slot + 1
    this.#heads[bucket] = slot + 1
  }

  /** A slot that is in it. */
  remove(slot: number): void {
    const next = this.#next[slot]!
    const before = this.#before[slot]!
    if (next > 0) this.#before[next - 1] = before
    if (before > 0) this.#next[before - 1] = next
    else this.#heads[(this.#keyA[slot]! ^ this.#keyB[slot]!) & this.#mask] = next
  }

  /** The slot with the key that was added last; -1: none */
  find(a: number, b: number): number {
    return this.#match(this.#heads[(a ^ b) & this.#mask]!, a | 0, b | 0)
  }

  /** The one with the same key that was added before it; -1: none */
  older(slot: number): number {
    return this.#match(this.#next[slot]!, this.#keyA[slot]!, this.#keyB[slot]!)
  }

  #match(from: number, a: number, b: number): number {
    let at = from
    while (at > 0 && (this.#keyA[at - 1] !== a || this.#keyB[at - 1] !== b)) at = this.#next[at - 1]!
    return at - 1
  }
}

/** The least power of two that is no less. */
export function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, least)))
}
