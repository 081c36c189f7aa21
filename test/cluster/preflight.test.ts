import { expect, test } from 'vitest'
import { preflight, type PreflightReport } from '../../controller/cluster/preflight.ts'
import type { ApiServer } from '../lab/apiserver/apiserver.ts'
import { controllerAccess, controllerUser } from '../lab/controller-access.ts'
import { admissionPolicies } from '../deploy/admission.ts'
import { kustomized } from '../../deploy/kustomize.ts'
import { apiServer, nodeObject, podObject } from './bench.ts'
import { image, injectOptions, injectorOf, memoryRecords, refOf } from './probe-bench.ts'

const shipped = kustomized('overlays/cluster-wide')
const open = { 'trenchscope.io/allow': 'true' }
const longLimit = { containers: [{ name: 'frontend', image: 'frontend:1', resources: { limits: { memory: '100Mi' } } }] }

/** as the API server keeps them, its defaults filled in */
const admitted = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `x-${index}`, image: 'x', imagePullPolicy: 'IfNotPresent', resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }))

interface Situation {
  readonly labels?: Record<string, string>
  readonly pod?: Parameters<typeof podObject>[1]
  readonly images?: readonly string[]
  readonly ready?: string
  readonly image?: string
  readonly rights?: boolean
  readonly refusal?: Parameters<typeof preflight>[1]['refusal']
}

/** One pod lb-1 in namespace red, with the shipped rights and policies. */
async function flown({ labels = open, pod = {}, images = [image], ready = 'True', image: injected = image, rights = true, refusal }: Situation = {}): Promise<{ report: PreflightReport; server: ApiServer }> {
  const server: ApiServer = await apiServer({ policies: admissionPolicies(shipped, name => server.store.get('namespaces', undefined, name)) })
  for (const object of controllerAccess.filter(({ metadata }) => rights || metadata.name !== 'trenchscope-trenches')) server.store.apply(object)
  if (!rights) server.store.apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'reader' }, roleRef: { kind: 'ClusterRole', name: 'reader' }, subjects: [{ kind: 'User', name: controllerUser }] })
  if (!rights) server.store.apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reader' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }] })
  server.store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'red', labels } })
  const node = nodeObject('worker-1', ready)
  server.store.apply({ ...node, status: { ...node.status, images: images.map(name => ({ names: [name], sizeBytes: 1 })) } })
  server.store.apply(podObject('lb-1', pod))
  const { injector, inventory, client } = await injectorOf(server, { records: memoryRecords(), user: controllerUser })
  server.control.resetCounters()
  const { signal, ...inject } = injectOptions({ image: injected })
  const report = await preflight([refOf(server)], { client, inventory, injector, inject, signal, ...(refusal && { refusal }) })
  return { report, server }
}

test('a pod that a probe may enter: nobody refuses, and nothing was changed', async () => {
  const { report, server } = await flown()
  expect(report).toEqual({
    image, problems: [],
    namespaces: [{
      namespace: 'red', optIn: true, podSecurity: '',
      rights: ['patch pods/ephemeralcontainers', 'get pods/log', 'get pods', 'watch pods'].map(right => ({ right, allowed: true, reason: expect.stringContaining('RBAC: allowed by ClusterRoleBinding "trenchscope-trenches"') })),
    }],
    pods: [{ pod: 'red/lb-1', node: 'worker-1', allowed: true, entries: 0, warnings: [] }],
  })
  expect(server.control.calls().filter(({ method, url }) => method !== 'GET' && !url.includes('dryRun=All') && !url.includes('selfsubjectaccessreviews'))).toEqual([])
  expect(server.store.get('pods', 'red', 'lb-1')?.['spec']).not.toHaveProperty('ephemeralContainers')
})

