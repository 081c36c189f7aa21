import { type KubeObject, type Pod, sameJson } from './objects.ts'
import { parseApply, parseObject, patched, type PatchRequest, patchTypes } from './body.ts'
import { checkNewPod, checkPodStatus, checkPodUpdate } from './pods.ts'
import type { ResourceType } from './resources.ts'
import { ApiError, badRequest, conflict, forbidden, invalid, invalidField, notFound, requiredField } from './status.ts'
import type { Store } from './store.ts'

export interface WriteTarget {
  type: ResourceType
  namespace?: string
  name: string
  /** only `status` may change, or all but `status` */
  part: 'object' | 'status'
  dryRun: boolean
}

/** POST to a collection. @throws {ApiError} */
export function createObject(store: Store, target: Omit<WriteTarget, 'part' | 'name'>, body: string): KubeObject {
  const { type, namespace, dryRun } = target
  const given = parseObject(body, type)
  if (namespace && given.metadata.namespace && given.metadata.namespace !== namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`)
  }
  const name = given.metadata.name ?? (given.metadata['generateName'] ? `${String(given.metadata['generateName'])}${Math.random().toString(36).slice(2, 7)}` : '')
  if (!name) throw invalid(type, '', [requiredField('metadata.name', 'name or generateName is required')])
  if (!/^[a-z0-9]([-a-z0-9.:]*[a-z0-9])?$/.test(name)) throw invalid(type, name, [invalidField('metadata.name', name, 'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \'-\' or \'.\', and must start and end with an alphanumeric character')])
  requireNamespace(store, namespace)
  const { uid: _uid, resourceVersion: _version, creationTimestamp: _created, ...metadata } = given.metadata
  const object = withDefaults(type, { ...given, metadata: { ...metadata, name, ...(namespace && { namespace }) } } as KubeObject)
  if (type.plural === 'pods') checkNewPod(type, object as Pod)
  if (!dryRun) return store.create(type, object)
  return { ...object, metadata: { ...object.metadata, uid: '00000000-0000-0000-0000-000000000000', creationTimestamp: store.timestamp() } }
}

function requireNamespace(store: Store, namespace: string | undefined): void {
  if (!namespace) return
  const found = store.get('namespaces', undefined, namespace)
  if (!found) throw notFound(store.resources.byName('namespaces'), namespace)
  if (found.metadata.deletionTimestamp) throw forbidden({ plural: 'namespaces', group: '' }, namespace, 'because it is being terminated')
}

function withDefaults(type: ResourceType, object: KubeObject): KubeObject {
  const labels = type.plural === 'namespaces' ? { labels: { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name } } : {}
  const status = type.plural === 'pods' ? { status: { phase: 'Pending', qosClass: 'BestEffort', ...(object['status'] as object | undefined) } } : {}
  return { ...object, ...status, metadata: { ...object.metadata, ...labels } }
}

/** PUT. @throws {ApiError} */
export function replaceObject(store: Store, target: WriteTarget, body: string): KubeObject {
  const { type, namespace, name } = target
  const given = parseObject(body, type)
  const old = existing(store, target)
  const { resourceVersion, uid } = given.metadata
  if (!resourceVersion && !type.unconditionalUpdate) throw invalid(type, name, [invalidField('metadata.resourceVersion', 0, 'must be specified for an update')])
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw conflict(type, name)
  if (uid && uid !== old.metadata.uid) throw conflict(type, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`)
  return write(store, target, old, { ...given, metadata: { ...given.metadata, name, ...(namespace && { namespace }) } })
}

/** PATCH of any type; an apply patch creates what is not there. @throws {ApiError} */
export function patchObject(store: Store, target: WriteTarget, request: PatchRequest): { object: KubeObject; created: boolean } {
  const { type, namespace, name, dryRun } = target
  if (request.contentType.startsWith(patchTypes.apply) && !store.get(type, namespace, name)) {
    const object = parseApply(request.body, request.fieldManager)
    return { object: createObject(store, { type, dryRun, ...(namespace && { namespace }) }, JSON.stringify(object)), created: true }
  }
  const old = existing(store, target)
  return { object: write(store, target, old, patched(type, old, request)), created: false }
}

