import type { Access } from './rbac.ts'
import { pinnedName } from './selectors.ts'

/** What a request asks for, as the API server reads its path (`requestinfo.go`). A path outside of the API has no `resource`. */
export interface RequestInfo extends Access {
  version: string
  /** path without query */
  path: string
  /** set when the path names a resource */
  isResource: boolean
  query: URLSearchParams
}

export function requestInfo(method: string, url: string): RequestInfo {
  const { pathname, searchParams: query } = new URL(url, 'https://localhost')
  const words = pathname.split('/').filter(Boolean).map(decodeURIComponent)
  const core = words[0] === 'api'
  const [group = '', version = '', ...rest] = core ? ['', ...words.slice(1)] : words[0] === 'apis' ? words.slice(1) : []
  if (rest.length === 0) return { verb: method.toLowerCase(), group, version, resource: '', path: pathname, isResource: false, query }
  const scoped = rest[0] === 'namespaces' && rest.length > 2 && !(rest.length === 3 && rest[2] === 'status')
  const namespace = scoped ? rest[1] : undefined
  const [resource = '', given, ...deeper] = scoped ? rest.slice(2) : rest
  const name = given ?? pinnedName(query.get('fieldSelector') ?? '')
  const [subresource] = deeper
  const ownNamespace = namespace ?? (core && resource === 'namespaces' && given ? given : undefined)
  return {
    verb: verbOf(method, given !== undefined, query), group, version, resource, path: pathname, isResource: true, query,
    ...(subresource && { subresource }), ...(ownNamespace && { namespace: ownNamespace }), ...(name && { name }),
  }
}

function verbOf(method: string, named: boolean, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (['true', '1'].includes(query.get('watch') ?? '')) return 'watch'
      return named ? 'get' : 'list'
    case 'POST': return 'create'
    case 'PUT': return 'update'
    case 'PATCH': return 'patch'
    case 'DELETE': return named ? 'delete' : 'deletecollection'
    default: return method.toLowerCase()
  }
}
