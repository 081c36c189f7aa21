import type { AnyFact, Fact, FactErrorCode, Located, Params } from '#facts/fact.ts'
import type { Role, Subject, Trench } from './subject.ts'

/** What traffic feels. Worst first. */
export const severities = ['outage', 'loss', 'risk', 'note'] as const
export type Severity = (typeof severities)[number]

/** Where in the snapshot a proof stands. */
export interface Evidence extends Located {
  readonly pod: string
  readonly fact: string
  readonly command: string
}

/** One fact as a check sees it, always in the controller's version. */
export interface Observed<D, P extends Params = Params> {
  readonly subject: Subject
  readonly params: P
  /** Unix ms, the pod's clock: when it was looked at. Only differences between reads of one pod mean anything. */
  readonly startedAt: number
  readonly data: D
  /** proof: a row the fact returned (or the whole command) */
  at(row?: Located): Evidence
}

/** A fact that may have failed, for checks whose subject is the failure itself (`bird-down`). */
export type Outcome<D> = Observed<D | undefined> & { readonly error?: { readonly code: FactErrorCode; readonly message: string } }

/** What a check reads; `V` is what `judge` gets for it. Built by the functions below, never by hand. */
export interface Read<V> {
  readonly kind: 'own' | 'each' | 'outcome' | 'planned'
  readonly fact: AnyFact
  readonly role?: Role
  readonly params?: Params
  readonly from?: Reads
  readonly plan?: (values: never, subject: Subject) => readonly Params[]
  /** carries the type only */
  readonly value?: V
}
export type Reads = Readonly<Record<string, Read<unknown>>>
export type Values<R extends Reads> = { readonly [K in keyof R]: R[K] extends Read<infer V> ? V : never }

/** The fact in the judged pod. */
export const own = <D, P extends Params>(fact: Fact<P, D>, params?: P): Read<Observed<D, P>> => ({ kind: 'own', fact, ...(params && { params }) })
/** The fact in the judged pod, where a failure is an answer. An unreachable pod, and an answer that cannot be read, are still `unknown`. */
export const outcome = <D, P extends Params>(fact: Fact<P, D>, params?: P): Read<Outcome<D>> => ({ kind: 'outcome', fact, ...(params && { params }) })
/** The fact in every pod of a role in the trench; what could not be seen is missing from the list and makes `ok` impossible. `each('cluster', fact)` asks the API server; use `cluster(fact)` for its one answer. */
export const each = <D, P extends Params>(role: Role, fact: Fact<P, D>): Read<readonly Observed<D, P>[]> => ({ kind: 'each', fact, role })
/** The fact as the Kubernetes API tells it for this trench. */
export const cluster = <D, P extends Params>(fact: Fact<P, D>): Read<Observed<D, P>> => ({ kind: 'own', fact, role: 'cluster' })
/** `cluster`, where a failure is an answer. */
export const clusterOutcome = <D, P extends Params>(fact: Fact<P, D>): Read<Outcome<D>> => ({ kind: 'outcome', fact, role: 'cluster' })
/** Second wave: the fact in the judged pod, once per parameter set that `plan` makes of first-wave reads. */
export const planned = <D, P extends Params, F extends Reads>(fact: Fact<P, D>, from: F, plan: (values: Values<F>, subject: Subject) => readonly P[]): Read<readonly Observed<D, P>[]> =>
  ({ kind: 'planned', fact, from, plan: plan as never })

/** `planned` in every pod of a role: what each was asked with comes from its own first wave; what could not be seen is missing from the list. */
export const eachPlanned = <D, P extends Params, F extends Reads>(role: Role, fact: Fact<P, D>, from: F, plan: (values: Values<F>, subject: Subject) => readonly P[]): Read<readonly Observed<D, P>[]> =>
  ({ kind: 'planned', fact, role, from, plan: plan as never })

/** Names whose values in a message's arguments become the finding's identity. */
export const aboutKeys = ['family', 'stream', 'flow', 'target', 'gateway', 'interface', 'vip', 'address', 'port', 'conduit', 'container', 'pod', 'node'] as const
export type About = Readonly<Partial<Record<(typeof aboutKeys)[number], string>>>

/** What a check says before the engine gives it identity and place. */
export interface Said {
  readonly message: string
  readonly text: string
  readonly about: About
  readonly evidence: readonly Evidence[]
}

export type Messages = Readonly<Record<string, (args: never) => string>>
export type Say<M extends Messages> = { readonly [K in keyof M]: (args: Parameters<M[K]>[0], ...evidence: readonly Evidence[]) => Said }

export interface Check<R extends Reads = Reads, M extends Messages = Messages> {
  /** the file's name: kebab-case, the bad state */
  readonly id: string
  readonly subject: Role
  readonly severity: Severity
  readonly reads: R
  /** Infers from absence: needs every pod of its `each` reads, else `unknown`. */
  readonly complete?: true
  readonly messages: M
  /** what it means for traffic */
  readonly why: string
  readonly fix: string
  /** where the knowledge comes from, with the catalogue number */
  readonly source: string
  /** ids of checks whose findings follow from this one's */
  readonly explains?: readonly string[]
  /** Why the check does not apply to anything in this trench, or undefined: then nothing is read for it there. */
  readonly notFor?: (trench: Trench) => string | undefined
  /** Why the check does not apply to this subject, or undefined. */
  readonly unless?: (values: Values<R>, subject: Subject) => string | undefined
  /** What the answers themselves leave open (a stream that could not be shown, a setting the kernel does not have). Findings stand, ok becomes `unknown`. */
  readonly unseen?: (values: Values<R>, subject: Subject) => readonly string[]
  readonly judge: (values: Values<R>, say: Say<M>, subject: Subject) => readonly Said[]
}

/** Any check, where its types do not matter: registries and the engine. */
// biome-ignore lint: judge's values are contravariant
export type AnyCheck = Check<any, any>

export function defineCheck<R extends Reads, M extends Messages>(check: Check<R, M>): Check<R, M> {
  return Object.freeze(check)
}

/** The functions `judge` speaks with: they keep which message it was, its text, and what it is about. */
export function sayOf<M extends Messages>(messages: M): Say<M> {
  return Object.fromEntries(Object.entries(messages).map(([message, text]) => [message, (args: Record<string, unknown>, ...evidence: Evidence[]): Said => {
    const about = Object.fromEntries(aboutKeys.flatMap(key => (args[key] === undefined ? [] : [[key, String(args[key])]])))
    return { message, text: text(args as never), about, evidence }
  }])) as unknown as Say<M>
}
