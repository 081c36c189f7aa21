import type { EphemeralContainer, Pod, VolumeMount } from './pod.ts'
import { podText } from './pod.ts'

/** What a probe's container is made of, besides the pod it enters. */
export interface ProbeEntryOptions {
  readonly name: string
  readonly image: string
  readonly imagePullPolicy: 'Never' | 'IfNotPresent'
  /** literal `address:port` of the link */
  readonly controllers: readonly string[]
  /** SHA-256 of the link's public keys, the present and the next */
  readonly pins: readonly string[]
  /** 128 random bits, base64url */
  readonly session: string
  /** Unix seconds; a probe started later exits at once */
  readonly startBy: number
  /** what it is to do without a connection (PROTOCOL.md, Through the log); absent: it connects */
  readonly plan?: string
}

/** Where volumes go whose own place is taken, or would hide the probe's own files. */
const volumesRoot = '/volumes'
const wantedNames = new Set(['run', 'etc', 'log', 'lb-socket', 'meridio-socket', 'tmp', 'tmp-lb', 'tmp-fe'])
const wantedPaths = new Set(['/var/run/bird', '/run/bird', '/etc/bird', '/var/log', '/var/lib/meridio'])
const reserved = /^\/(?:(?:etc|usr|bin|sbin|lib\w*|dev|proc|sys|app|opt|root|home|var|run|var\/run|var\/lib|volumes)\/*|dev\/.*|proc\/.*|sys\/.*|usr\/.*)?$/

/** The ephemeral container that becomes a probe in this pod: exactly what our admission policy allows, no secret in it (product.md §3). */
export function probeEntry(pod: Pod, { name, image, imagePullPolicy, controllers, pins, session, startBy, plan }: ProbeEntryOptions): EphemeralContainer {
  const mounts = volumeMountsOf(pod)
  return {
    name,
    image,
    imagePullPolicy,
    // privileged alone has no capabilities where the pod says runAsUser
    securityContext: { privileged: true, runAsUser: 0, runAsNonRoot: false },
    env: [
      ...(controllers.length === 0 ? [] : [{ name: 'TRENCHSCOPE_CONTROLLERS', value: controllers.join(',') }]),
      { name: 'TRENCHSCOPE_PINS', value: pins.join(',') },
      { name: 'TRENCHSCOPE_SESSION', value: session },
      { name: 'TRENCHSCOPE_START_BY', value: String(startBy) },
      { name: 'TRENCHSCOPE_POD_UID', value: pod.metadata.uid },
      { name: 'TRENCHSCOPE_POD', value: podText(pod.metadata) },
      { name: 'TRENCHSCOPE_CONTAINER', value: name },
      ...(plan === undefined ? [] : [{ name: 'TRENCHSCOPE_PLAN', value: plan }]),
    ],
    ...(mounts.length > 0 && { volumeMounts: mounts }),
  }
}

/**
 * Volumes of the pod a probe looks into, read-only, where the owning container has them: BIRD's socket, configuration and log, Meridio's and the health sockets.
 * Only `emptyDir`: a hostPath would open the node, a token or a secret is none of our business. Two volumes of one place: the second goes to `/volumes/NAME`.
 */
export function volumeMountsOf({ spec }: Pod): readonly VolumeMount[] {
  const shared = new Set((spec.volumes ?? []).filter(({ kind }) => kind === 'emptyDir').map(({ name }) => name))
  const mounts = new Map<string, VolumeMount>()
  const taken = new Set<string>()
  for (const { name, mountPath, subPath, subPathExpr } of spec.containers.flatMap(({ volumeMounts = [] }) => volumeMounts)) {
    const path = mountPath.replace(/(?<=.)\/+$/, '')
    if (!shared.has(name) || mounts.has(name) || !(wantedNames.has(name) || wantedPaths.has(path))) continue
    // a subPath cannot be mounted, and the volume's root is not what the container sees there
    const place = subPath || subPathExpr || reserved.test(path) || taken.has(path) ? `${volumesRoot}/${name}` : path
    taken.add(place)
    mounts.set(name, { name, mountPath: place, readOnly: true })
  }
  return [...mounts.values()]
}

/** Whether that container of the pod answers one plan and ends. */
export function hasPlan({ spec }: Pod, container: string): boolean {
  return (spec.ephemeralContainers ?? []).some(entry => entry.name === container && isPlanned(entry))
}

/** Whether the entry answers one plan and ends, so that nobody can ask it anything. */
export function isPlanned(entry: EphemeralContainer): boolean {
  return 'TRENCHSCOPE_PLAN' in entryEnvironment(entry)
}

/** The environment of an entry; values that come from elsewhere are absent. */
export function entryEnvironment(entry: EphemeralContainer): Readonly<Record<string, string>> {
  return Object.fromEntries((entry.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])))
}

/** Text that is equal for two entries that differ only in what the API server fills in and in the order of fields. */
export function normalEntry(entry: EphemeralContainer): string {
  return JSON.stringify(sorted({ terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', resources: {}, ...entry }))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => [name, sorted(each)]))
}
