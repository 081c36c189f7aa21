import { expect, test } from 'vitest'
import { Readings } from '../../controller/cluster/readings.ts'
import { clusterSource } from '../../controller/sweep/cluster-source.ts'
import { apiServer, clientOf, inventoryOf, podObject } from './bench.ts'

const event = (name: string, type: string) => ({ apiVersion: 'v1', kind: 'Event', metadata: { name, namespace: 'red' }, type, reason: 'FailedMount', message: 'no socket', involvedObject: { kind: 'Pod', name: 'lb-1' }, source: { component: 'kubelet' } })

test('a list that no watch holds is asked for once, whoever asks within three seconds', async () => {
  const server = await apiServer()
  server.store.apply(event('one', 'Warning') as never)
  let clock = 0
  const readings = new Readings({ client: await clientOf(server), now: () => clock })
  const query = { group: '', plural: 'events', namespace: 'red' }
  const lists = () => server.control.calls().filter(({ url }) => url.includes('/events')).length
  const [first, second] = await Promise.all([readings.list(query), readings.list(query)])
  expect(first).toBe(second)
  expect(first.items).toMatchObject([{ metadata: { name: 'one' }, type: 'Warning', reason: 'FailedMount', involvedObject: { kind: 'Pod', name: 'lb-1' } }])
  expect(lists()).toBe(1)
  clock = 3001
  await readings.list(query)
  expect(lists()).toBe(2)
})

test('a list that failed is asked for again by the next', async () => {
  const server = await apiServer()
  const readings = new Readings({ client: await clientOf(server), now: () => 0 })
  const query = { group: '', plural: 'events', namespace: 'red' }
  const end = server.control.fault({ effect: { status: 500 } })
  await expect(readings.list(query)).rejects.toMatchObject({ name: 'FactError' })
  end()
  expect(await readings.list(query)).toMatchObject({ items: [] })
})

test('what may not be listed keeps the server\'s words', async () => {
  const server = await apiServer()
  const readings = new Readings({ client: await clientOf(server, 'nobody') })
  await expect(readings.list({ group: '', plural: 'events', namespace: 'red' })).rejects.toMatchObject({ name: 'FactError', code: 'refused', message: expect.stringContaining('events is forbidden') })
})

test('lines of a log that may hold a secret are cut', async () => {
  const readings = new Readings({ client: { request: async () => ({}) as never, text: async ({ query }) => ({ status: 200, warnings: [], text: `asked ${query?.['tailLines']}\npassword "x" in bird.conf\nend\n` }) } })
  expect(await readings.log({ namespace: 'red', pod: 'lb-1', container: 'frontend', tailLines: 3, limitBytes: 100 })).toBe('asked 3\n(cut: may hold a secret)\nend\n')
})

test('pods are chosen by label from a watch of the cluster, and asked for where only some namespaces are watched', async () => {
  const server = await apiServer()
  server.store.apply(podObject('nsmgr-1', { namespace: 'nsm', metadata: { name: 'nsmgr-1', namespace: 'nsm', labels: { app: 'nsmgr' } } }))
  server.store.apply(podObject('lb-1'))
  const client = await clientOf(server)
  const names = async (namespaces: readonly string[]) => {
    const inventory = await inventoryOf(client, { namespaces })
    const asked: string[] = []
    const readings = new Readings({ client })
    const { run } = clusterSource({
      inventory, now: () => 0, watched: (plural, namespace) => inventory.watches(plural, namespace), problem: plural => inventory.problem(plural),
      get: (plural, namespace, name) => inventory.fetch(plural, namespace, name), log: query => readings.log(query),
      list: query => {
        asked.push(query.plural)
        return readings.list(query)
      },
    })
    const { items } = JSON.parse(await run(['kubectl', 'get', 'pods', '-A', '-l', 'app in (nsmgr,forwarder-vpp)', '-o', 'json'])) as { items: { metadata: { name: string } }[] }
    return { found: items.map(({ metadata }) => metadata.name), asked }
  }
  expect(await names([])).toEqual({ found: ['nsmgr-1'], asked: [] })
  expect(await names(['red'])).toEqual({ found: ['nsmgr-1'], asked: ['pods'] })
})
