import { expect, test } from 'vitest'
import type { ResourceWatch } from '../../controller/cluster/watch.ts'
import { projectionOf } from '../../controller/cluster/project.ts'
import type { Change } from '../../controller/cluster/object-store.ts'
import { apiServer, clientOf, eventually, names, podObject, quick, watchPods } from './bench.ts'

function changesOf(watch: ResourceWatch): string[] {
  const changes: string[] = []
  watch.onChange(({ type, object }: Change) => changes.push(`${type} ${object.metadata.name}`))
  return changes
}

test.each([
  { server: 'with WatchList', watchList: true, lists: 0 },
  { server: 'of 1.33, without WatchList', watchList: false, lists: 3 },
])('a server $server is listed and followed', async ({ watchList, lists }) => {
  const server = await apiServer({ watchList })
  for (let index = 0; index < 1201; index++) server.store.apply(podObject(`pod-${String(index).padStart(4, '0')}`))
  const client = await clientOf(server)
  const watch = watchPods(client)
  await watch.synced()
  expect(watch.store.size).toBe(1201)
  expect(server.control.calls().filter(call => call.verb === 'list')).toHaveLength(lists)
  server.store.apply(podObject('late'))
  server.store.remove('pods', 'red', 'pod-0007')
  await eventually('both changes are seen', () => watch.store.get('red', 'late') !== undefined && watch.store.get('red', 'pod-0007') === undefined)
  expect(watch.health.state).toBe('synced')
})

test('after a bookmark a watch resumes from it, without a list, though older events are forgotten', async () => {
  const server = await apiServer({ bookmarkMs: 20 })
  server.store.apply(podObject('lb-1'))
  const watch = watchPods(await clientOf(server))
  await watch.synced()
  const seen = watch.health.lastEventAt
  server.store.expire()
  await eventually('a bookmark came', () => watch.health.lastEventAt > seen + 40)
  const before = server.control.calls().length
  server.control.dropWatches()
  await eventually('the watch is back', () => server.control.calls().length > before && server.control.counters().openWatches === 1)
  expect(server.control.calls().slice(before).map(({ url }) => new URL(url, server.url).searchParams.get('sendInitialEvents'))).toEqual([null])
  server.store.apply(podObject('lb-2'))
  await eventually('the new pod is seen', () => names(watch).includes('lb-2'))
})

test('a resourceVersion that is too old leads to a new list, and only what differs is told', async () => {
  const server = await apiServer()
  for (const name of ['lb-1', 'lb-2', 'lb-3']) server.store.apply(podObject(name))
  const watch = watchPods(await clientOf(server))
  await watch.synced()
  const changes = changesOf(watch)
  const away = server.control.refuse(100)
  await eventually('the server is away', () => watch.health.awaySince !== undefined)
  server.store.apply(podObject('lb-4'))
  server.store.remove('pods', 'red', 'lb-2')
  server.store.expire()
  await away
  await eventually('the list is new', () => names(watch).join() === 'lb-1,lb-3,lb-4')
  expect(changes.sort()).toEqual(['added lb-4', 'deleted lb-2'])
})

test('a watch that is cut again and again, each time after it had worked, does not wait longer and longer', async () => {
  const server = await apiServer()
  // the thirteenth wait would be 80 s
  const watch = watchPods(await clientOf(server), { timing: { ...quick, maxBackoffMs: 600_000 }, random: () => 1 })
  await watch.synced()
  for (let cut = 1; cut <= 13; cut++) {
    server.store.apply(podObject(`lb-${cut}`))
    await eventually('the watch works', () => names(watch).includes(`lb-${cut}`))
    server.control.cutWatches()
    await eventually('the watch is back', () => server.control.counters().openWatches === 1 && watch.health.awaySince === undefined)
  }
})

test('a watch cut in the middle of a line goes on, nothing lost and nothing twice', async () => {
  const server = await apiServer()
  server.store.apply(podObject('lb-1'))
  const watch = watchPods(await clientOf(server))
  await watch.synced()
  const changes = changesOf(watch)
  server.control.cutWatches()
  server.store.apply(podObject('lb-2'))
  await eventually('the pod is seen', () => names(watch).includes('lb-2'))
  server.control.cutWatches()
  server.store.apply(podObject('lb-3'))
  await eventually('the pod is seen', () => names(watch).includes('lb-3'))
  expect(changes).toEqual(['added lb-2', 'added lb-3'])
})

test('while the server is away the state is held and its age known; when it is back the watch is healthy again', async () => {
  const server = await apiServer()
  server.store.apply(podObject('lb-1'))
  const watch = watchPods(await clientOf(server))
  await watch.synced()
  expect(watch.health.awaySince).toBe(undefined)
  const away = server.control.refuse(200)
  await eventually('the server is away', () => watch.health.awaySince !== undefined)
  expect({ state: watch.health.state, pods: names(watch), code: watch.health.problem?.code }).toEqual({ state: 'synced', pods: ['lb-1'], code: 'unreachable' })
  await away
  await eventually('the server is back', () => watch.health.awaySince === undefined)
  expect(watch.health.problem).toBe(undefined)
})

