import { EventEmitter } from 'node:events'
import type { Ending } from '#proto/channel.ts'
import type { Goodbye } from '#proto/goodbye.ts'
import type { ProbeLink } from './link.ts'
import { type RefusalReason, refusalReasons } from './refusal.ts'
import { type Expected, Sessions, type SessionsOptions } from './sessions.ts'

export type { Expected, ReadKeyLine } from './sessions.ts'

/** Who was not let in, and from where. */
export interface Stranger {
  readonly reason: RefusalReason
  readonly message: string
  /** IP address */
  readonly from: string
}

export interface RegistryCounts {
  readonly connected: number
  /** since the start */
  readonly welcomed: number
  readonly ended: Readonly<Partial<Record<Goodbye | 'lost', number>>>
  readonly refused: Readonly<Record<RefusalReason, number>>
}

interface Events {
  connected: [ProbeLink]
  gone: [ProbeLink, Ending]
  refused: [Stranger]
}

/** The probes there are: those injected and expected, those connected now, and a count of those who only said so. */
export class ProbeRegistry extends EventEmitter<Events> {
  readonly sessions: Sessions
  readonly #links = new Map<string, ProbeLink>()
  /** those of a pod, by its UID: a fleet's worth of waiting sweeps look at every arrival */
  readonly #ofPods = new Map<string, Set<ProbeLink>>()
  readonly #refused = Object.fromEntries(refusalReasons.map(reason => [reason, 0])) as Record<RefusalReason, number>
  readonly #ended: Partial<Record<Goodbye | 'lost', number>> = {}
  #welcomed = 0

  constructor(options: SessionsOptions) {
    super()
    // one for each waiting sweep
    this.setMaxListeners(0)
    this.sessions = new Sessions(options)
  }

  /** A probe was injected, or found to have been: its session may come. Safe twice. */
  expect(expected: Expected): void {
    this.sessions.expect(expected)
  }

  /** Those who may come. */
  expected(): readonly Expected[] {
    return this.sessions.expected()
  }

  /** Every probe that may come is expected by now: any other is told to end. For a registry that began with `settled: false`. */
  settle(): void {
    this.sessions.settle()
  }

  /** The pod is gone, or its probe is not wanted any more: the probe ends, and its pin with it. */
  async forget(session: string, why: string): Promise<void> {
    this.#links.get(session)?.goodbye('killed', why)
    await this.sessions.forget(session)
  }

  /** Those connected now. */
  probes(): readonly ProbeLink[] {
    return [...this.#links.values()]
  }

  /** @param container default: the newest of the pod; two serve while one takes over from the other */
  probe(podUid: string, container?: string): ProbeLink | undefined {
    const [newest] = [...this.#ofPods.get(podUid) ?? []].filter(link => container === undefined || link.container === container).sort((a, b) => (a.container < b.container ? 1 : -1))
    return newest
  }

  /** The pod's probe, as soon as it is connected. Rejects with `signal`'s reason. */
  waitFor(podUid: string, signal: AbortSignal, container?: string): Promise<ProbeLink> {
    const { promise, resolve, reject } = Promise.withResolvers<ProbeLink>()
    const look = (): void => {
      const link = this.probe(podUid, container)
      if (link) resolve(link)
    }
    const leave = (): void => reject(signal.reason)
    this.on('connected', look)
    signal.addEventListener('abort', leave)
    if (signal.aborted) leave()
    else look()
    return promise.finally(() => {
      this.off('connected', look)
      signal.removeEventListener('abort', leave)
    })
  }

  counts(): RegistryCounts {
    return { connected: this.#links.size, welcomed: this.#welcomed, ended: { ...this.#ended }, refused: { ...this.#refused } }
  }

  /** For the server: a probe has proved who it is. A session it held before is over. */
  enter(link: ProbeLink): void {
    const replaced = this.#links.get(link.session)
    replaced?.goodbye('replaced', 'the probe has connected anew')
    if (replaced) this.#drop(replaced)
    this.#links.set(link.session, link)
    this.#ofPods.set(link.podUid, (this.#ofPods.get(link.podUid) ?? new Set()).add(link))
    this.#welcomed += 1
    void link.ended.then(ending => this.#leave(link, ending))
    this.emit('connected', link)
  }

  /** For the server. */
  refuse(stranger: Stranger): void {
    this.#refused[stranger.reason] += 1
    this.emit('refused', stranger)
  }

  #leave(link: ProbeLink, ending: Ending): void {
    this.#drop(link)
    this.#ended[ending.code] = (this.#ended[ending.code] ?? 0) + 1
    this.emit('gone', link, ending)
  }

  #drop(link: ProbeLink): void {
    if (this.#links.get(link.session) === link) this.#links.delete(link.session)
    const ofPod = this.#ofPods.get(link.podUid)
    ofPod?.delete(link)
    if (ofPod?.size === 0) this.#ofPods.delete(link.podUid)
  }
}
