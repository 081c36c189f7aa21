import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Controller } from '../../controller/main.ts'
import { eventually } from '../cluster/bench.ts'
import { accessOf } from '../lab/controller-access.ts'
import { image, laterImage, type SmallBed, startSmallBed } from './bed.ts'

let bed: SmallBed
let controller: Controller
let port: number
beforeAll(async () => {
  bed = await startSmallBed()
  port = await freePort()
  controller = await bed.start({ environment: { TRENCHSCOPE_HEALTH_LISTEN: `127.0.0.1:${port}` } })
})
afterAll(() => bed.close())

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: free } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return free
}

const killSwitch = (data: Record<string, string> = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'trenchscope-kill-switch', namespace: 'trenchscope' }, data })
const connected = (at = controller) => at.registry.probes().map(({ pod, container }) => `${pod.split('/')[1]} ${container}`).sort()
const names = () => bed.pods.map(({ metadata }) => metadata.name).sort()
const imagesOf = (pod: string) => (bed.apiserver.store.get('pods', 'red', pod)?.['spec'] as { ephemeralContainers?: { image: string }[] }).ephemeralContainers?.map(entry => entry.image).toReversed()

test('a sweep brings a probe into every pod', async () => {
  await bed.sweep(controller)
  expect(connected()).toEqual(names().map(name => `${name} trenchscope-0001`))
})

test('the health port tells a kubelet and a Prometheus', async () => {
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()
  expect([await ask('/healthz'), await ask('/readyz')]).toEqual(['ok\n', 'ok\n'])
  expect((await ask('/metrics')).split('\n')).toEqual(expect.arrayContaining(['trenchscope_probes{state="connected"} 2', 'trenchscope_problems 0']))
})

test('the kill switch ends all probes, and lets none in while it is set', async () => {
  const from = performance.now()
  bed.apiserver.store.apply(killSwitch({ reason: 'change freeze' }))
  await eventually('no probe runs', () => bed.kubelet.containers().every(({ state }) => state === 'exited'))
  process.stderr.write(`all probes were gone ${Math.round(performance.now() - from)} ms after the kill switch was set\n`)
  expect(connected()).toEqual([])
  await expect.poll(() => controller.backend.probes()).toEqual([])
  const pods = await bed.sweep(controller)
  expect(pods.filter(({ pod }) => names().some(name => pod.endsWith(name))).map(({ unreachable }) => unreachable)).toEqual(names().map(name =>
    `no probe in red/${name}: the kill switch is set (ConfigMap trenchscope/trenchscope-kill-switch): change freeze. Delete that ConfigMap to let probes in again.`))
  expect(controller.backend.health().problems).toContain('the kill switch is set (ConfigMap trenchscope/trenchscope-kill-switch): change freeze')
})

test('when it is taken away, probes come again', async () => {
  bed.apiserver.store.remove('configmaps', 'trenchscope', 'trenchscope-kill-switch')
  await eventually('the switch is not seen any more', () => controller.backend.health().problems.length === 0)
  await bed.sweep(controller)
  expect(connected()).toEqual(names().map(name => `${name} trenchscope-0002`))
})

test('a controller of another image puts its probe beside each old one, then the old one ends', async () => {
  await controller.close()
  controller = await bed.start({ image: laterImage })
  await eventually('the old probes come back', () => connected().length >= 2)
  await eventually('each pod has its successor', () => connected().filter(name => name.endsWith('0003')).length === 2)
  expect(connected()).toHaveLength(4)
  expect(names().map(imagesOf)).toEqual(names().map(() => [image, image, laterImage]))
  await expect.poll(() => connected(), { timeout: 40_000, interval: 500 }).toEqual(names().map(name => `${name} trenchscope-0003`))
}, 90_000)

test('an uninstall as operations.md tells it: the switch, no probe that runs, all objects gone; a controller that is still there ends', async () => {
  bed.apiserver.store.apply(killSwitch({ reason: 'uninstall' }))
  await expect.poll(() => controller.backend.probes(), { timeout: 20_000 }).toEqual([])
  for (const { kind, metadata } of accessOf('overlays/cluster-wide')) bed.apiserver.store.remove(`${kind.toLowerCase()}s`, metadata.namespace, metadata.name)
  await expect.poll(() => controller.lost.aborted, { timeout: 30_000 }).toBe(true)
  expect(bed.kubelet.containers().every(({ state }) => state === 'exited')).toBe(true)
}, 60_000)
