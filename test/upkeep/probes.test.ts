import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiClient } from '../../controller/api/client.ts'
import type { PreflightView } from '../../controller/api/client.ts'
import type { Controller } from '../../controller/main.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../cluster/bench.ts'
import { controllerUser } from '../lab/controller-access.ts'
import { image, type SmallBed, startSmallBed } from './bed.ts'

let bed: SmallBed
let controller: Controller
let api: ApiClient
beforeAll(async () => {
  bed = await startSmallBed({ policies: true })
  controller = await bed.start()
  api = new ApiClient({ url: controller.url, token: readFileSync(join(bed.dir, 'controller/api-token'), 'utf8').trim() })
})
afterAll(() => bed.close())

const names = () => bed.pods.map(({ metadata }) => metadata.name).sort()
const views = async () => (await api.probes()).map(({ pod, container, state, entries }) => `${pod} ${container} ${state} ${entries}`).sort()

test('preflight over the API asks for every pod and changes nothing', async () => {
  const before = names().map(name => bed.apiserver.store.get('pods', 'red', name)?.metadata.resourceVersion)
  bed.apiserver.control.resetCounters()
  const report = await api.json<PreflightView>('/v1/preflight?namespace=red')
  expect({ problems: report.problems, namespaces: report.namespaces.map(({ namespace, optIn }) => [namespace, optIn]) }).toEqual({ problems: [], namespaces: [['red', true]] })
  expect(report.pods.map(({ pod, role, allowed, message }) => ({ pod, role, allowed, message }))).toEqual(names().map(name => ({ pod: `red/${name}`, role: 'lb', allowed: true, message: undefined })))
  const calls = bed.apiserver.control.calls().filter(({ user }) => user === controllerUser)
  expect(calls.filter(({ method }) => method === 'PATCH').map(({ url }) => url.includes('dryRun=All'))).toEqual(names().map(() => true))
  expect(names().map(name => bed.apiserver.store.get('pods', 'red', name)?.metadata.resourceVersion)).toEqual(before)
})

test('probes that serve are connected', async () => {
  await bed.sweep(controller)
  expect(await views()).toEqual(names().map(name => `red/${name} trenchscope-0001 connected 1`))
  expect((await api.probes()).map(({ image: of, version, startedAt }) => [of, version, typeof startedAt])).toEqual(names().map(() => [image, '0.1.0', 'number']))
})

test('a probe that is already there is what preflight would use', async () => {
  const report = await api.json<PreflightView>('/v1/preflight')
  expect(report.pods.map(({ reuse, entries }) => [reuse, entries])).toEqual(names().map(() => ['trenchscope-0001', 1]))
})

test('a container with a name like ours that nobody here put there is foreign', async () => {
  const [name = ''] = names()
  bed.apiserver.store.update('pods', 'red', name, pod => {
    const spec = pod['spec'] as { ephemeralContainers?: object[] }
    return { ...pod, spec: { ...spec, ephemeralContainers: [{ name: 'trenchscope-0002', image: 'other/agent:1', imagePullPolicy: 'Never', resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }, ...(spec.ephemeralContainers ?? [])] } }
  })
  await expect.poll(views).toContain(`red/${name} trenchscope-0002 foreign 2`)
})

test('drain ends the probes of a namespace, and the next sweep brings new ones', async () => {
  expect(await api.json('/v1/probes/drain', { body: { namespace: 'blue' } })).toEqual({ pods: [] })
  const { pods } = await api.json<{ pods: string[] }>('/v1/probes/drain', { body: { namespace: 'red', reason: 'uninstall' } })
  expect([...pods].sort()).toEqual(names().map(name => `red/${name}`))
  await eventually('no probe of ours runs', () => bed.kubelet.containers().filter(({ name }) => name === 'trenchscope-0001').every(({ state }) => state === 'exited'))
  await bed.sweep(controller)
  expect((await views()).filter(view => view.includes('connected'))).toHaveLength(2)
})

test('probes whose controller has lost its records are silent or foreign to the next one, which puts its own beside them', async () => {
  await controller.close()
  controller = await bed.start({ data: 'fresh' })
  await bed.sweep(controller)
  const fresh = new ApiClient({ url: controller.url, token: readFileSync(join(bed.dir, 'fresh/api-token'), 'utf8').trim() })
  await expect.poll(async () => (await fresh.probes()).filter(({ state }) => state === 'connected').length).toBe(2)
})
