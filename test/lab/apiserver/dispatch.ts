import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Control, controlByHttp } from './control.ts'
import { parseJson } from './body.ts'
import { discover } from './discovery.ts'
import { EphemeralContainers } from './ephemeral.ts'
import type { Call, Faults } from './faults.ts'
import { listPage, partial } from './lists.ts'
import { type NodeHook, podLog } from './logs.ts'
import type { KubeObject } from './objects.ts'
import { authorize, refusalText } from './rbac.ts'
import { type RequestInfo, requestInfo } from './request-info.ts'
import type { ResourceType } from './resources.ts'
import { reviewed, reviewKinds } from './reviews.ts'
import { proxied, type Services } from './service-proxy.ts'
import { ApiError, forbidden, noSuchPath, notFound, unauthorized } from './status.ts'
import type { Store } from './store.ts'
import type { User, Users } from './users.ts'
import { startWatch, type WatchOptions } from './watch.ts'
import { createObject, deleteObject, parseDeleteOptions, patchObject, replaceObject } from './writes.ts'

export interface Api {
  store: Store
  users: Users
  control: Control
  faults: Faults
  ephemeral: EphemeralContainers
  nodes: Map<string, NodeHook>
  services: Services
  watch: WatchOptions
}

export interface Reply {
  code: number
  body?: object | string
  /** streamed as text */
  stream?: AsyncIterable<Uint8Array | string>
  headers?: Record<string, string>
  warnings?: readonly string[]
}

interface Asked {
  info: RequestInfo
  user: User
  method: string
  body: string
  contentType: string
  accept: string
  atFront: boolean
  response: ServerResponse
}

/**
 * Answers one request: who, may they, is there a fault, then the resource. Undefined: the answer is under way (a watch) or will never come (a fault).
 * @throws {ApiError} every answer that is not 2xx
 */
export async function dispatch(api: Api, request: IncomingMessage, response: ServerResponse, body: string, call: Call, atFront: boolean): Promise<Reply | undefined> {
  const method = request.method ?? 'GET'
  const info = requestInfo(method, request.url ?? '/')
  const user = api.users.authenticate(request)
  Object.assign(call, callOf(info, user, method, request.url ?? '/'))
  if (info.path.startsWith('/_control/')) return control(api, info, method, body, user)
  if (atFront) {
    api.control.record(call)
    if (!(await api.faults.pass(call, response))) return undefined
  }
  if (!user) throw unauthorized()
  authorized(api.store, user, info)
  const { 'content-type': contentType = '', accept = '' } = request.headers
  if (info.resource === 'services' && info.subresource === 'proxy') return proxied(api.services, info, request, body, response)
  return info.isResource ? resource(api, { info, user, method, body, contentType, accept, atFront, response }) : plainPath(api, info)
}

function callOf({ verb, group, version, resource, subresource, namespace, name, path }: RequestInfo, user: User | undefined, method: string, url: string): Partial<Call> {
  return { verb, group, version, resource, ...(subresource && { subresource }), ...(namespace && { namespace }), ...(name && { name }), user: user?.username ?? 'system:anonymous', method, path, url }
}

function control(api: Api, { path }: RequestInfo, method: string, body: string, user: User | undefined): Reply {
  if (!user) throw unauthorized()
  if (!user.groups.includes('system:masters')) throw new ApiError(403, 'Forbidden', `forbidden: User "${user.username}" cannot use ${path}`)
  const answer = controlByHttp(api.control, method, path, body)
  if (!answer) throw noSuchPath()
  return { code: 200, body: answer }
}

function authorized(store: Store, user: User, info: RequestInfo): void {
  const { path, isResource, ...access } = info
  const asked = isResource ? access : { ...access, path }
  if (authorize(store, user, asked).allowed) return
  if (isResource) throw forbidden({ plural: info.resource, group: info.group }, info.name ?? '', refusalText(user, asked))
  throw new ApiError(403, 'Forbidden', `forbidden: ${refusalText(user, asked)}`, {})
}

function plainPath(api: Api, { path }: RequestInfo): Reply {
  const answer = discover(api.store.resources, path)
  if (answer === undefined) throw noSuchPath()
  return { code: 200, body: answer }
}

