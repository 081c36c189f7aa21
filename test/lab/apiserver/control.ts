import type { Call, Fault, Faults } from './faults.ts'
import type { Store } from './store.ts'
import type { Watch } from './watch.ts'

export interface Counters {
  /** TCP connections accepted at the front door since the last reset, and those open now */
  connections: number
  openConnections: number
  openWatches: number
  requests: number
  /** `user` → requests; `verb` likewise; `path` is `METHOD /path` */
  byUser: Record<string, number>
  byVerb: Record<string, number>
  byPath: Record<string, number>
}

/** What the front door can be made to do. */
export interface Door {
  /** closes the listener and every connection for `ms`, then listens on the same port again */
  refuse(ms: number): Promise<void>
  connections(): { accepted: number; open: number }
  resetCounters(): void
}

const maxCalls = 100_000

/** The double's levers and its memory of what was asked. Faults and counters concern the front door only: kubelets have their own. */
export class Control {
  readonly #store: Store
  readonly #faults: Faults
  readonly #door: () => Door
  readonly #watches = new Set<Watch>()
  #calls: Call[] = []
  #duplicating = false

  constructor(store: Store, faults: Faults, door: () => Door) {
    this.#store = store
    this.#faults = faults
    this.#door = door
  }

  /** Sets a fault; the result ends it. */
  fault(fault: Fault): () => void {
    return this.#faults.add(fault)
  }

  /** Ends all faults and event duplication. */
  heal(): void {
    this.#faults.heal()
    this.#duplicating = false
  }

  /** Ends every open watch cleanly; the number of them. */
  dropWatches(): number {
    return this.#each(watch => watch.end())
  }

  /** Breaks every open watch in the middle of a line; the number of them. */
  cutWatches(): number {
    return this.#each(watch => watch.cut())
  }

  /** Refuses connections for `ms` and closes those there are. Resolves when it listens again. */
  refuse(ms: number): Promise<void> {
    return this.#door().refuse(ms)
  }

  /** Makes every resourceVersion but the newest too old. */
  expire(): void {
    this.#store.expire()
  }

  duplicateEvents(on: boolean): void {
    this.#duplicating = on
  }

  get duplicating(): boolean {
    return this.#duplicating
  }

  /** All calls since the last reset, oldest first; the newest 100,000 are kept. */
  calls(): readonly Call[] {
    return this.#calls
  }

  resetCounters(): void {
    this.#calls = []
    this.#door().resetCounters()
  }

  counters(): Counters {
    const { accepted, open } = this.#door().connections()
    const count = (key: (call: Call) => string) => {
      const totals: Record<string, number> = {}
      for (const call of this.#calls) totals[key(call)] = (totals[key(call)] ?? 0) + 1
      return totals
    }
    return {
      connections: accepted, openConnections: open, openWatches: this.#watches.size, requests: this.#calls.length,
      byUser: count(call => call.user), byVerb: count(call => call.verb), byPath: count(call => `${call.method} ${call.path}`),
    }
  }

  record(call: Call): void {
    this.#calls.push(call)
    if (this.#calls.length > maxCalls) this.#calls.shift()
  }

  watchOpened(watch: Watch): void {
    this.#watches.add(watch)
  }

  watchClosed(watch: Watch): void {
    this.#watches.delete(watch)
  }

  #each(act: (watch: Watch) => void): number {
    const watches = [...this.#watches]
    watches.forEach(act)
    return watches.length
  }
}

/**
 * The levers over HTTP, for another process: `GET /_control/counters`, `GET /_control/calls`, `POST /_control/{fault,heal,drop-watches,cut-watches,refuse,expire,duplicate-events,reset}`;
 * bodies: a Fault, `{ ms }`, `{ on }`. Undefined: no such lever.
 */
export function controlByHttp(control: Control, method: string, path: string, body: string): object | undefined {
  const given = (body ? JSON.parse(body) : {}) as Fault & { ms?: number; on?: boolean }
  switch (`${method} ${path.replace('/_control/', '')}`) {
    case 'GET counters': return control.counters()
    case 'GET calls': return { calls: control.calls() }
    case 'POST fault': control.fault(given); return {}
    case 'POST heal': control.heal(); return {}
    case 'POST drop-watches': return { watches: control.dropWatches() }
    case 'POST cut-watches': return { watches: control.cutWatches() }
    case 'POST refuse': setImmediate(() => void control.refuse(given.ms ?? 1000)); return {}
    case 'POST expire': control.expire(); return {}
    case 'POST duplicate-events': control.duplicateEvents(given.on ?? true); return {}
    case 'POST reset': control.resetCounters(); return {}
    default: return undefined
  }
}
