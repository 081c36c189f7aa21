import { parse } from 'yaml'
import { isRecord, type KubeObject } from './objects.ts'
import { jsonPatch, mergePatch, strategicMerge } from './patch.ts'
import type { ResourceType } from './resources.ts'
import { ApiError, badRequest, conflict, invalid, invalidField, requiredField } from './status.ts'

/** Go's words for a body that is no JSON (encoding/json). @throws {ApiError} 400 */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    if (cutShort(body)) throw badRequest('unexpected end of JSON input')
    throw badRequest(`invalid character '${body.trim()[0]}' looking for beginning of value`)
  }
}

/** Whether more text could still make it JSON: it is empty, or brackets or a string are open at the end. */
function cutShort(body: string): boolean {
  const withoutStrings = body.replace(/"(?:[^"\\]|\\.)*"/g, '')
  const depth = (withoutStrings.match(/[{[]/g) ?? []).length - (withoutStrings.match(/[}\]]/g) ?? []).length
  return body.trim() === '' || withoutStrings.includes('"') || depth > 0
}

/** @throws {ApiError} 400 when the body is no object or has another kind */
export function parseObject(body: string, type: ResourceType): KubeObject {
  const object = parseJson(body)
  if (!isRecord(object)) throw badRequest('couldn\'t get version/kind; json parse error: json: cannot unmarshal into Go value of type struct')
  const kind = object['kind'] ?? type.kind
  if (kind !== type.kind) throw badRequest(`the object provided is unrecognized (must be of type ${type.kind}): got ${String(kind)}`)
  return { ...object, metadata: isRecord(object['metadata']) ? object['metadata'] : {} } as KubeObject
}

export interface PatchRequest {
  contentType: string
  body: string
  /** query `fieldManager`; apply needs one */
  fieldManager?: string
}

export const patchTypes = {
  json: 'application/json-patch+json', merge: 'application/merge-patch+json', strategic: 'application/strategic-merge-patch+json', apply: 'application/apply-patch+yaml',
}

/**
 * Applies a patch of any type by its content type (server-side apply merges; who owns what is the caller's matter).
 * @throws {ApiError} 415 for another content type, 400 unreadable, 409 for a resourceVersion that is not the current one, 422 for another uid
 */
export function patched(type: ResourceType, old: KubeObject, { contentType, body, fieldManager }: PatchRequest): KubeObject {
  const next = changed(type, old, contentType, body, fieldManager) as KubeObject
  const { name, uid, resourceVersion } = old.metadata
  if (next.metadata.resourceVersion !== resourceVersion) throw conflict(type, name)
  if (next.metadata.uid !== uid) throw invalid(type, name, [invalidField('metadata.uid', String(next.metadata.uid), 'field is immutable')])
  if (next.metadata.name !== name) throw badRequest(`the name of the object (${String(next.metadata.name)}) does not match the name on the URL (${name})`)
  return next
}

function changed(type: ResourceType, old: KubeObject, contentType: string, body: string, fieldManager: string | undefined): unknown {
  switch (contentType.split(';')[0]?.trim()) {
    case patchTypes.json: return jsonPatch(old, parseJson(body))
    case patchTypes.merge: return mergePatch(old, parsePatch(body))
    case patchTypes.strategic:
      if (!type.custom) return strategicMerge(old, parsePatch(body))
      throw new ApiError(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${patchTypes.json}, ${patchTypes.merge}, ${patchTypes.apply}`, {})
    case patchTypes.apply: return strategicMerge(old, parseApply(body, fieldManager))
    default: throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
  }
}

function parsePatch(body: string): unknown {
  const patch = parseJson(body)
  if (!isRecord(patch)) throw badRequest('error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}')
  return patch
}

/** The object of an apply patch. @throws {ApiError} 422 without fieldManager, 400 when it is no YAML object */
export function parseApply(body: string, fieldManager: string | undefined): KubeObject {
  if (!fieldManager) throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [requiredField('fieldManager', 'is required for apply patch')])
  try {
    const object: unknown = parse(body)
    if (isRecord(object)) return object as unknown as KubeObject
  } catch (error) {
    throw badRequest(`error decoding YAML: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
  }
  throw badRequest('error decoding YAML: expected an object')
}
