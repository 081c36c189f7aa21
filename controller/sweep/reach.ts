import type { Subject } from '#judge/subject.ts'
import { InjectError } from '../cluster/inject-error.ts'
import type { Injected, Injector } from '../cluster/injector.ts'
import type { PodRef } from '../cluster/pod.ts'
import type { Probe } from '../link/probe.ts'
import type { ProbeRegistry } from '../link/registry.ts'
import type { Log } from '../log.ts'
import { Shared } from './shared.ts'

export interface ReachOptions {
  readonly registry: ProbeRegistry
  readonly injector: Pick<Injector, 'inject' | 'ended'>
  readonly image: string
  readonly imagePullPolicy: 'Never' | 'IfNotPresent'
  /** what probes are told: where to connect, and the link keys' pins of this moment */
  readonly controllers: readonly string[]
  readonly pins: () => readonly string[]
  /** from PATCH to hello */
  readonly timeoutMs: number
  /** the second way to a pod that does not connect, and why it is taken */
  readonly planned: (pod: PodRef, why: string) => Probe
  readonly log: Log
}

/** A running container whose probe did not say hello within the time. */
export class ReachError extends Error {
  readonly code = 'probe-silent'
}

/** Finds the live probe of a pod, or injects one and waits for it; where it does not connect, the pod is asked through a log. Rejects with the reason, in words for an operator. */
export class Reach {
  readonly #options: ReachOptions
  /** injections under way, shared by sweeps that want the same pod */
  readonly #running = new Map<string, Shared<Probe>>()
  /** pods that are asked through a log, until when (performance.now()); by UID */
  readonly #planned = new Map<string, { readonly probe: Probe; readonly until: number }>()

  constructor(options: ReachOptions) {
    this.#options = options
  }

  probeOf(subject: Subject, signal: AbortSignal): Promise<Probe> {
    const live = this.#options.registry.probe(subject.uid)
    if (live) return Promise.resolve(live)
    const planned = this.#planned.get(subject.uid)
    if (planned && performance.now() < planned.until) return Promise.resolve(planned.probe)
    for (const [uid, { isOver }] of this.#running) if (isOver) this.#running.delete(uid)
    const running = this.#running.get(subject.uid) ?? new Shared(until => this.#inject(subject, until))
    this.#running.set(subject.uid, running)
    return running.wait(signal)
  }

  /** Another probe for a pod that has one, and is not to be one of `avoid`. Rejects with the reason. */
  async renew(pod: PodRef, avoid: readonly string[], signal: AbortSignal): Promise<Probe> {
    const put = await this.#attempt(pod, avoid, signal)
    if ('silent' in put) throw put.ended ?? this.#silence(put.silent)
    return put
  }

  async #inject(subject: Subject, signal: AbortSignal): Promise<Probe> {
    if (this.#options.controllers.length === 0) return this.#plan(subject, 'there is no controller that pods could connect to')
    const first = await this.#attempt(subject, [], signal)
    if (!('silent' in first)) return first
    // an adopted probe may be dead, which the kubelet has not said yet, or have lost its way to us: once, another is tried
    const second = first.silent.adopted ? await this.#attempt(subject, [first.silent.container], signal) : first
    if (!('silent' in second)) return second
    if (second.ended) throw second.ended
    return this.#plan(subject, this.#silence(second.silent).message)
  }

  #plan({ namespace, name, uid }: PodRef, why: string): Probe {
    const now = performance.now()
    for (const [known, { until }] of this.#planned) if (until <= now) this.#planned.delete(known)
    const probe = this.#options.planned({ namespace, name, uid }, why)
    this.#planned.set(uid, { probe, until: now + plannedForMs })
    this.#options.log.warn({ pod: `${namespace}/${name}`, said: why }, 'pod is asked through its log')
    return probe
  }

  #silence({ container }: Injected): ReachError {
    return new ReachError(`${container} runs, but did not connect to ${this.#options.controllers.join(' or ')} within ${this.#options.timeoutMs} ms: the pod may not reach the controller (NetworkPolicy, routes)`)
  }

  async #attempt(pod: PodRef, avoid: readonly string[], outer: AbortSignal): Promise<Probe | Silent> {
    const { registry, injector, image, imagePullPolicy, controllers, pins, timeoutMs } = this.#options
    const signal = AbortSignal.any([outer, AbortSignal.timeout(timeoutMs)])
    const injected = await injector.inject({ namespace: pod.namespace, name: pod.name, uid: pod.uid }, {
      image, imagePullPolicy, controllers, pins: pins(), avoid, startTimeoutMs: timeoutMs, signal, onEntry: entry => registry.expect(entry),
    })
    const over = new AbortController()
    try {
      return await Promise.race([registry.waitFor(pod.uid, signal, injected.container), injector.ended(injected, AbortSignal.any([signal, over.signal]))])
    } catch (error) {
      if (outer.aborted || (error instanceof InjectError && error.code !== 'ended')) throw error
      return { silent: injected, ...(error instanceof InjectError && { ended: error }) }
    } finally {
      over.abort()
    }
  }
}

/** As long as a probe that nobody welcomed lives and still tries to connect; only then is another one worth its entry. */
const plannedForMs = 600_000

/** A container that ran and whose probe did not say hello, perhaps because it has ended. */
interface Silent {
  readonly silent: Injected
  readonly ended?: InjectError
}
