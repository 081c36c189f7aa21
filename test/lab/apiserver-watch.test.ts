import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ApiServer, type ApiServerOptions, meridioResources, startApiServer } from './apiserver/apiserver.ts'
import { type Answer, LabClient } from './apiserver/client.ts'
import type { KubeObject } from './apiserver/objects.ts'
import type { Status } from './apiserver/status.ts'

let api: ApiServer
let client: LabClient

async function start(options: ApiServerOptions = {}): Promise<void> {
  api = await startApiServer({ resources: meridioResources, ...options })
  client = new LabClient({ url: api.url, caPem: api.caPem, token: api.token('admin') })
}

beforeEach(() => start())

afterEach(async () => {
  client.close()
  await api.close()
})

const pod = (name: string, labels: Record<string, string> = {}, nodeName = 'worker1'): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'red', labels }, spec: { nodeName, containers: [{ name: 'app', image: 'a' }] }, status: { phase: 'Running' },
})

const addPods = (...names: string[]) => names.map(name => api.store.apply(pod(name)))
const get = (path: string) => client.ask({ path })
const namesIn = (answer: Answer) => (answer.body as { items: KubeObject[] }).items.map(({ metadata }) => metadata.name)
const metadataOf = (answer: Answer) => (answer.body as { metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number } }).metadata
const statusOf = (answer: Answer) => [answer.code, (answer.body as Status).reason, (answer.body as Status).message]

