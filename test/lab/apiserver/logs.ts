import type { Pod } from './objects.ts'
import type { ResourceType } from './resources.ts'
import { ApiError, badRequest, invalid, invalidField, notFound } from './status.ts'
import type { Store } from './store.ts'

export interface LogOptions {
  follow: boolean
  previous: boolean
  timestamps: boolean
  limitBytes?: number
  tailLines?: number
  /** only lines from this moment on, Unix ms */
  sinceMs?: number
}

export interface LogRequest {
  namespace: string
  pod: string
  uid: string
  container: string
  options: LogOptions
  /** aborted when the client goes */
  signal: AbortSignal
}

/** `unreachable`: nobody listens on the kubelet's port. `badRequest`: the kubelet says why there is no log. */
export type LogAnswer = { text: AsyncIterable<Uint8Array | string> } | { badRequest: string } | { unreachable: true }

/** The part of a kubelet the API server calls: in the same process here, over port 10250 in a cluster. */
export interface NodeHook {
  readLog(request: LogRequest): Promise<LogAnswer>
}

/**
 * `GET …/pods/{name}/log`: which container, which node, and the answers there are without a log (texts recorded from 1.36.2).
 * @returns undefined for a pod without a node: 204, empty
 * @throws {ApiError}
 */
export async function podLog(store: Store, nodes: ReadonlyMap<string, NodeHook>, namespace: string, name: string, query: URLSearchParams, signal: AbortSignal): Promise<AsyncIterable<Uint8Array | string> | undefined> {
  const type = store.resources.byName('pods')
  const pod = store.get(type, namespace, name) as Pod | undefined
  if (!pod) throw notFound(type, name)
  const options = logOptions(store, name, query)
  const container = containerOf(pod, query.get('container') ?? '')
  const { nodeName } = pod.spec
  if (!nodeName) return undefined
  const answer = await nodes.get(nodeName)?.readLog({ namespace, pod: name, uid: pod.metadata.uid ?? '', container, options, signal })
  if (!answer || 'unreachable' in answer) throw kubeletUnreachable(store, type, pod, container, query)
  if ('badRequest' in answer) throw badRequest(answer.badRequest)
  return answer.text
}

function containerOf(pod: Pod, asked: string): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec
  const names = [...initContainers, ...containers, ...ephemeralContainers].map(container => container.name)
  if (asked) {
    if (!names.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${pod.metadata.name}`)
    return asked
  }
  const [only, ...others] = containers
  if (only && others.length === 0) return only.name
  throw badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(' ')}]`)
}

function logOptions(store: Store, pod: string, query: URLSearchParams): LogOptions {
  const sinceSeconds = positive(pod, query, 'sinceSeconds')
  const limitBytes = positive(pod, query, 'limitBytes')
  const tailLines = numberOf(query, 'tailLines')
  if (tailLines !== undefined && tailLines < 0) throw refused(pod, 'tailLines', tailLines, 'must be greater than or equal to 0')
  const sinceTime = query.get('sinceTime')
  const sinceMs = sinceSeconds !== undefined ? store.now() - sinceSeconds * 1000 : sinceTime ? Date.parse(sinceTime) : undefined
  return {
    follow: flag(query, 'follow'), previous: flag(query, 'previous'), timestamps: flag(query, 'timestamps'),
    ...(limitBytes !== undefined && { limitBytes }), ...(tailLines !== undefined && { tailLines }), ...(sinceMs !== undefined && { sinceMs }),
  }
}

const flag = (query: URLSearchParams, name: string): boolean => ['true', '1'].includes(query.get(name) ?? '')

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}

function positive(pod: string, query: URLSearchParams, name: string): number | undefined {
  const value = numberOf(query, name)
  if (value !== undefined && value <= 0) throw refused(pod, name, value, 'must be greater than 0')
  return value
}

const refused = (pod: string, field: string, value: number, why: string): ApiError => invalid({ group: '', kind: 'PodLogOptions' }, pod, [invalidField(field, value, why)])

function kubeletUnreachable(store: Store, type: ResourceType, pod: Pod, container: string, query: URLSearchParams): ApiError {
  const node = store.get('nodes', undefined, pod.spec.nodeName ?? '') as { status?: { addresses?: { type: string; address: string }[] } } | undefined
  const address = node?.status?.addresses?.find(each => each.type === 'InternalIP')?.address ?? pod.spec.nodeName
  const rest = new URLSearchParams([...query].filter(([key]) => key !== 'container')).toString()
  const url = `https://${address}:10250/containerLogs/${pod.metadata.namespace}/${pod.metadata.name}/${container}${rest && `?${rest}`}`
  return new ApiError(500, undefined, `Get "${url}": dial tcp ${address}:10250: connect: connection refused`, { kind: type.plural, name: pod.metadata.name })
}
