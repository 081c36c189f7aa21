import { Gate } from './gate.ts'

const queue = 10_000

/** So many at once for each key; a key that nobody uses takes no memory. */
export class Lanes {
  readonly #width: number
  readonly #gates = new Map<string, { gate: Gate; users: number }>()

  constructor(width: number) {
    this.#width = width
  }

  /** Resolves with the way out, to be called once. @throws {KubeError} `aborted`, `overloaded` */
  async enter(key: string, signal?: AbortSignal): Promise<() => void> {
    const lane = this.#gates.get(key) ?? { gate: new Gate({ inFlight: this.#width, queue }), users: 0 }
    this.#gates.set(key, lane)
    lane.users++
    const drop = (): void => {
      if (--lane.users === 0) this.#gates.delete(key)
    }
    try {
      const leave = await lane.gate.enter(signal)
      return () => {
        leave()
        drop()
      }
    } catch (error) {
      drop()
      throw error
    }
  }
}
