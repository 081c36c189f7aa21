import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** What an image does here: a program of this machine. */
export interface Image {
  /** absolute program, then its arguments */
  entrypoint: readonly string[]
  /** the image's own environment; the container's wins */
  env?: Readonly<Record<string, string>>
  /** whether the node has it already; default true */
  present?: boolean
  /** how long a pull takes; default 0 */
  pullMs?: number
  /** why a pull fails, after `pullMs` */
  error?: string
  /** host paths the image carries, shown read-only in the container at the same place; needed for what lies on another file system than `/` */
  binds?: readonly Bind[]
}

/** A host path that stands in the container at the same place, or at another. */
export type Bind = string | { readonly path: string; readonly source: string }

export type Pull = { image: Image } | { waiting: string; message: string; retryInMs?: number }

export interface PullBackoff {
  /** first wait after a failed pull, doubled each time; kubelet: 10 s to 300 s */
  baseMs: number
  maxMs: number
}

/** The node's images: a table the test can change while pods wait. */
export class Images {
  readonly #table: Map<string, Image>
  readonly #backoff: PullBackoff
  #failures = new Map<string, { count: number; until: number }>()

  constructor(table: Readonly<Record<string, Image>>, backoff: PullBackoff) {
    this.#table = new Map(Object.entries(table))
    this.#backoff = backoff
  }

  set(name: string, image: Image): void {
    this.#table.set(name, image)
    this.#failures.delete(name)
  }

  present(): string[] {
    return [...this.#table].filter(([, image]) => image.present !== false).map(([name]) => name)
  }

  /** What follows from image and policy; pulls, and waits for it, inside the caller's serial worker. Reasons and texts as the kubelet's. */
  async ensure(name: string, policy: string | undefined, signal: AbortSignal): Promise<Pull> {
    const known = this.#table.get(name)
    if (known && known.present !== false && policy !== 'Always') return { image: known }
    if (policy === 'Never') return { waiting: 'ErrImageNeverPull', message: `Container image "${name}" is not present with pull policy of Never` }
    const failed = this.#failures.get(name)
    const left = (failed?.until ?? 0) - performance.now()
    if (left > 0) return { waiting: 'ImagePullBackOff', message: `Back-off pulling image "${name}"`, retryInMs: left }
    await delay(known?.pullMs ?? 0, undefined, { signal })
    const error = known ? known.error : `rpc error: code = NotFound desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`
    if (!known || error !== undefined) {
      const count = (failed?.count ?? 0) + 1
      const waitMs = Math.min(this.#backoff.baseMs * 2 ** (count - 1), this.#backoff.maxMs)
      this.#failures.set(name, { count, until: performance.now() + waitMs })
      return { waiting: 'ErrImagePull', message: error ?? '', retryInMs: waitMs }
    }
    const pulled = { ...known, present: true }
    this.set(name, pulled)
    return { image: pulled }
  }
}

/** `sha256:` and 64 hex digits made of the name, or the digest the name carries. */
export function imageId(name: string): string {
  return name.includes('@sha256:') ? name : `sha256:${createHash('sha256').update(name).digest('hex')}`
}

/** What must be bound into the container: what the image says, and words of the entrypoint that are files on another file system than its root. */
export function bindsOf({ entrypoint, binds = [] }: Image, rootfs: string): { path: string; source: string }[] {
  const device = statSync(rootfs).dev
  const elsewhere = entrypoint.filter(word => word.startsWith('/') && existsSync(word) && statSync(word).dev !== device)
  return [...binds, ...elsewhere].map(bind => (typeof bind === 'string' ? { path: bind, source: bind } : bind)).filter(({ source }) => existsSync(source))
}
