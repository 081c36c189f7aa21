import { setTimeout as delay } from 'node:timers/promises'
import type { Injected, InjectOptions, Injector } from '../cluster/injector.ts'
import type { PodRef } from '../cluster/pod.ts'
import { Asking } from '../link/asking.ts'
import { Handshake } from '../link/handshake.ts'
import type { ProbeLink } from '../link/link.ts'
import { type FollowLog, LogSocket, noConnection } from '../link/log-socket.ts'
import { planLease, planText, quietMs } from '../link/plan.ts'
import type { Answer, Probe, Want } from '../link/probe.ts'
import type { ProbeRegistry } from '../link/registry.ts'
import type { Log } from '../log.ts'

export interface PlannedOptions {
  readonly registry: ProbeRegistry
  readonly injector: Pick<Injector, 'inject'>
  readonly inject: () => Omit<InjectOptions, 'plan' | 'signal' | 'onEntry'>
  readonly follow: (pod: PodRef, container: string) => FollowLog
  readonly log: Log
}

/** A pod that is asked without a connection: each ask is put into it with a container of its own, which answers through its log and ends (PROTOCOL.md, Through the log). */
export class PlannedProbe implements Probe {
  readonly pod: string
  readonly podUid: string
  readonly degraded: string
  /** of the last container; empty before the first ask */
  container = ''
  version = ''
  facts: ReadonlyMap<string, number> = new Map()
  cost = { rssBytes: 0, cpuMs: 0 }
  readonly #ref: PodRef
  readonly #options: PlannedOptions

  /** @param degraded why the pod is not asked over the link */
  constructor(pod: PodRef, degraded: string, options: PlannedOptions) {
    this.#ref = { namespace: pod.namespace, name: pod.name, uid: pod.uid }
    this.pod = `${pod.namespace}/${pod.name}`
    this.podUid = pod.uid
    this.degraded = degraded
    this.#options = options
  }

  async ask(wants: readonly Want[], options: Parameters<Probe['ask']>[1]): Promise<Answer> {
    const { registry, injector, inject, log } = this.#options
    const { pass, timeoutMs, signal = new AbortController().signal } = options
    const how = inject()
    let session: string | undefined
    try {
      const injected = await injector.inject(this.#ref, {
        ...how, signal, plan: planText({ wants, pass, timeoutMs, pins: how.pins }),
        onEntry: entry => {
          session = entry.session
          registry.expect(entry)
        },
      })
      this.container = injected.container
      return await this.#answer(injected, wants, options)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      log.warn({ pod: this.pod, err: error }, 'plan not answered')
      const asking = new Asking({ wants, versionOf: fact => this.facts.get(fact) ?? 0, onObservation: options.onObservation ?? (() => {}) })
      asking.giveUp('gone', fact => `${fact} of ${this.pod}, asked through its log: ${message}`)
      return asking.answer
    } finally {
      if (session !== undefined) await registry.forget(session, 'the plan is answered')
    }
  }

  /** Rejects with the reason why the container did not say who it is. */
  async #answer({ container }: Injected, wants: readonly Want[], { timeoutMs, ...options }: Parameters<Probe['ask']>[1]): Promise<Answer> {
    const { registry, inject, follow, log } = this.#options
    const { promise, resolve, reject } = Promise.withResolvers<{ link: ProbeLink; answer: Promise<Answer> }>()
    new Handshake({
      socket: new LogSocket(follow(this.#ref, container)),
      connection: noConnection, sessions: registry.sessions, lease: planLease(timeoutMs), pingEveryMs: quietMs, log, now: Date.now, pins: () => inject().pins,
      // asked at once: the answers follow the welcome
      onWelcome: link => resolve({ link, answer: link.ask(wants, { ...options, timeoutMs: timeoutMs + logDelayMs }) }),
      onRefused: (_, message) => reject(new Error(`${container}: ${message}`)),
    })
    const { link, answer } = await promise
    this.version = link.version
    this.facts = link.facts
    const answered = await answer
    this.cost = link.cost
    // its own goodbye is a moment behind its last answer
    await Promise.race([link.ended, delay(goodbyeMs)])
    link.goodbye('leaving', 'the plan is answered')
    return answered
  }
}

/** for the runtime to write what the probe said, and the kubelet to read it */
const logDelayMs = 5000
const goodbyeMs = 500
