import { Readable } from 'node:stream'
import type { Finding } from '#judge/finding.ts'
import type { Runs } from '../schedule/runs.ts'
import type { FindingChangeEvent } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { orSilence } from './event-stream.ts'
import { type Readable as ReadableNamespaces, redactFinding } from './redact.ts'
import { silencedFinding } from './silenced.ts'

export interface ChangeStreamOptions {
  /** the last cursor seen; absent: from now on */
  readonly after?: number
  readonly trench?: string
  /** asked again for each part, so that a right that was taken away ends with it */
  readonly readable: () => Promise<ReadableNamespaces>
  readonly store: Pick<Store, 'changesAfter' | 'lastChange' | 'silencesAt'>
  readonly runs: Pick<Runs, 'kept'>
  readonly heartbeatMs: number
  readonly now: () => number
}

/** What a caller reads; `heartbeat` has no cursor. */
export type ChangeEvent = FindingChangeEvent | { readonly cursor: number; readonly type: 'listening' } | { readonly type: 'heartbeat'; readonly at: number }

const atOnce = 100

/**
 * What becomes of findings, as lines of JSON, without an end: `listening` with the place where it begins, then each change once. Cursors are the store's: they grow, with gaps, and hold over a restart of the controller.
 * `finding` is as it is when it is read, not as it was then.
 */
export function changeStream({ after, trench, readable, store, runs, heartbeatMs, now }: ChangeStreamOptions): Readable {
  return Readable.from(lines(), { objectMode: false, highWaterMark: 64 * 1024 })

  async function* lines(): AsyncGenerator<string> {
    let cursor = after ?? (await store.lastChange())
    yield `${JSON.stringify({ cursor, type: 'listening' })}\n`
    for (;;) {
      const { kept } = runs
      const may = await readable()
      const changes = await store.changesAfter({ after: cursor, limit: atOnce, ...(trench !== undefined && { trench }), ...(may && { namespaces: may }) })
      for (const change of changes) yield `${JSON.stringify(await view(change, may))}\n`
      cursor = changes.at(-1)?.cursor ?? cursor
      if (changes.length === atOnce) continue
      const more = kept.then(() => true)
      while (!(await orSilence(more, heartbeatMs))) yield `${JSON.stringify({ type: 'heartbeat', at: now() })}\n`
    }
  }

  async function view({ finding, ...change }: FindingChangeEvent, may: ReadableNamespaces): Promise<FindingChangeEvent & { readonly finding: Finding }> {
    const silences = await store.silencesAt({ at: now(), trenches: [finding.trench] })
    return { ...change, finding: silencedFinding(redactFinding(finding, may), silences) }
  }
}
