import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Controller } from '../../controller/main.ts'
import type { Pod } from '../lab/apiserver/objects.ts'
import { type SmallBed, startSmallBed } from './bed.ts'

let bed: SmallBed
let controller: Controller
beforeAll(async () => {
  bed = await startSmallBed()
  controller = await bed.start({ withoutLink: true })
})
afterAll(() => bed.close())

const entries = () => bed.pods.map(({ metadata }) => (bed.apiserver.store.get('pods', 'red', metadata.name) as Pod).spec.ephemeralContainers?.length ?? 0)
const sweep = async () => {
  const [report] = await controller.backend.sweep({ trench: 'red' }, { signal: new AbortController().signal, onEvent: () => undefined })
  return report?.verdicts.flatMap(({ reason = '' }) => reason) ?? []
}

test('the kill switch, set while pods answer through their logs, lets no further plan in; what answers ends', async () => {
  const swept = sweep()
  await expect.poll(() => Math.max(...entries()), { timeout: 30_000, interval: 5 }).toBe(1)
  bed.apiserver.store.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'trenchscope-kill-switch', namespace: 'trenchscope' }, data: { reason: 'change freeze' } })
  const reasons = await swept
  expect(Math.max(...entries())).toBe(1)
  expect(reasons).toContainEqual(expect.stringMatching(/asked through its log: .*the kill switch is set \(ConfigMap trenchscope\/trenchscope-kill-switch\): change freeze/))
  await expect.poll(() => bed.kubelet.containers().map(({ state, exitCode }) => `${state} ${exitCode}`), { timeout: 60_000 }).toEqual(bed.kubelet.containers().map(() => 'exited 0'))
})

test('without it each look of a sweep is a plan', async () => {
  bed.apiserver.store.remove('configmaps', 'trenchscope', 'trenchscope-kill-switch')
  await expect.poll(() => controller.backend.health().problems, { timeout: 30_000 }).toEqual([])
  const before = entries()
  await sweep()
  expect(entries().every((count, pod) => count - (before[pod] ?? 0) >= 2)).toBe(true)
})
