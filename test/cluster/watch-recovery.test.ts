import { expect, test } from 'vitest'
import type { KubeClient } from '../../controller/cluster/client.ts'
import { apiServer, clientOf, eventually, names, podObject, quick, watchPods } from './bench.ts'

test('a watch that finds its place forgotten after a long absence lists again at once', async () => {
  const server = await apiServer()
  const failures = () => server.control.calls().filter(({ code }) => code === 500).length
  // no wait while the server fails; the wait after that would be over 600 s
  const watch = watchPods(await clientOf(server), { timing: { ...quick, backoffMs: 1000, maxBackoffMs: 6_000_000 }, random: () => (server.control.calls().at(-1)?.code === 500 ? 0 : 0.9) })
  await watch.synced()
  const heal = server.control.fault({ path: '/pods', effect: { status: 500 } })
  server.control.cutWatches()
  await eventually('it fails again and again', () => failures() > 10)
  server.store.apply(podObject('lb-1'))
  server.store.expire()
  heal()
  await eventually('the list is new', () => names(watch).join() === 'lb-1')
})

test('while a watch waits to try again, an answer to another call ends its wait', async () => {
  const server = await apiServer()
  const client = await clientOf(server)
  const watch = watchPods(client, { timing: { ...quick, backoffMs: 600_000, maxBackoffMs: 600_000 }, random: () => 0.9 })
  await watch.synced()
  server.control.fault({ path: '/pods', effect: { status: 500 }, times: 1 })
  server.control.cutWatches()
  await eventually('it is away', () => watch.health.awaySince !== undefined)
  await eventually('it is back', () => {
    void client.request({ path: '/version' }).catch(() => undefined)
    return watch.health.awaySince === undefined
  })
})

test('an etcd restored from an older backup, whose watches say nothing, is listed again', async () => {
  const server = await apiServer({ bookmarkMs: 30 })
  for (let index = 0; index < 50; index++) server.store.apply(podObject('lb-1', { metadata: { labels: { index: String(index) } } }))
  server.store.apply(podObject('lb-2'))
  const watch = watchPods(await clientOf(server), { timing: { ...quick, inactivityMs: 200 } })
  await watch.synced()
  const away = server.control.refuse(50)
  server.store.remove('pods', 'red', 'lb-2')
  server.store.restore(10)
  await away
  await eventually('the list is the backup\'s', () => names(watch).join() === 'lb-1')
  server.store.apply(podObject('lb-3'))
  await eventually('the watch goes on from there', () => names(watch).join() === 'lb-1,lb-3')
})

test('a list whose continue token expires under it begins anew', async () => {
  const server = await apiServer({ watchList: false })
  for (let index = 0; index < 1201; index++) server.store.apply(podObject(`pod-${index}`))
  const client = await clientOf(server)
  let pages = 0
  const watch = watchPods(Object.assign(Object.create(client) as KubeClient, {
    request: (request: Parameters<KubeClient['request']>[0]) => {
      if (request.query?.['continue'] !== undefined && ++pages === 2) server.store.expire()
      return client.request(request)
    },
    stream: (request: Parameters<KubeClient['stream']>[0]) => client.stream(request),
  }))
  await watch.synced()
  expect({ pods: watch.store.size, expired: server.control.calls().filter(({ code }) => code === 410).length }).toEqual({ pods: 1201, expired: 1 })
})