test.each([
  { what: 'pods', path: '/api/v1/pods', says: 'the server could not find the requested resource' },
  { what: 'a resource that may not be installed, by a proxy', path: '/apis/meridio.nordix.org/v1/trenches', says: 'default backend - 404' },
])('a server that does not know $what any more is away: what it held is held', async ({ path, says }) => {
  const server = await apiServer()
  server.store.apply(podObject('lb-1'))
  server.store.apply({ apiVersion: 'meridio.nordix.org/v1', kind: 'Trench', metadata: { name: 'red', namespace: 'red' } } as never)
  const client = await clientOf(server)
  const watch = watchPods(client, { path, project: projectionOf(path.split('/').at(-1) ?? '') })
  await watch.synced()
  const held = names(watch)
  const changes = changesOf(watch)
  const heal = server.control.fault({ path, effect: { status: 404, message: says } })
  server.control.cutWatches()
  await eventually('it is told', () => watch.health.problem?.message === says)
  expect({ held: names(watch), changes, state: watch.health.state, away: watch.health.awaySince !== undefined }).toEqual({ held, changes: [], state: 'synced', away: true })
  expect(held).toHaveLength(1)
  heal()
  await eventually('it is back', () => watch.health.awaySince === undefined)
})

test('a resource that is installed no longer has no objects, by the API server\'s own words', async () => {
  const server = await apiServer()
  server.store.apply({ apiVersion: 'meridio.nordix.org/v1', kind: 'Trench', metadata: { name: 'red', namespace: 'red' } } as never)
  const watch = watchPods(await clientOf(server), { path: '/apis/meridio.nordix.org/v1/trenches', project: projectionOf('trenches') })
  await watch.synced()
  server.control.fault({ path: 'trenches', effect: { status: 404, message: '404 page not found' } })
  server.control.cutWatches()
  await eventually('it is unavailable', () => watch.health.state === 'unavailable')
  expect(names(watch)).toEqual([])
})

test('a watch that falls silent is broken off and begun again', async () => {
  const server = await apiServer()
  const watch = watchPods(await clientOf(server), { timing: { ...quick, inactivityMs: 60 } })
  await watch.synced()
  const before = server.control.calls().length
  await eventually('the watch began again', () => server.control.calls().length > before + 1)
  expect(watch.health.state).toBe('synced')
  await eventually('the silent one is closed', () => server.control.counters().openWatches <= 1)
})

test('a pod recreated under its name is a deletion and an addition, also when it happens while the server is away', async () => {
  const server = await apiServer()
  server.store.apply(podObject('lb-1'))
  const watch = watchPods(await clientOf(server))
  await watch.synced()
  const changes = changesOf(watch)
  const first = watch.store.get('red', 'lb-1')?.metadata.uid
  const away = server.control.refuse(100)
  await eventually('the server is away', () => watch.health.awaySince !== undefined)
  server.store.remove('pods', 'red', 'lb-1')
  server.store.apply(podObject('lb-1'))
  server.store.expire()
  await away
  await eventually('the new pod is seen', () => watch.store.get('red', 'lb-1')?.metadata.uid !== first)
  expect(changes).toEqual(['deleted lb-1', 'added lb-1'])
})

test('a listener that throws keeps nobody else from hearing', async () => {
  const server = await apiServer()
  const watch = watchPods(await clientOf(server))
  await watch.synced()
  watch.onChange(() => {
    throw new Error('a listener of this test')
  })
  const changes = changesOf(watch)
  server.store.apply(podObject('lb-1'))
  await eventually('the other listener heard', () => changes.length === 1)
})

test('events sent twice change nothing the second time but the answer stays right', async () => {
  const server = await apiServer()
  const watch = watchPods(await clientOf(server))
  await watch.synced()
  server.control.duplicateEvents(true)
  server.store.apply(podObject('lb-1'))
  server.store.apply(podObject('lb-2'))
  server.store.remove('pods', 'red', 'lb-1')
  await eventually('the state is right', () => names(watch).join() === 'lb-2')
})

test('closing during the first list leaves no watch and no socket', async () => {
  const server = await apiServer()
  for (let index = 0; index < 200; index++) server.store.apply(podObject(`pod-${index}`))
  const client = await clientOf(server)
  const watch = watchPods(client)
  await watch.close()
  await watch.close()
  await client.close()
  await eventually('everything is closed', () => server.control.counters().openWatches === 0 && server.control.counters().openConnections === 0)
  expect(watch.health.state).toBe('stopped')
})

test('a list that never comes is bounded, and says what went wrong', async () => {
  const server = await apiServer()
  server.control.fault({ effect: { status: 500, message: 'etcdserver: request timed out' } })
  const watch = watchPods(await clientOf(server))
  await expect(watch.synced({ timeoutMs: 300 })).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('/api/v1/pods was not listed within 300 ms: ') })
  server.control.heal()
  await watch.synced()
})
