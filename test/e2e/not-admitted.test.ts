import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dependenciesOf } from '#judge/plan.ts'
import { clusterSubject, subjectKey } from '#judge/subject.ts'
import { meridio } from '#profiles/meridio/profile.ts'
import type { SweepReport } from '../../controller/sweep/report.ts'
import { imageOfProbe, nfqlbFolder, probeImage } from '../lab/lab.ts'
import { pods } from '../lab/trench/topology.ts'
import { entriesOf, labelNamespace, startTrenchBed, type TrenchBed, trouble, unreachable, verdictsOf } from './trench-bed.ts'

let bed: TrenchBed
beforeAll(async () => { bed = await startTrenchBed({ reachTimeoutMs: 10_000 }) })
afterAll(() => bed?.close())

const everyPod = (reason: unknown) => Object.fromEntries(pods.map(({ name }) => [name, reason]))
const podsOf = (node: number, reason: unknown) => Object.fromEntries(pods.filter(pod => pod.node === node).map(({ name }) => [name, reason]))
const okChecks = (report: SweepReport) => [...new Set(report.verdicts.filter(({ verdict }) => verdict === 'ok').map(({ check }) => check))].sort()
/** Checks that read nothing but what the API server tells. */
const withoutProbe = () => meridio.checks.filter(check => bed.controller.backend.trenches({}).every(trench => dependenciesOf(check, trench).subjects.every(key => key === subjectKey(clusterSubject(trench))))).map(({ id }) => id)
/** Lets the controller's watch see what was changed. */
const seen = () => delay(500)

test('no probe enters a namespace that did not opt in, and the reason says how it would', async () => {
  labelNamespace(bed, {})
  await seen()
  const report = await bed.sweep()
  expect(unreachable(report)).toEqual(everyPod(expect.stringMatching(/^no probe in red\/.*: namespace red does not carry the label trenchscope\.io\/allow=true\. Label the namespace trenchscope\.io\/allow=true to let probes in\.$/)))
  expect(okChecks(report)).toEqual(expect.arrayContaining(['container-restarted', 'pod-not-ready']))
  expect(okChecks(report).filter(check => !withoutProbe().includes(check))).toEqual([])
  expect(report.findings).toEqual([])
  expect(pods.flatMap(({ name }) => entriesOf(bed, name))).toEqual([])
})

test('PodSecurity that refuses a privileged probe is quoted', async () => {
  labelNamespace(bed, { 'trenchscope.io/allow': 'true', 'pod-security.kubernetes.io/enforce': 'baseline' })
  await seen()
  const report = await bed.sweep()
  expect(unreachable(report)).toEqual(everyPod(expect.stringMatching(/violates PodSecurity "baseline:latest": .*privileged \(container(s)? .*"trenchscope-0001".* must not set securityContext\.privileged=true\)/)))
  expect(okChecks(report).filter(check => !withoutProbe().includes(check))).toEqual([])
  labelNamespace(bed, { 'trenchscope.io/allow': 'true' })
  await seen()
})

test('pods of a node that is not ready are not touched; the others are judged', async () => {
  await bed.lab.kubelets.get('worker2')?.nodeDown()
  await seen()
  const report = await bed.sweep()
  expect(unreachable(report)).toEqual(podsOf(2, expect.stringMatching(/: node worker2 is not ready: .*\. The kubelet of that node does not answer: look at the node first\.$/)))
  expect(entriesOf(bed, 'tg-3')).toEqual([])
  expect(verdictsOf(report, 'tg-1')).toMatchObject({ ok: expect.any(Number) })
  await bed.lab.kubelets.get('worker2')?.nodeUp()
  await seen()
})

test('an image that a node does not have is the reason its pods are unknown; the others are judged', async () => {
  const kubelet = bed.lab.kubelets.get('worker2')
  kubelet?.setImage(probeImage, { entrypoint: ['/missing'], present: false })
  const report = await bed.sweep()
  expect(unreachable(report)).toEqual(podsOf(2, expect.stringMatching(/ErrImageNeverPull: Container image "trenchscope\/agent:0\.1\.0" is not present with pull policy of Never\. The node does not have the probe's image/)))
  expect(verdictsOf(report, 'lb-2')['ok'] ?? 0).toBeLessThan(verdictsOf(report, 'lb-1')['ok'] ?? 0)
})

test('once the image is there the waiting containers start, and all is well without another injection', async () => {
  for (const kubelet of bed.lab.kubelets.values()) kubelet.setImage(probeImage, imageOfProbe(nfqlbFolder(bed.lab.trench)))
  await expect.poll(async () => trouble(await bed.sweep()), { timeout: 60_000 }).toEqual([])
  expect(pods.map(({ name }) => entriesOf(bed, name))).toEqual(pods.map(() => ['trenchscope-0001']))
})
