import { isRecord, sameJson } from './objects.ts'
import { ApiError, badRequest } from './status.ts'

type Json = unknown

/** RFC 7396: null deletes, objects merge, everything else replaces. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isRecord(patch)) return patch
  const result: Record<string, Json> = { ...(isRecord(target) ? target : {}) }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = mergePatch(result[key], value)
  }
  return result
}

/** Merge keys of lists in core types, by field name (struct tags `patchMergeKey` of `k8s.io/api/core/v1`). Lists not named here are replaced. */
const mergeKeys: Record<string, string> = {
  containers: 'name', initContainers: 'name', ephemeralContainers: 'name', env: 'name', volumes: 'name', imagePullSecrets: 'name',
  volumeMounts: 'mountPath', volumeDevices: 'devicePath', ports: 'containerPort', conditions: 'type', addresses: 'type', ownerReferences: 'uid', hostAliases: 'ip',
}

/**
 * Strategic merge: a list with a merge key is merged item by item, **new items come first**, in the order of the patch (recorded); `$patch: delete`
 * removes an item, `$patch: replace` replaces its parent. Other directives are not known here.
 */
export function strategicMerge(target: Json, patch: Json, field = ''): Json {
  if (Array.isArray(patch)) return mergeList(Array.isArray(target) ? target : [], patch, mergeKeys[field])
  if (!isRecord(patch)) return patch
  const { $patch: directive, ...changes } = patch
  if (directive === 'replace') return changes
  const result: Record<string, Json> = { ...(isRecord(target) ? target : {}) }
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete result[key]
    else if (!key.startsWith('$')) result[key] = strategicMerge(result[key], value, key)
  }
  return result
}

function mergeList(target: Json[], patch: Json[], mergeKey: string | undefined): Json[] {
  if (!mergeKey) return patch
  const kept = [...target]
  const added: Json[] = []
  for (const item of patch) {
    if (!isRecord(item) || item[mergeKey] === undefined) throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`)
    const at = kept.findIndex(old => isRecord(old) && old[mergeKey] === item[mergeKey])
    if (item['$patch'] === 'delete') {
      if (at >= 0) kept.splice(at, 1)
    } else if (at >= 0) kept[at] = strategicMerge(kept[at], item)
    else added.push(item)
  }
  return [...added, ...kept]
}

interface Operation { op: string; path: string; from?: string; value?: Json }

/**
 * RFC 6902. The API server answers an operation that cannot be applied with a 422 that says nothing (recorded): above all `add …/-` where the list is absent.
 * @throws {ApiError} 400 when the patch is no list of operations, 422 when one does not apply
 */
export function jsonPatch(target: Json, operations: Json): Json {
  if (!Array.isArray(operations)) throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp')
  return (operations as Operation[]).reduce(applyOperation, structuredClone(target))
}

function applyOperation(document: Json, { op, path, from, value }: Operation): Json {
  switch (op) {
    case 'add': return addAt(document, path, value)
    case 'replace': return addAt(removeAt(document, path), path, value)
    case 'remove': return removeAt(document, path)
    case 'copy': return addAt(document, path, structuredClone(valueAt(document, from ?? '')))
    case 'move': return addAt(removeAt(document, from ?? ''), path, valueAt(document, from ?? ''))
    case 'test':
      if (!sameJson(valueAt(document, path), value)) throw rejectedPatch()
      return document
    default: throw rejectedPatch()
  }
}

const rejectedPatch = (): ApiError => new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})

const wordsOf = (path: string): string[] => path.split('/').slice(1).map(word => word.replaceAll('~1', '/').replaceAll('~0', '~'))

function valueAt(document: Json, path: string): Json {
  return wordsOf(path).reduce((at: Json, word) => {
    if (typeof at !== 'object' || at === null || !(word in at)) throw rejectedPatch()
    return (at as Record<string, Json>)[word]
  }, document)
}

function parentOf(document: Json, path: string): { parent: Record<string, Json> | Json[]; last: string } {
  const cut = path.lastIndexOf('/')
  const parent = valueAt(document, path.slice(0, Math.max(cut, 0)))
  if (cut < 0 || typeof parent !== 'object' || parent === null) throw rejectedPatch()
  return { parent: parent as Record<string, Json> | Json[], last: wordsOf(path).at(-1) ?? '' }
}

function addAt(document: Json, path: string, value: Json): Json {
  if (path === '') return value
  const { parent, last } = parentOf(document, path)
  if (!Array.isArray(parent)) parent[last] = value
  else if (last === '-') parent.push(value)
  else if (/^\d+$/.test(last) && Number(last) <= parent.length) parent.splice(Number(last), 0, value)
  else throw rejectedPatch()
  return document
}

function removeAt(document: Json, path: string): Json {
  const { parent, last } = parentOf(document, path)
  if (!(last in parent)) throw rejectedPatch()
  if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else delete parent[last]
  return document
}
