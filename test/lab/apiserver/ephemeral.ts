import { parseApply, parseObject, patched, type PatchRequest, patchTypes } from './body.ts'
import { type Container, isRecord, type Pod, sameJson } from './objects.ts'
import { defaultsOf, ephemeralCauses, unknownFields } from './ephemeral-rules.ts'
import { podSecurityRefusal } from './pod-security.ts'
import type { ResourceType } from './resources.ts'
import { ApiError, conflict, forbidden, invalid, invalidField, notFound } from './status.ts'
import type { Store } from './store.ts'

/** A ValidatingAdmissionPolicy's twin: undefined lets the update pass, a text denies it in the name of that policy and binding. */
export type AdmissionPolicy = (update: { user: string; namespace: string; oldPod: Pod; pod: Pod }) => { policy: string; binding: string; message: string } | undefined

export interface EphemeralRequest {
  namespace: string
  name: string
  user: string
  dryRun: boolean
  /** query `fieldValidation`: unknown fields are dropped with a warning, or refused */
  strict: boolean
  write: { put: string } | { patch: PatchRequest }
}

/**
 * The `pods/ephemeralcontainers` subresource: takes and gives a whole Pod, changes nothing but `spec.ephemeralContainers`.
 * Rules and texts were recorded from kube-apiserver 1.36.2 (`pkg/registry/core/pod/{strategy,storage}.go`, `pkg/apis/core/validation`).
 */
export class EphemeralContainers {
  readonly #store: Store
  readonly #type: ResourceType
  readonly #policies: readonly AdmissionPolicy[]
  /** names each field manager applied last, per pod uid: what it no longer applies is removed */
  #applied = new Map<string, Set<string>>()

  constructor(store: Store, policies: readonly AdmissionPolicy[]) {
    this.#store = store
    this.#type = store.resources.byName('pods')
    this.#policies = policies
  }

  get(namespace: string, name: string): Pod {
    const pod = this.#store.get(this.#type, namespace, name)
    if (!pod) throw notFound(this.#type, name)
    return pod as Pod
  }

  /** @throws {ApiError} */
  update(request: EphemeralRequest): { pod: Pod; warnings: string[] } {
    const old = this.get(request.namespace, request.name)
    const given = 'put' in request.write ? this.#replaced(old, request.write.put) : this.#patched(old, request.write.patch)
    const unknown = unknownFields(given)
    if (unknown.length > 0 && request.strict) {
      const text = `strict decoding error: ${unknown.map(field => `unknown field "${field}"`).join(', ')}`
      const body = 'put' in request.write ? request.write.put : request.write.patch.body
      throw invalid({ group: '', kind: '' }, '', [invalidField('patch', body, text)])
    }
    const containers = given.map(defaultsOf)
    const pod = this.#next(old, containers)
    const causes = ephemeralCauses(old, containers)
    if (causes.length > 0) throw invalid(this.#type, old.metadata.name, causes)
    this.#admit(request, old, pod)
    const warnings = unknown.map(field => `unknown field "${field}"`)
    if (request.dryRun) return { pod, warnings }
    this.#remember(old, request)
    return { pod: this.#store.update(this.#type, request.namespace, request.name, () => pod) as Pod, warnings }
  }

  #next(old: Pod, containers: Container[]): Pod {
    if (sameJson(containers, old.spec.ephemeralContainers ?? [])) return old
    return {
      ...old,
      metadata: { ...old.metadata, generation: (old.metadata.generation ?? 1) + 1 },
      spec: { ...old.spec, ephemeralContainers: containers },
    }
  }

  #replaced(old: Pod, body: string): Container[] {
    const given = parseObject(body, this.#type) as Pod
    const { resourceVersion, uid } = given.metadata
    if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw conflict(this.#type, old.metadata.name)
    if (uid && uid !== old.metadata.uid) throw conflict(this.#type, old.metadata.name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`)
    return listOf(given)
  }

  #patched(old: Pod, patch: PatchRequest): Container[] {
    const containers = listOf(patched(this.#type, old, patch) as Pod)
    if (!patch.contentType.startsWith(patchTypes.apply)) return containers
    const given = namesIn(parseApply(patch.body, patch.fieldManager))
    const applied = this.#applied.get(managerKey(old, patch.fieldManager))
    return containers.filter(({ name }) => !applied?.has(name) || given.has(name))
  }

  #remember(pod: Pod, { write }: EphemeralRequest): void {
    if ('put' in write || !write.patch.contentType.startsWith(patchTypes.apply)) return
    this.#applied.set(managerKey(pod, write.patch.fieldManager), namesIn(parseApply(write.patch.body, write.patch.fieldManager)))
  }

  #admit({ namespace, user }: EphemeralRequest, old: Pod, pod: Pod): void {
    if (pod === old) return
    const labels = this.#store.get('namespaces', undefined, namespace)?.metadata.labels ?? {}
    const refusal = podSecurityRefusal(labels, pod)
    if (refusal) throw forbidden(this.#type, pod.metadata.name, refusal)
    for (const judge of this.#policies) {
      const denied = judge({ user, namespace, oldPod: old, pod })
      if (!denied) continue
      const why = `ValidatingAdmissionPolicy '${denied.policy}' with binding '${denied.binding}' denied request: ${denied.message}`
      throw new ApiError(422, 'Invalid', `pods "${pod.metadata.name}" is forbidden: ${why}`, { name: pod.metadata.name, kind: 'pods', causes: [{ reason: 'FieldValueForbidden', message: why, field: '' }] })
    }
  }
}

function listOf(pod: Pod): Container[] {
  const list = (pod.spec as Pod['spec'] | undefined)?.ephemeralContainers ?? []
  return Array.isArray(list) ? list.filter(isRecord) as unknown as Container[] : []
}

const managerKey = (pod: Pod, manager = ''): string => `${pod.metadata.uid} ${manager}`

const namesIn = (object: unknown): Set<string> => new Set(listOf({ spec: {}, ...(object as object) } as Pod).map(container => container.name))

