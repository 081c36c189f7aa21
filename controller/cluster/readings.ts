import { FactError } from '#facts/fact.ts'
import type { KubeObject } from '#judge/profile.ts'
import type { KubeClient } from './client.ts'
import { KubeError } from './errors.ts'
import { projectionOf } from './project.ts'
import type { RawObject } from './watch-stream.ts'

/** Objects of a kind; `metadata.continue` where the server has more of them than one page. */
export interface Listing {
  readonly items: readonly KubeObject[]
  readonly metadata?: { readonly continue?: string }
}
export interface ListingQuery { readonly group: string; readonly plural: string; /** absent: of all namespaces */ readonly namespace?: string; readonly labelSelector?: string; readonly fieldSelector?: string }
export interface LogReading { readonly namespace: string; readonly pod: string; readonly container: string; readonly tailLines: number; readonly limitBytes: number }

export interface ReadingsOptions {
  readonly client: Pick<KubeClient, 'request' | 'text'>
  /** ms, monotonic */
  readonly now?: () => number
}

/** objects of one listing: a page, and no more */
const pageSize = 500
/** trenches that are swept side by side ask the same of the cluster: they share an answer for so long */
const shareMs = 3000
const timeoutMs = 10_000
const versions: Readonly<Record<string, string>> = { 'meridio-2.nordix.org': 'v1alpha1' }
const secret = /passw|secret|token|private.?key|authorization/i

/** What is read of the API server once in a sweep, because no watch holds it: a page of a list, the end of a log. */
export class Readings {
  readonly #options: ReadingsOptions
  readonly #lists = new Map<string, { readonly at: number; readonly answer: Promise<Listing> }>()

  constructor(options: ReadingsOptions) {
    this.#options = options
  }

  /** One page. @throws {FactError} `not-found`, `refused`, `gone` */
  list(query: ListingQuery): Promise<Listing> {
    const { now = () => performance.now() } = this.#options
    for (const [key, { at }] of this.#lists) if (now() - at > shareMs) this.#lists.delete(key)
    const key = JSON.stringify(query)
    const known = this.#lists.get(key)
    if (known) return known.answer
    const answer = this.#list(query)
    this.#lists.set(key, { at: now(), answer })
    // who asks next asks anew
    answer.catch(() => this.#lists.get(key)?.answer === answer && this.#lists.delete(key))
    return answer
  }

  /** The last lines of a container's log, at most so many bytes from their beginning; what may hold a secret is cut out of them. @throws {FactError} */
  async log({ namespace, pod, container, tailLines, limitBytes }: LogReading): Promise<string> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`
    const { text } = await inWords(this.#options.client.text({ path, query: { container, tailLines, limitBytes }, timeoutMs }))
    return text.split('\n').map(line => (secret.test(line) ? '(cut: may hold a secret)' : line)).join('\n')
  }

  async #list({ group, plural, namespace, labelSelector, fieldSelector }: ListingQuery): Promise<Listing> {
    const root = group === '' ? '/api/v1' : `/apis/${group}/${versions[group] ?? 'v1'}`
    const path = namespace === undefined ? `${root}/${plural}` : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`
    const { items, metadata } = await inWords(this.#options.client.request<{ items: readonly RawObject[]; metadata?: { continue?: string } }>({ path, query: { limit: pageSize, labelSelector, fieldSelector }, timeoutMs }))
    return { items: items.map(projectionOf(plural)), ...(metadata?.continue && { metadata: { continue: metadata.continue } }) }
  }
}

async function inWords<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof KubeError)) throw error
    throw new FactError(error.code === 'not-found' ? 'not-found' : error.code === 'forbidden' ? 'refused' : 'gone', error.message, { cause: error })
  }
}