async function resource(api: Api, asked: Asked): Promise<Reply | undefined> {
  const { info, user, body } = asked
  const review = reviewKinds[info.resource]
  if (review?.group === info.group && info.verb === 'create') return { code: 201, body: reviewed(api.store, api.users, info.resource, user, body) }
  if (info.resource === 'serviceaccounts' && info.subresource === 'token' && info.verb === 'create') return { code: 201, body: tokenRequest(api, info, body) }
  const type = api.store.resources.byPath(info.group, info.version, info.resource)
  if (!type || (info.subresource && !type.subresources.includes(info.subresource)) || misplaced(type, info)) throw noSuchPath()
  if (info.subresource === 'log') return log(api, asked)
  if (info.subresource === 'ephemeralcontainers') return ephemeral(api, asked)
  return object(api, type, asked)
}

/** The account must be there; what its token is for is what was asked for, else the API server itself. */
function tokenRequest({ store, users }: Api, { namespace = '', name = '' }: RequestInfo, body: string): object {
  const type = store.resources.byPath('', 'v1', 'serviceaccounts')
  if (!type) throw noSuchPath()
  if (!store.get(type, namespace, name)) throw notFound(type, name)
  const { spec = {} } = parseJson(body) as { spec?: { audiences?: string[]; expirationSeconds?: number } }
  const token = users.token(`system:serviceaccount:${namespace}:${name}`, spec.audiences ? { audiences: spec.audiences } : {})
  return { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', metadata: { name, namespace }, spec, status: { token, expirationTimestamp: new Date(Date.now() + (spec.expirationSeconds ?? 3600) * 1000).toISOString() } }
}

/** A namespaced object without its namespace, or a cluster's object in one. */
function misplaced(type: ResourceType, { namespace, verb }: RequestInfo): boolean {
  if (type.namespaced) return namespace === undefined && !['list', 'watch'].includes(verb)
  return namespace !== undefined && type.plural !== 'namespaces'
}

async function log(api: Api, { info, response }: Asked): Promise<Reply> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const stream = await podLog(api.store, api.nodes, info.namespace ?? '', info.name ?? '', info.query, gone.signal)
  return stream ? { code: 200, stream } : { code: 204 }
}

function ephemeral(api: Api, { info, user, body, contentType }: Asked): Reply {
  const { namespace = '', name = '', verb, query } = info
  if (verb === 'get') return { code: 200, body: api.ephemeral.get(namespace, name) }
  if (verb !== 'patch' && verb !== 'update') throw methodNotAllowed()
  const { pod, warnings } = api.ephemeral.update({
    namespace, name, user: user.username, dryRun: isDryRun(query), strict: query.get('fieldValidation') === 'Strict',
    write: verb === 'update' ? { put: body } : { patch: patchOf(contentType, body, query) },
  })
  return { code: 200, body: pod, warnings: query.get('fieldValidation') === 'Ignore' ? [] : warnings }
}

function object(api: Api, type: ResourceType, asked: Asked): Reply | undefined {
  const { info, body, contentType, accept, atFront, response } = asked
  const { query, name = '', verb } = info
  const namespace = type.namespaced ? info.namespace : undefined
  const scope = { type, ...(namespace && { namespace }) }
  const target = { ...scope, name, part: info.subresource === 'status' ? ('status' as const) : ('object' as const), dryRun: isDryRun(query) }
  const metadataOnly = /as=PartialObjectMetadata/.test(accept.split(',')[0] ?? '')
  switch (verb) {
    case 'list': return { code: 200, body: listPage(api.store, { ...scope, query, metadataOnly }) }
    case 'watch': {
      const watch = startWatch(api.store, { ...scope, query, metadataOnly }, response, api.watch, closed => api.control.watchClosed(closed))
      if (atFront) api.control.watchOpened(watch)
      return undefined
    }
    case 'get': {
      const found: KubeObject | undefined = api.store.get(type, namespace, name)
      if (!found) throw notFound(type, name)
      return { code: 200, body: metadataOnly ? partial(found) : found }
    }
    case 'create': return { code: 201, body: createObject(api.store, target, body) }
    case 'update': return { code: 200, body: replaceObject(api.store, target, body) }
    case 'patch': {
      const { object: result, created } = patchObject(api.store, target, patchOf(contentType, body, query))
      return { code: created ? 201 : 200, body: result }
    }
    case 'delete': return { code: 200, body: deleteObject(api.store, target, parseDeleteOptions(body, query)) }
    default: throw methodNotAllowed()
  }
}

function patchOf(contentType: string, body: string, query: URLSearchParams): { contentType: string; body: string; fieldManager?: string } {
  const fieldManager = query.get('fieldManager')
  return { contentType, body, ...(fieldManager && { fieldManager }) }
}

const isDryRun = (query: URLSearchParams): boolean => query.getAll('dryRun').includes('All')

const methodNotAllowed = (): ApiError => new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