function existing(store: Store, { type, namespace, name }: WriteTarget): KubeObject {
  const old = store.get(type, namespace, name)
  if (!old) throw notFound(type, name)
  return old
}

const fixedMetadata = ['uid', 'creationTimestamp', 'resourceVersion', 'generation', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const

function write(store: Store, { type, namespace, name, part, dryRun }: WriteTarget, old: KubeObject, given: KubeObject): KubeObject {
  const fixed = Object.fromEntries(fixedMetadata.filter(field => old.metadata[field] !== undefined).map(field => [field, old.metadata[field]]))
  const kept = type.subresources.includes('status') ? (part === 'status' ? { ...old, status: given['status'] } : { ...given, status: old['status'] }) : given
  const next: KubeObject = { ...kept, apiVersion: old.apiVersion, kind: old.kind, metadata: { ...(part === 'status' ? old : given).metadata, ...fixed } }
  if (type.plural === 'pods') (part === 'status' ? checkPodStatus : checkPodUpdate)(type, old as Pod, next as Pod)
  if (next['spec'] !== undefined && !sameJson(next['spec'], old['spec'])) next.metadata.generation = (old.metadata.generation ?? 0) + 1
  return dryRun ? next : store.update(type, namespace, name, () => next)
}

export interface DeleteOptions { gracePeriodSeconds?: number; preconditions?: { uid?: string; resourceVersion?: string }; dryRun?: string[] }

/**
 * DELETE. A pod on a node that still runs gets a deletionTimestamp and waits for its kubelet; everything else goes at once, a namespace with all it holds.
 * @throws {ApiError} 404, 409 for another uid
 */
export function deleteObject(store: Store, target: WriteTarget, options: DeleteOptions): KubeObject {
  const { type, namespace, name } = target
  const old = existing(store, target)
  const { uid, resourceVersion } = options.preconditions ?? {}
  if (uid && uid !== old.metadata.uid) throw conflict(type, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`)
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw conflict(type, name)
  if (target.dryRun) return old
  if (type.plural === 'namespaces') emptyNamespace(store, name)
  const seconds = type.plural === 'pods' ? graceOf(old as Pod, options.gracePeriodSeconds) : 0
  if (seconds === 0) return store.remove(type, namespace, name)
  if (old.metadata.deletionTimestamp && seconds >= (old.metadata.deletionGracePeriodSeconds ?? 0)) return old
  const deletionTimestamp = `${new Date(store.now() + seconds * 1000).toISOString().slice(0, 19)}Z`
  return store.update(type, namespace, name, pod => ({ ...pod, metadata: { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: seconds } }))
}

function graceOf(pod: Pod, asked: number | undefined): number {
  if (!pod.spec.nodeName || ['Succeeded', 'Failed'].includes(pod.status.phase ?? '')) return 0
  return asked ?? pod.spec.terminationGracePeriodSeconds ?? 30
}

function emptyNamespace(store: Store, namespace: string): void {
  for (const type of store.resources.all.filter(each => each.namespaced)) {
    for (const object of store.list(type, namespace)) store.remove(type, namespace, object.metadata.name)
  }
}

/** @throws {ApiError} 400 */
export function parseDeleteOptions(body: string, query: URLSearchParams): DeleteOptions {
  const options = body.trim() === '' ? {} : (JSON.parse(body) as DeleteOptions)
  const asked = query.get('gracePeriodSeconds')
  if (asked !== null && !/^\d+$/.test(asked)) throw new ApiError(400, 'BadRequest', `strconv.ParseInt: parsing "${asked}": invalid syntax`)
  return { ...options, ...(asked !== null && { gracePeriodSeconds: Number(asked) }) }
}
