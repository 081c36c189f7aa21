import type { ServerResponse } from 'node:http'
import type { KubeObject } from './objects.ts'
import { type ListQuery, partial, selectorOf, versionOf } from './lists.ts'
import { apiVersionOf, type ResourceType } from './resources.ts'
import { expired, forbiddenField, invalid } from './status.ts'
import type { Store, StoreEvent } from './store.ts'

export interface WatchOptions {
  bookmarkMs: number
  /** false: a server without the WatchList feature (1.33) refuses `sendInitialEvents` */
  watchList: boolean
  /** every event is sent twice while true */
  duplicate: () => boolean
}

/** One open watch. `end` is a clean end, `cut` breaks off in the middle of a line. */
export interface Watch {
  end(): void
  cut(): void
}

const maxBufferedBytes = 16 * 1024 * 1024
const listOptions = { group: 'meta.k8s.io', kind: 'ListOptions' }

/**
 * Streams the events of a resource as JSON lines until the client goes, `timeoutSeconds` pass or the server says so; calls `closed` once.
 * An object that starts or stops to match the selector is ADDED or DELETED. A version that is too old is an ERROR event in a 200 answer (recorded).
 * @throws {ApiError} before anything is sent, on a query that is refused
 */
export function startWatch(store: Store, list: ListQuery, response: ServerResponse, options: WatchOptions, closed: (watch: Watch) => void): Watch {
  const { type, namespace, query, metadataOnly } = list
  const matches = selectorOf(query)
  const selects = (object: KubeObject) => (!namespace || object.metadata.namespace === namespace) && matches(object)
  const version = versionOf(query)
  const initialEvents = wantsInitialEvents(query, options)
  const bookmarks = query.get('allowWatchBookmarks') === 'true' || query.get('allowWatchBookmarks') === '1'

  const send = (kind: string, object: object) => {
    if (response.writableLength > maxBufferedBytes) response.destroy()
    else response.write(`${JSON.stringify({ type: kind, object })}\n`)
  }
  const shown = (object: KubeObject) => (metadataOnly ? partial(object) : object)
  // a watch from a version that is yet to come hears nothing, bookmarks included, until it has come (recorded from 1.20)
  const isYetToCome = (at: number) => version !== undefined && !initialEvents && at <= version
  const deliver = (event: StoreEvent) => {
    if (isYetToCome(event.rv)) return
    const kind = transition(event, selects)
    for (let times = kind ? (options.duplicate() ? 2 : 1) : 0; times > 0; times--) send(kind ?? '', shown(event.object))
  }
  const bookmark = (annotations?: Record<string, string>) => send('BOOKMARK', bookmarkObject(type, store.version, annotations))

  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
  const past = version && !initialEvents ? store.since(type, version) : []
  if (!past) {
    send('ERROR', expired(`too old resource version: ${version} (${store.oldest(type)})`).body)
    response.end()
  } else {
    if (initialEvents || !version) for (const object of store.list(type, namespace).filter(selects)) send('ADDED', shown(object))
    else past.forEach(deliver)
    if (initialEvents) bookmark({ 'k8s.io/initial-events-end': 'true' })
  }

  const stop = past ? store.subscribe(type, deliver) : () => {}
  const ticking = bookmarks && past ? setInterval(() => isYetToCome(store.version + 1) || bookmark(), options.bookmarkMs) : undefined
  const seconds = Number(query.get('timeoutSeconds') ?? 0)
  const watch: Watch = {
    end: () => response.end(),
    cut: () => {
      response.write('{"type":"MODIFIED","object":{"kind":"', () => response.destroy())
    },
  }
  const ending = seconds > 0 ? setTimeout(() => watch.end(), seconds * 1000) : undefined
  response.once('close', () => {
    stop()
    clearInterval(ticking)
    clearTimeout(ending)
    closed(watch)
  })
  return watch
}

function wantsInitialEvents(query: URLSearchParams, { watchList }: WatchOptions): boolean {
  const asked = query.get('sendInitialEvents')
  const match = query.get('resourceVersionMatch')
  if (asked === null) {
    if (match) throw invalid(listOptions, '', [forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')])
    return false
  }
  if (!watchList) throw invalid(listOptions, '', [forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled')])
  if (match !== 'NotOlderThan') throw invalid(listOptions, '', [forbiddenField('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')])
  return asked === 'true'
}

function transition({ type, object, previous }: StoreEvent, selects: (object: KubeObject) => boolean): 'ADDED' | 'MODIFIED' | 'DELETED' | undefined {
  const was = previous !== undefined && selects(previous)
  const is = type !== 'DELETED' && selects(object)
  if (was && is) return 'MODIFIED'
  return is ? 'ADDED' : was ? 'DELETED' : undefined
}

/** The recorded end marker of a pods watch carries an empty spec and status, as Go prints a zero Pod. */
function bookmarkObject(type: ResourceType, version: number, annotations?: Record<string, string>): object {
  const zero = type.plural === 'pods' ? { spec: { containers: null }, status: {} } : {}
  return { kind: type.kind, apiVersion: apiVersionOf(type), metadata: { resourceVersion: String(version), ...(annotations && { annotations }) }, ...zero }
}
