/** Why a step cannot be tried here. */
export class Skipped extends Error {}

export interface StepResult {
  readonly name: string
  readonly outcome: 'ok' | 'failed' | 'skipped'
  /** what was seen, or why not */
  readonly words: string
  readonly ms: number
}

/** Runs steps one after the other and tells of each as it ends. A step that fails does not stop the next; one that needs it fails, too, or says it was skipped. */
export class Steps {
  readonly results: StepResult[] = []
  readonly #say: (line: string) => void

  constructor(say: (line: string) => void) {
    this.#say = say
  }

  /** @param run resolves with what was seen, in words; throws {@link Skipped} with the reason, or what is wrong */
  async step(name: string, run: () => Promise<string>): Promise<boolean> {
    const from = performance.now()
    const ended = (outcome: StepResult['outcome'], words: string): boolean => {
      const ms = Math.round(performance.now() - from)
      this.results.push({ name, outcome, words, ms })
      this.#say(`${{ ok: 'ok  ', failed: 'NOT ', skipped: 'skip' }[outcome]} ${name} (${ms} ms): ${words}`)
      return outcome === 'ok'
    }
    try {
      return ended('ok', await run())
    } catch (error) {
      return ended(error instanceof Skipped ? 'skipped' : 'failed', error instanceof Error ? error.message : String(error))
    }
  }

  /** 0 nothing failed, 1 something did. */
  get exitCode(): 0 | 1 {
    return this.results.some(({ outcome }) => outcome === 'failed') ? 1 : 0
  }
}

/** @throws {Error} with both sides when they differ */
export function same(what: string, seen: unknown, wanted: unknown): void {
  const [left, right] = [JSON.stringify(seen), JSON.stringify(wanted)]
  if (left !== right) throw new Error(`${what}: ${left}, expected ${right}`)
}
