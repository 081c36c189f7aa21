import type { KubeClient } from './client.ts'
import { KubeError } from './errors.ts'
import { pause } from './gate.ts'
import type { ClusterInventory } from './inventory.ts'
import { hasPlan } from './probe-entry.ts'
import { ephemeralStatus, type PodRef, podText } from './pod.ts'

/** What a probe prints first, and which container it was. */
export interface KeyLine {
  /** Ed25519 public key, base64url */
  readonly key: string
  readonly session: string
  readonly version: string
  /** of the container that printed it */
  readonly containerId: string
}

/**
 * `not-started` no container, or no line from it yet; `node-unreachable` the kubelet does not answer; `not-a-key-line` something else was printed first; `restarted` the container changed while we read;
 * `pod-gone` the pod or container is not there; `forbidden` pods/log may not be read; `api-unreachable` the API server does not answer; `aborted`.
 */
export type KeyLineErrorCode = 'not-started' | 'node-unreachable' | 'not-a-key-line' | 'restarted' | 'pod-gone' | 'forbidden' | 'api-unreachable' | 'aborted'

export class KeyLineError extends Error {
  readonly code: KeyLineErrorCode
  constructor(code: KeyLineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'KeyLineError'
    this.code = code
  }
}

export interface KeyLineOptions {
  readonly client: KubeClient
  readonly inventory: ClusterInventory
  readonly signal: AbortSignal
  /** for everything; default 5000 */
  readonly timeoutMs?: number
}

const limitBytes = 512
/** between tries: the line is readable 15–90 ms after it was written, a kubelet that restarts takes seconds */
const waitsMs = [100, 300, 900]

/** Reads the first line of a probe's log: what the process the kubelet started printed, whoever else may speak for it. @throws {KeyLineError} */
export async function readKeyLine(ref: PodRef, container: string, options: KeyLineOptions): Promise<KeyLine> {
  const limit = AbortSignal.timeout(options.timeoutMs ?? 5000)
  const signal = AbortSignal.any([options.signal, limit])
  for (let tries = 0; ; tries++) {
    try {
      return await attempt(ref, container, { ...options, signal })
    } catch (error) {
      const failed = errorOf(error, ref, container)
      const waitMs = waitsMs[tries]
      if (waitMs === undefined || signal.aborted || !['not-started', 'node-unreachable', 'restarted'].includes(failed.code)) throw failed
      await pause(waitMs, signal).catch(() => {
        throw failed
      })
    }
  }
}

/** All that is kept of a container's log, and what it writes from now on, until the container ends or `signal` says so. @throws {KubeError} also from the iterator */
export function followLog({ namespace, name }: PodRef, container: string, { client, signal }: Pick<KeyLineOptions, 'client' | 'signal'>): Promise<AsyncIterable<Uint8Array>> {
  return client.stream({ path: `/api/v1/namespaces/${namespace}/pods/${name}/log`, query: { container, follow: true }, signal })
}

async function attempt(ref: PodRef, container: string, { client, inventory, signal }: KeyLineOptions): Promise<KeyLine> {
  const containerId = await inventory.until('pods', () => containerIdOf(inventory, ref, container), signal).catch((error: unknown) => {
    throw isLate(error) ? new KeyLineError('not-started', `${podText(ref)} ${container} does not run`, { cause: error }) : error
  })
  const { status, text } = await client.text({ path: `/api/v1/namespaces/${ref.namespace}/pods/${ref.name}/log`, query: { container, limitBytes }, signal })
  if (status === 204) throw new KeyLineError('not-started', `${podText(ref)} has no log yet: the pod has no node`)
  const end = text.indexOf('\n')
  if (end < 0 && text.length < limitBytes) throw new KeyLineError('not-started', `${podText(ref)} ${container} has not printed its key yet`)
  const line = parse(end < 0 ? text : text.slice(0, end))
  if (!line) throw new KeyLineError('not-a-key-line', `${podText(ref)} ${container} printed first: ${text.slice(0, 120)}`)
  if (containerIdOf(inventory, ref, container) !== containerId) throw new KeyLineError('restarted', `${podText(ref)} ${container} was started again while its log was read`)
  return { ...line, containerId }
}

/** @throws {KeyLineError} `pod-gone` */
function containerIdOf(inventory: ClusterInventory, ref: PodRef, container: string): string | undefined {
  const pod = inventory.pod(ref.namespace, ref.name)
  if (pod?.metadata.uid !== ref.uid) throw new KeyLineError('pod-gone', `${podText(ref)} is not the pod it was`)
  const status = ephemeralStatus(pod, container)
  // a probe with a plan may have ended before it is looked at; its log stays
  if (status?.state?.terminated && hasPlan(pod, container)) return status.containerID
  if (status?.state?.terminated) throw new KeyLineError('pod-gone', `${podText(ref)} ${container} has ended`)
  return status?.state?.running && status.containerID
}

function parse(line: string): Omit<KeyLine, 'containerId'> | undefined {
  try {
    const { trenchscope, key, session, version } = JSON.parse(line) as Record<string, unknown>
    return trenchscope === 1 && typeof key === 'string' && typeof session === 'string' && typeof version === 'string' ? { key, session, version } : undefined
  } catch {
    return undefined
  }
}

/** Texts of `pods/log` were recorded from kube-apiserver 1.36 (knowledge: kubernetes.md §5). */
function errorOf(error: unknown, ref: PodRef, container: string): KeyLineError {
  if (error instanceof KeyLineError) return error
  if (!(error instanceof KubeError)) throw error
  const said = (code: KeyLineErrorCode): KeyLineError => new KeyLineError(code, `log of ${podText(ref)} ${container}: ${error.message}`, { cause: error })
  if (isLate(error)) return said('api-unreachable')
  if (error.code === 'aborted') return said('aborted')
  if (error.code === 'forbidden' || error.code === 'unauthorized') return said('forbidden')
  if (/is waiting to start/.test(error.message)) return said('not-started')
  if (error.code === 'not-found' || error.code === 'bad-request') return said('pod-gone')
  if (error.status === 500 || /containerLogs/.test(error.message)) return said('node-unreachable')
  return said('api-unreachable')
}

function isLate(error: unknown): boolean {
  return error instanceof KubeError && error.code === 'aborted' && error.cause instanceof Error && error.cause.name === 'TimeoutError'
}
