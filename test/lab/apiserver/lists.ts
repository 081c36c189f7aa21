import type { KubeObject } from './objects.ts'
import { apiVersionOf, type ResourceType } from './resources.ts'
import { fieldSelector, labelSelector, type Selects } from './selectors.ts'
import { ApiError, badRequest, expired, forbiddenField, invalid, invalidField } from './status.ts'
import type { Store } from './store.ts'

export interface ListQuery {
  type: ResourceType
  namespace?: string
  query: URLSearchParams
  /** Accept asks for metadata only */
  metadataOnly: boolean
}

interface Continue { v: string; rv: number; start: string }

/**
 * One page of a list. A continue token is base64url JSON and pins the resourceVersion of the first page; the pages after it show that moment.
 * @throws {ApiError} 410 for a version the ring no longer reaches, 400 for a token that is none
 */
export function listPage(store: Store, { type, namespace, query, metadataOnly }: ListQuery): object {
  const selects = selectorOf(query)
  const token = query.get('continue')
  const from = token ? parseContinue(token) : undefined
  const exact = exactVersion(store, type, query)
  const version = from?.rv ?? exact ?? store.version
  const all = (version === store.version ? store.list(type, namespace) : objectsAt(store, type, version, namespace, from !== undefined)).filter(selects)
  const rest = from ? all.filter(object => keyOf(object) > from.start) : all
  const limit = Number(query.get('limit') ?? 0) || rest.length
  const page = rest.slice(0, limit)
  const more = rest.length - page.length
  const last = page.at(-1)
  const next: Continue | undefined = more > 0 && last ? { v: 'meta.k8s.io/v1', rv: version, start: keyOf(last) } : undefined
  const selective = query.get('labelSelector') || query.get('fieldSelector')
  const metadata = {
    resourceVersion: String(version),
    ...(next && { continue: Buffer.from(JSON.stringify(next)).toString('base64url') }),
    ...(next && !selective && { remainingItemCount: more }),
  }
  if (metadataOnly) return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: page.map(partial) }
  // items of a typed list carry no kind, as the API server prints them
  const items = type.custom ? page : page.map(({ kind: _kind, apiVersion: _version, ...item }) => item)
  return { kind: `${type.kind}List`, apiVersion: apiVersionOf(type), metadata, items }
}

/** Both selectors of a query as one. @throws {ApiError} 400 */
export function selectorOf(query: URLSearchParams): Selects {
  const byLabel = labelSelector(query.get('labelSelector') ?? '')
  const byField = fieldSelector(query.get('fieldSelector') ?? '')
  return object => byLabel(object) && byField(object)
}

export function partial(object: KubeObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata }
}

/** `resourceVersion` of a list or watch; undefined when it is not set. @throws {ApiError} 400 when it is no number */
export function versionOf(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion')
  if (!text) return undefined
  if (/^\d+$/.test(text)) return Number(text)
  throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [invalidField('resourceVersion', text, `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`)])
}

function exactVersion(store: Store, type: ResourceType, query: URLSearchParams): number | undefined {
  const version = versionOf(query)
  const match = query.get('resourceVersionMatch')
  const options = { group: 'meta.k8s.io', kind: 'ListOptions' }
  if (match && version === undefined) throw invalid(options, '', [forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided')])
  if (version === undefined || version === 0) return undefined
  if (version > store.version) {
    const words = `Too large resource version: ${version}, current: ${store.version}`
    throw new ApiError(504, 'Timeout', `Timeout: ${words}`, { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: '' }], retryAfterSeconds: 1 })
  }
  const exact = match === 'Exact' || (!match && query.has('limit'))
  if (exact && version < store.oldest(type)) throw expired('The resourceVersion for the provided list is too old.')
  return exact ? version : undefined
}

function objectsAt(store: Store, type: ResourceType, version: number, namespace: string | undefined, continued: boolean): KubeObject[] {
  if (continued && version < store.oldest(type)) {
    throw expired('The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.')
  }
  return store.listAt(type, version, namespace)
}

function parseContinue(token: string): Continue {
  try {
    const parsed = JSON.parse(Buffer.from(token, 'base64url').toString()) as Partial<Continue>
    if (typeof parsed.rv === 'number' && typeof parsed.start === 'string') return { v: parsed.v ?? '', rv: parsed.rv, start: parsed.start }
  } catch {
    throw badRequest('continue key is not valid: invalid character looking for beginning of value')
  }
  throw badRequest('continue key is not valid: missing resource version or start key')
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`
