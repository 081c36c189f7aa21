/** A repeatable source of randomness (mulberry32), so that a failure can be run again by its seed. */
export class Random {
  #state: number
  constructor(seed: number) {
    this.#state = seed
  }

  /** 0 ≤ x < 1 */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound)
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }

  chance(share: number): boolean {
    return this.next() < share
  }
}

const junkTexts = ['', ' ', '../..', 'null', '0', '-1', '9'.repeat(30), 'a'.repeat(5000), '\u0000', 'é😀\ud800', '<x>', "' OR 1=1 --", '%', '%00', '{"a":1}', '__proto__', 'constructor', 'red', 'c/red/red', '1e999', '\n', 'true']

export function junkText(random: Random): string {
  return random.chance(0.7) ? random.pick(junkTexts) : Array.from({ length: random.below(40) }, () => String.fromCharCode(random.below(random.chance(0.5) ? 128 : 65_536))).join('')
}

/** Any JSON, mostly small. */
export function junkJson(random: Random, depth = 0): unknown {
  const kind = random.below(depth > 3 ? 5 : 7)
  if (kind === 0) return null
  if (kind === 1) return random.chance(0.5)
  if (kind === 2) return random.pick([0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, 2 ** 53])
  if (kind < 5) return junkText(random)
  if (kind === 5) return Array.from({ length: random.below(4) }, () => junkJson(random, depth + 1))
  return Object.fromEntries(Array.from({ length: random.below(4) }, () => [junkText(random), junkJson(random, depth + 1)]))
}
