import { Readable } from 'node:stream'
import type { Dropped, RunEvent } from '../schedule/event-line.ts'
import type { Run } from '../schedule/run.ts'
import type { Store } from '../store/store.ts'
import { type Readable as ReadableNamespaces, redactEvent } from './redact.ts'
import { markSilenced } from './silenced.ts'

export interface EventStreamOptions {
  readonly after: number
  /** the run is cancelled when its reader has left and nobody has come back within `graceMs` */
  readonly owned: boolean
  readonly readable: ReadableNamespaces
  readonly store: Pick<Store, 'silencesAt'>
  readonly graceMs: number
  readonly heartbeatMs: number
  readonly now: () => number
}

/** What a caller reads. `heartbeat` and `dropped` have no cursor; `hidden` keeps the place of what he may not read. */
export type StreamEvent = RunEvent | Dropped | { readonly cursor: number; readonly type: 'hidden' } | { readonly type: 'heartbeat'; readonly at: number }

/** readers of each run, to know when the last has left */
const readers = new WeakMap<Run, { count: number; owned: boolean }>()

/** A run's events as lines of JSON, as fast as the reader takes them. Silence is broken by `{"type":"heartbeat"}`, which has no cursor. */
export function eventStream(run: Run, options: EventStreamOptions): Readable {
  return Readable.from(lines(run, options), { objectMode: false, highWaterMark: 64 * 1024 })
}

async function* lines(run: Run, { after, owned, readable, store, graceMs, heartbeatMs, now }: EventStreamOptions): AsyncGenerator<string> {
  const present = readers.get(run) ?? { count: 0, owned: false }
  readers.set(run, present)
  present.count++
  present.owned ||= owned
  const left = new AbortController()
  const events = run.events.read(after, left.signal)
  try {
    for (let next = events.next(); ;) {
      const event = await orSilence(next, heartbeatMs)
      if (event === undefined) {
        yield `${JSON.stringify({ type: 'heartbeat', at: now() })}\n`
        continue
      }
      if (event.done) return
      yield `${JSON.stringify(await view(event.value))}\n`
      next = events.next()
    }
  } finally {
    left.abort()
    present.count--
    if (present.count === 0 && present.owned) setTimeout(() => present.count === 0 && run.cancel('its caller left'), graceMs).unref()
  }

  async function view(event: RunEvent | Dropped): Promise<object> {
    const redacted = redactEvent(event, readable)
    if (redacted.type !== 'report') return redacted
    return { ...redacted, report: markSilenced(redacted.report, await store.silencesAt({ at: now(), trenches: [redacted.trench] })) }
  }
}

/** Undefined: nothing came in time; the promise is still good. */
export async function orSilence<T>(next: Promise<T>, ms: number): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), ms)
  return Promise.race([next, promise]).finally(() => clearTimeout(timer))
}
