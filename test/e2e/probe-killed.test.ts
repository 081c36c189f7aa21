import { afterAll, beforeAll, expect, test } from 'vitest'
import { unknowns } from '../lab/bed.ts'
import { LabClient } from '../lab/apiserver/client.ts'
import { pods } from '../lab/trench/topology.ts'
import { entriesOf, killProbe, podNamed, podObject, probeOf, startTrenchBed, type TrenchBed, trouble, unreachable, verdictsOf } from './trench-bed.ts'

let bed: TrenchBed
beforeAll(async () => {
  bed = await startTrenchBed({ askTimeoutMs: 5000, reachTimeoutMs: 15_000 })
  await bed.sweep()
})
afterAll(() => bed?.close())

test('a probe that was killed is replaced by the next sweep, which sees all', async () => {
  await killProbe(bed, 'tg-1')
  const report = await bed.sweep()
  expect([trouble(report), entriesOf(bed, 'tg-1')]).toEqual([[], ['trenchscope-0001', 'trenchscope-0002']])
})

test('of a probe that is killed during a sweep nothing is called ok that it had not told, and all others are judged', async () => {
  const report = await bed.sweep(event => {
    if (event.type === 'reached' && event.pod.endsWith(podNamed('px-a').podName)) void killProbe(bed, 'px-a')
  })
  expect(verdictsOf(report, 'px-a')['unknown']).toBeGreaterThan(0)
  expect(unknowns(report).join('\n')).toMatch(/the probe went away|did not come within|was not asked/)
  expect(report.findings.filter(finding => finding.subject.name === podNamed('px-b').podName)).toEqual([])
  expect(verdictsOf(report, 'tg-3')).toMatchObject({ ok: expect.any(Number) })
})

test('the sweep after that injects it anew and all is well', async () => {
  const report = await bed.sweep()
  expect([trouble(report), entriesOf(bed, 'px-a')]).toEqual([[], ['trenchscope-0001', 'trenchscope-0002']])
})

test.each(['reached', 'observed'] as const)('a sweep whose caller leaves at the first pod %s ends, no probe with it, and the next one sees all', async when => {
  const processes = pods.map(({ name }) => probeOf(bed, name).pid)
  const leaving = new AbortController()
  const left = await bed.sweep(event => { if (event.type === when) leaving.abort() }, leaving.signal).catch((error: Error) => error.message)
  expect(typeof left === 'string' || left.counts.unknown > 0).toBe(true)
  expect(trouble(await bed.sweep())).toEqual([])
  expect(pods.map(({ name }) => probeOf(bed, name).pid)).toEqual(processes)
})

test('a pod that is deleted during a sweep is not called ok, and its successor is another pod', async () => {
  const { store, nodeClient } = bed.lab.apiserver
  const { podName, node } = podNamed('tg-4')
  const old = podObject(bed, 'tg-4')
  const kubelet = new LabClient(nodeClient(`worker${node}`))
  let deleted: Promise<unknown> | undefined
  const report = await bed.sweep(event => {
    if (event.type === 'reached' && event.pod.endsWith(podName)) deleted ??= kubelet.ask({ method: 'DELETE', path: `/api/v1/namespaces/red/pods/${podName}` })
  })
  await deleted
  kubelet.close()
  expect(verdictsOf(report, 'tg-4')['ok'] ?? 0).toBeLessThan(verdictsOf(report, 'tg-3')['ok'] ?? 0)
  expect(verdictsOf(report, 'tg-4')['unknown']).toBeGreaterThan(0)
  await expect.poll(() => store.get('pods', 'red', podName), { timeout: 20_000 }).toBeUndefined()

  const { uid: _, resourceVersion: __, deletionTimestamp: ___, deletionGracePeriodSeconds: ____, ...metadata } = old.metadata
  const { ephemeralContainerStatuses: _____, ...status } = old.status
  store.apply({ ...old, metadata, spec: { ...old.spec, ephemeralContainers: [] }, status })
  await expect.poll(async () => trouble(await bed.sweep()), { timeout: 60_000 }).toEqual([])
  expect(unreachable(await bed.sweep())).toEqual({})
  expect(entriesOf(bed, 'tg-4')).toEqual(['trenchscope-0001'])
})

test('no load balancer was harmed', () => {
  expect(bed.incidents()).toEqual([])
})
