import type { EphemeralContainer, Pod } from './pod.ts'
import { ephemeralStatus } from './pod.ts'
import { entryEnvironment, isPlanned, normalEntry, probeEntry, type ProbeEntryOptions } from './probe-entry.ts'

/** The most ephemeral containers a pod may have before we refuse to add one; our admission policy counts the same way. */
export const maxEntries = 20

/** Beyond so many, no probe for one plan: each is one entry, and the pod must still take probes that stay. */
export const maxForPlans = 12

export const namePattern = /^trenchscope-(\d{4})$/

/** What a pod's own probes allow: use a running one, wait for one the kubelet has not started yet, or add another. */
export type Standing =
  | { readonly kind: 'running'; readonly entry: EphemeralContainer }
  | { readonly kind: 'pending'; readonly entry: EphemeralContainer }
  /** an earlier probe still waits for its image, past its time: another would only wait beside it */
  | { readonly kind: 'no-image'; readonly entry: EphemeralContainer; readonly words: string }
  | { readonly kind: 'full'; readonly count: number }
  | { readonly kind: 'free'; readonly name: string }

export interface AdoptOptions extends Omit<ProbeEntryOptions, 'name' | 'session' | 'startBy' | 'plan'> {
  /** the entry as the API server admitted it, when we put it there */
  readonly recorded: (podUid: string, container: string) => EphemeralContainer | undefined
  /** containers that did not answer */
  readonly avoid: ReadonlySet<string>
  /** Unix ms */
  readonly now: number
}

/** An entry counts as ours only if it is, normalised, what the API server admitted from us, or what we would have made ourselves. */
export function standingOf(pod: Pod, options: AdoptOptions): Standing {
  const entries = pod.spec.ephemeralContainers ?? []
  const ours = entries.filter(entry => !options.avoid.has(entry.name) && !isPlanned(entry) && isOurs(pod, entry, options)).sort((a, b) => (a.name < b.name ? 1 : -1))
  const running = ours.find(({ name }) => ephemeralStatus(pod, name)?.state?.running)
  if (running) return { kind: 'running', entry: running }
  for (const entry of ours) {
    const state = ephemeralStatus(pod, entry.name)?.state
    if (state?.terminated) continue
    if (startByOf(entry) * 1000 > options.now) return { kind: 'pending', entry }
    const { reason = '', message = reason } = state?.waiting ?? {}
    if (/^(ErrImage|ImagePullBackOff)/.test(reason) && entry.image === options.image) return { kind: 'no-image', entry, words: message }
  }
  if (entries.length >= maxEntries) return { kind: 'full', count: entries.length }
  return { kind: 'free', name: nextName(pod) }
}

/** Whether the pod takes one more probe for a plan; none is used again. */
export function standingForPlan(pod: Pod): Standing {
  const count = pod.spec.ephemeralContainers?.length ?? 0
  return count >= maxForPlans ? { kind: 'full', count } : { kind: 'free', name: nextName(pod) }
}

/** Whether an entry is, normalised, what the API server admitted from us, or what we would have made. */
export function isOurs(pod: Pod, entry: EphemeralContainer, options: Omit<AdoptOptions, 'avoid' | 'now'>): boolean {
  if (!namePattern.test(entry.name)) return false
  const recorded = options.recorded(pod.metadata.uid, entry.name)
  if (recorded) return normalEntry(recorded) === normalEntry(entry)
  const { TRENCHSCOPE_SESSION: session = '', TRENCHSCOPE_CONTROLLERS: controllers = '', TRENCHSCOPE_PINS: pins = '', TRENCHSCOPE_PLAN: plan } = entryEnvironment(entry)
  const theirPins = pins.split(',')
  if (!/^[\w-]{22}$/.test(session) || !theirPins.some(pin => options.pins.includes(pin))) return false
  const made = probeEntry(pod, { ...options, name: entry.name, session, startBy: startByOf(entry), controllers: controllers.split(',').filter(Boolean), pins: theirPins, ...(plan !== undefined && { plan }) })
  return normalEntry(made) === normalEntry(entry)
}

/** Highest number ever used in the pod, plus one: names cannot be used again. */
function nextName({ spec, status }: Pod): string {
  const names = [...(spec.ephemeralContainers ?? []), ...spec.containers, ...(spec.initContainers ?? []), ...(status.ephemeralContainerStatuses ?? [])].map(({ name }) => name)
  const highest = Math.max(0, ...names.map(name => Number(namePattern.exec(name)?.[1] ?? 0)))
  return `trenchscope-${String(highest + 1).padStart(4, '0')}`
}

/** Unix seconds; 0 when the entry does not say */
function startByOf(entry: EphemeralContainer): number {
  const text = entryEnvironment(entry)['TRENCHSCOPE_START_BY'] ?? ''
  return /^\d{1,12}$/.test(text) ? Number(text) : 0
}
