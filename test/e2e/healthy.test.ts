import { afterAll, beforeAll, expect, test } from 'vitest'
import { said, unknowns } from '../lab/bed.ts'
import { controllerAccess } from '../lab/controller-access.ts'
import { leftOf, tracesOf } from './leftovers.ts'
import { podRequestsOf, rulesUsed } from './api-calls.ts'
import { isHealthy } from '../lab/trench/traffic.ts'
import { pods } from '../lab/trench/topology.ts'
import { killProbe, startTrenchBed, type TrenchBed } from './trench-bed.ts'

let bed: TrenchBed
beforeAll(async () => { bed = await startTrenchBed() })
afterAll(() => bed?.close())

test('the first sweep injects a probe into every pod of the trench, finds nothing wrong and leaves nothing unseen', async () => {
  const report = await bed.sweep()
  expect([said(report), unknowns(report), report.pods.filter(pod => !pod.container)]).toEqual([[], [], []])
  expect(report.pods.length).toBe(pods.length)
  expect(report.counts).toMatchObject({ fail: 0, unknown: 0, flapping: 0 })
  expect(report.counts.ok).toBeGreaterThan(100)
})

test('injecting and sweeping asked the API server at most twice about each pod', () => {
  const requests = podRequestsOf(bed.lab.apiserver.control.calls())
  expect([...requests.keys()].sort()).toEqual(pods.map(({ podName }) => `red/${podName}`).sort())
  expect([...requests].filter(([, count]) => count > 2)).toEqual([])
})

test('five sweeps in a row say the same, ask the API server once each for what no watch holds, and the traffic meanwhile loses nothing', async () => {
  bed.lab.apiserver.control.resetCounters()
  for (let round = 0; round < 5; round++) {
    const [report, traffic] = await Promise.all([bed.sweep(), bed.lab.trench.traffic()])
    expect([said(report, { all: true }), unknowns(report)]).toEqual([[], []])
    expect(isHealthy(traffic), JSON.stringify(traffic)).toBe(true)
  }
  const asked = Map.groupBy(bed.lab.apiserver.control.calls(), ({ method, url }) => `${method} ${url}`)
  const objects = ['configmaps/meridio-configuration-red', 'persistentvolumeclaims/ipam-data-ipam-red-0', 'persistentvolumeclaims/nsp-data-nsp-red-0'].map(path => `GET /api/v1/namespaces/red/${path}`)
  const lists = ['GET /api/v1/namespaces/red/events?limit=500&fieldSelector=type%3DWarning', 'GET /apis/networkservicemesh.io/v1/networkserviceendpoints?limit=500']
  expect([...asked.keys()].sort()).toEqual([...objects, ...lists].sort())
  expect(objects.map(key => asked.get(key)?.length)).toEqual([5, 5, 5])
  // sweeps within three seconds share a list
  expect(lists.filter(key => (asked.get(key)?.length ?? 0) > 5)).toEqual([])
})

test('every probe tells what it costs', () => {
  const probes = bed.controller.backend.probes()
  expect(probes.map(probe => [probe.state, probe.rssBytes > 1e6, probe.cpuMs > 0])).toEqual(pods.map(() => ['connected', true, true]))
})

test('a sweep uses every right the controller is given but those for callers with Kubernetes tokens and for Meridio 2, and asks for no other', async () => {
  await bed.controller.close()
  const { store, control } = bed.lab.apiserver
  control.resetCounters()
  // judged by its ConfigMap then, as a trench that Helm deployed
  const trench = store.remove('trenches', 'red', 'red')
  await killProbe(bed, 'lb-1')
  await bed.restartController()
  const report = await bed.sweep()
  expect([said(report), unknowns(report)]).toEqual([['red probe-leftover: 1 of our containers ended badly (137 Error) in red/lb-1'], []])
  expect(control.calls().filter(({ code }) => code === 401 || code === 403)).toEqual([])
  expect(rulesUsed(controllerAccess, control.calls())).toEqual({ tokenreviews: false, subjectaccessreviews: false, distributiongroups: false, gatewayrouters: false, l34routes: false, ...Object.fromEntries([
    'pods', 'nodes', 'namespaces', 'pods/ephemeralcontainers', 'pods/log', 'configmaps', 'events', 'persistentvolumeclaims', 'networkserviceendpoints', 'trenches', 'attractors', 'gateways', 'vips', 'conduits', 'streams', 'flows',
  ].map(resource => [resource, true])) })
  store.apply(trench)
})

test('no load balancer was harmed', () => {
  expect(bed.incidents()).toEqual([])
})

test('once closed nothing of the lab is left: no namespace, no process, no mount, no file', async () => {
  const lab = { id: bed.lab.trench.id, dir: bed.lab.trench.dir }
  const before = tracesOf(lab)
  // what is looked for is there
  expect([before.namespaces.length, before.processes.length > 20, before.mounts.length > 8, before.folders.length]).toEqual([12, true, true, 2])
  await bed.close()
  expect(leftOf(before, lab)).toEqual([])
})