/** `type name` of each event, bookmarks with their annotation, errors with their message, until the watch ends or `until` were seen; `meanwhile` runs when it is open. */
async function watched(query: string, { meanwhile, until }: { meanwhile?: () => void; until?: number } = {}): Promise<string[]> {
  const seen: string[] = []
  const stop = new AbortController()
  if (meanwhile) void whenWatched().then(meanwhile)
  try {
    for await (const line of client.lines({ path: `/api/v1/pods?watch=true&${query}`, signal: stop.signal })) {
      const { type, object } = JSON.parse(line)
      seen.push([type, object.metadata.name ?? object.message ?? (object.metadata.annotations ? 'end' : '')].join(' ').trim())
      if (seen.length === until) stop.abort()
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error
  }
  return seen
}

async function whenWatched(): Promise<void> {
  while (api.control.counters().openWatches === 0) await delay(5)
}

describe('a list', () => {
  test.each([
    ['labelSelector=app=lb', ['a', 'b']],
    ['labelSelector=app==lb,tier!=x', ['a']],
    ['labelSelector=app in (lb,fe)', ['a', 'b', 'c']],
    ['labelSelector=app notin (lb)', ['c', 'd']],
    ['labelSelector=tier', ['b']],
    ['labelSelector=!app', ['d']],
    ['fieldSelector=spec.nodeName=worker2', ['d']],
    ['fieldSelector=metadata.name=c', ['c']],
    ['fieldSelector=status.phase!=Running', []],
  ])('with %s gives %j', async (query, names) => {
    for (const object of [pod('a', { app: 'lb' }), pod('b', { app: 'lb', tier: 'x' }), pod('c', { app: 'fe' }), pod('d', {}, 'worker2')]) api.store.apply(object)
    expect(namesIn(await get(`/api/v1/namespaces/red/pods?${encodeURI(query).replaceAll('!', '%21')}`))).toEqual(names)
  })

  test('comes in pages that show one moment', async () => {
    addPods('a', 'b', 'c')
    const first = await get('/api/v1/pods?limit=2')
    api.store.remove('pods', 'red', 'c')
    addPods('z')
    const { continue: token = '', remainingItemCount } = metadataOf(first)
    const second = await get(`/api/v1/pods?limit=2&continue=${token}`)
    expect([namesIn(first), remainingItemCount, namesIn(second), metadataOf(second).continue]).toEqual([['a', 'b'], 1, ['c'], undefined])
    expect([metadataOf(second).resourceVersion, JSON.parse(Buffer.from(token, 'base64url').toString())]).toEqual([metadataOf(first).resourceVersion, { v: 'meta.k8s.io/v1', rv: Number(metadataOf(first).resourceVersion), start: 'red/b' }])
    api.control.expire()
    expect(statusOf(await get(`/api/v1/pods?limit=2&continue=${token}`)).slice(0, 2)).toEqual([410, 'Expired'])
    expect(statusOf(await get('/api/v1/pods?limit=2&continue=rubbish'))[2]).toMatch(/^continue key is not valid: /)
  })

  test('of an exact version is that version, until it is too old', async () => {
    addPods('a')
    const { resourceVersion } = metadataOf(await get('/api/v1/pods'))
    addPods('b')
    const path = `/api/v1/pods?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`
    expect(namesIn(await get(path))).toEqual(['a'])
    api.control.expire()
    expect(statusOf(await get(path))).toEqual([410, 'Expired', 'The resourceVersion for the provided list is too old.'])
  })

  test('shows metadata only when asked to', async () => {
    addPods('a')
    const answer = await client.ask({ path: '/api/v1/pods', headers: { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' } })
    expect(answer.body).toMatchObject({ kind: 'PartialObjectMetadataList', items: [{ kind: 'PartialObjectMetadata', metadata: { name: 'a' } }] })
  })
})

describe('a watch', () => {
  test('from a version gives what came after it, and ends cleanly at its time', async () => {
    addPods('a')
    const { resourceVersion } = metadataOf(await get('/api/v1/pods'))
    addPods('b')
    const seen = await watched(`resourceVersion=${resourceVersion}&timeoutSeconds=1`, {
      meanwhile: () => {
        api.store.update('pods', 'red', 'a', old => ({ ...old, status: { phase: 'Failed' } }))
        api.store.remove('pods', 'red', 'b')
      },
    })
    expect(seen).toEqual(['ADDED b', 'MODIFIED a', 'DELETED b'])
  })

  test('without a version starts with what is there', async () => {
    addPods('a', 'b')
    expect(await watched('timeoutSeconds=1')).toEqual(['ADDED a', 'ADDED b'])
  })

  test('shows objects that come to match or cease to as added and deleted', async () => {
    addPods('a')
    const label = (app?: string) => api.store.update('pods', 'red', 'a', old => ({ ...old, metadata: { ...old.metadata, labels: app ? { app } : {} } }))
    expect(await watched('labelSelector=app%3Dlb', { meanwhile: () => [label('lb'), label('lb'), label(), label('other')], until: 2 })).toEqual(['ADDED a', 'DELETED a'])
  })

  test('sends initial events and their end, then goes on (WatchList)', async () => {
    addPods('a', 'b')
    expect(await watched('sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true', { meanwhile: () => addPods('c'), until: 4 })).toEqual(['ADDED a', 'ADDED b', 'BOOKMARK end', 'ADDED c'])
  })

  test('marks the end of the initial events as recorded', async () => {
    const stop = new AbortController()
    const lines = client.lines({ path: '/api/v1/pods?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true', signal: stop.signal })
    const { value } = await lines.next()
    stop.abort()
    expect(value).toBe(`{"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"${api.store.version}","annotations":{"k8s.io/initial-events-end":"true"}},"spec":{"containers":null},"status":{}}}`)
  })

  test('of a version that is too old is a 200 with one ERROR event', async () => {
    addPods('a')
    api.control.expire()
    expect(await watched('resourceVersion=1')).toEqual([`ERROR too old resource version: 1 (${api.store.version})`])
  })

  test('is refused with a version that is no number, and initial events where they are not served', async () => {
    expect(statusOf(await get('/api/v1/pods?watch=1&resourceVersion=abc'))[2]).toContain('resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax')
    expect(statusOf(await get('/api/v1/pods?watch=1&sendInitialEvents=true'))[2]).toBe('ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
    client.close()
    await api.close()
    await start({ watchList: false })
    expect(statusOf(await get('/api/v1/pods?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan'))).toEqual([
      422, 'Invalid', 'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
    ])
  })

  test('sends bookmarks at their interval', async () => {
    client.close()
    await api.close()
    await start({ bookmarkMs: 20 })
    expect(await watched(`resourceVersion=${api.store.version}&allowWatchBookmarks=true`, { until: 3 })).toEqual(['BOOKMARK', 'BOOKMARK', 'BOOKMARK'])
  })

  test('is too old once the ring is full', async () => {
    client.close()
    await api.close()
    await start({ ringSize: 2 })
    const { version } = api.store
    addPods('a', 'b', 'c', 'd')
    expect((await watched(`resourceVersion=${version}`))[0]).toMatch(/^ERROR too old resource version: \d+ \(\d+\)$/)
    expect(await watched(`resourceVersion=${api.store.version - 1}&timeoutSeconds=1`)).toEqual(['ADDED d'])
  })
})