test.each<[string, Situation, string, string]>([
  ['PodSecurity baseline', { labels: { ...open, 'pod-security.kubernetes.io/enforce': 'baseline' } }, 'pod-security',
    'no probe in red/lb-1: pods "lb-1" is forbidden: violates PodSecurity "baseline:latest": privileged (container "trenchscope-0001" must not set securityContext.privileged=true). Label the namespace pod-security.kubernetes.io/enforce=privileged, or exempt the controller\'s service account.'],
  ['no right to patch', { rights: false }, 'forbidden',
    'no probe in red/lb-1: pods "lb-1" is forbidden: User "system:serviceaccount:trenchscope:controller" cannot patch resource "pods/ephemeralcontainers" in API group "" in the namespace "red". Bind the controller\'s service account to the ClusterRole that may patch pods/ephemeralcontainers in that namespace.'],
  ['our own admission policy', { image: 'other/agent:1', images: ['other/agent:1'] }, 'policy',
    'no probe in red/lb-1: pods "lb-1" is forbidden: ValidatingAdmissionPolicy \'trenchscope-probe\' with binding \'trenchscope-probe\' denied request: the image is not the probe\'s. An admission policy of the cluster refuses the probe; it must let our image and security context pass.'],
  ['a namespace that has not opted in', { labels: {} }, 'not-allowed',
    'no probe in red/lb-1: namespace red does not carry the label trenchscope.io/allow=true. Label the namespace trenchscope.io/allow=true to let probes in.'],
  ['an image that is not on the node', { images: ['other:1'] }, 'image-missing',
    'no probe in red/lb-1: node worker-1 does not name trenchscope/agent:0.1.0 among its 1 images. The node does not have the probe\'s image: look at the DaemonSet that pre-pulls it, or inject with IfNotPresent.'],
  ['a pod that is terminating', { pod: { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } } }, 'terminating',
    'no probe in red/lb-1: it is terminating since 2026-01-01T00:00:00Z. The pod is on its way out; the next sweep sees its successor.'],
  ['a static pod', { pod: { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } } }, 'mirror-pod',
    'no probe in red/lb-1: it is a static pod. Static pods take no ephemeral containers; run the commands on the node.'],
  ['a node that is down', { ready: 'Unknown' }, 'node-not-ready',
    'no probe in red/lb-1: node worker-1 is not ready: KubeletReady. The kubelet of that node does not answer: look at the node first.'],
  ['a pod with little memory', { pod: { spec: longLimit } }, 'memory-thin',
    'no probe in red/lb-1: its containers may use 100 MiB together, a probe wants the pod to have 150 MiB. Raise the memory limits of the pod, or sweep it without a probe.'],
  ['a pod that has had twenty', { pod: { spec: { ephemeralContainers: admitted(20) } } }, 'too-many-probes',
    'no probe in red/lb-1: it has 20 ephemeral containers. Ephemeral containers cannot be removed: delete the pod so that its successor starts clean.'],
  ['the kill switch', { refusal: () => ({ code: 'kill-switch', words: 'the kill switch is set' }) }, 'kill-switch',
    'no probe in red/lb-1: the kill switch is set. Delete that ConfigMap to let probes in again.'],
])('%s is named, in its own words, with how to mend it', async (_who, situation, code, message) => {
  const { report } = await flown(situation)
  expect(report.pods.map(pod => [pod.allowed, pod.code, pod.message])).toEqual([[false, code, message]])
})

test('PodSecurity restricted names the pod\'s own containers, and runAsNonRoot', async () => {
  const { report } = await flown({ labels: { ...open, 'pod-security.kubernetes.io/enforce': 'restricted' } })
  expect([report.pods[0]?.code, report.namespaces[0]?.podSecurity]).toEqual(['pod-security', 'restricted'])
  expect(report.pods[0]?.message).toMatch(/violates PodSecurity "restricted:latest".*runAsNonRoot != true \(pod or containers? .*"trenchscope-0001".* must set securityContext\.runAsNonRoot=true\)/)
})

test('a pod whose own security context says runAsNonRoot takes a probe all the same: the entry says what it is', async () => {
  const { report } = await flown({ pod: { spec: { securityContext: { runAsNonRoot: true, runAsUser: 1000 } } } })
  expect(report.pods[0]?.allowed).toBe(true)
})

test('a node that names as many images as it may is no proof of absence', async () => {
  const { report } = await flown({ images: Array.from({ length: 50 }, (_, index) => `other:${index}`) })
  expect(report.pods.map(({ allowed, warnings }) => [allowed, warnings])).toEqual([[true, ['node worker-1 does not name trenchscope/agent:0.1.0 among its 50 images; a node names 50 at most, so that this is no proof']]])
})

test('the image is known by its full name, too', async () => {
  const { report } = await flown({ images: [`docker.io/${image}`] })
  expect(report.pods[0]).toMatchObject({ allowed: true, warnings: [] })
})

test('a pod that comes near its twenty is allowed, with a warning', async () => {
  const { report } = await flown({ pod: { spec: { ephemeralContainers: admitted(17) } } })
  expect(report.pods[0]).toMatchObject({ allowed: true, entries: 17 })
  expect(report.pods[0]?.warnings).toEqual(['it has had 17 ephemeral containers, 3 more may be added before the pod must be replaced'])
})

test('missing rights are named for the namespace', async () => {
  const { report } = await flown({ rights: false })
  expect(report.namespaces[0]?.rights.map(({ right, allowed }) => `${right} ${allowed}`)).toEqual(['patch pods/ephemeralcontainers false', 'get pods/log false', 'get pods true', 'watch pods true'])
})
