import { describe, expect, test } from 'vitest'
import { probeEntry } from '../../controller/cluster/probe-entry.ts'
import { projectPod } from '../../controller/cluster/project.ts'
import { controllerUser } from '../lab/controller-access.ts'
import type { KubeObject, Pod } from '../lab/apiserver/objects.ts'
import { trenchCluster } from '../lab/trench/cluster.ts'
import { admissionPolicies } from './admission.ts'
import { kustomized } from '../../deploy/kustomize.ts'

const manifests = kustomized('overlays/cluster-wide')
const open: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'red', labels: { 'trenchscope.io/allow': 'true' } } }
const trenchPods = trenchCluster().pods as Pod[]
const patient = trenchPods.find(pod => pod.spec.containers.some(({ name }) => name === 'frontend')) as Pod
type Entry = Record<string, unknown> & { name: string }

/** As the API server admits it: with its defaults. */
const probe = (pod: Pod, change: object = {}): Entry => ({
  terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', resources: {},
  ...probeEntry(projectPod(pod as never), { name: 'trenchscope-0001', image: 'trenchscope/agent:0.1.0', imagePullPolicy: 'Never', controllers: ['10.0.0.1:7443'], pins: ['p'], session: 's', startBy: 1 }),
  ...change,
})

function judge(added: readonly Entry[], { before = [], user = controllerUser, namespace = open, pod = patient }: { before?: readonly Entry[]; user?: string; namespace?: KubeObject; pod?: Pod } = {}): string | undefined {
  const withEntries = (entries: readonly Entry[]) => ({ ...pod, spec: { ...pod.spec, ...(entries.length > 0 && { ephemeralContainers: entries }) } }) as unknown as Pod
  const update = { user, namespace: 'red', oldPod: withEntries(before), pod: withEntries([...added, ...before]) }
  return admissionPolicies(manifests, () => namespace).map(policy => policy(update)?.message).find(message => message !== undefined)
}

test.each(trenchPods.map(pod => [pod.metadata.name, pod] as const))('the controller\'s own probe may enter %s', (_name, pod) => {
  expect(judge([probe(pod)], { pod })).toBeUndefined()
})

test('a probe with a plan may enter: facts by name, answered through its log', () => {
  const { env } = probe(patient)
  expect(judge([probe(patient, { env: [...(env as object[]), { name: 'TRENCHSCOPE_PLAN', value: 'q1YqLU4tUrJSKkktLlGqBQA=' }] })])).toBeUndefined()
})

describe('what is not a probe is denied', () => {
  const env = [{ name: 'TRENCHSCOPE_SESSION', value: 's' }]
  const privileged = { privileged: true, runAsUser: 0, runAsNonRoot: false }
  test.each<[string, object, string]>([
    ['another name', { name: 'debugger-x' }, 'a probe is called trenchscope- and four digits'],
    ['a name with five digits', { name: 'trenchscope-00001' }, 'a probe is called trenchscope- and four digits'],
    ['another image', { image: 'evil/agent:0.1.0' }, 'the image is not the probe\'s'],
    ['another tag of the image', { image: 'trenchscope/agent:0.2.0' }, 'the image is not the probe\'s'],
    ['a pull at every start', { imagePullPolicy: 'Always' }, 'the image may be pulled only where it is absent'],
    ['a command', { command: ['/bin/sh'] }, 'the probe\'s image says what runs, nothing else does'],
    ['arguments', { args: ['-e', '1'] }, 'the probe\'s image says what runs, nothing else does'],
    ['a working directory', { workingDir: '/tmp' }, 'the probe\'s image says what runs, nothing else does'],
    ['environment of a secret', { envFrom: [{ secretRef: { name: 's' } }] }, 'environment from elsewhere is not allowed'],
    ['NODE_OPTIONS', { env: [...env, { name: 'NODE_OPTIONS', value: '--require=/tmp/x' }] }, 'an environment variable is not one of the probe\'s, or its value comes from elsewhere'],
    ['LD_PRELOAD', { env: [{ name: 'LD_PRELOAD', value: '/tmp/x.so' }] }, 'an environment variable is not one of the probe\'s, or its value comes from elsewhere'],
    ['a value from a secret', { env: [{ name: 'TRENCHSCOPE_SESSION', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }, 'an environment variable is not one of the probe\'s, or its value comes from elsewhere'],
    ['a hostPath volume', { volumeMounts: [{ name: 'spire-agent-socket', mountPath: '/spire', readOnly: true }] }, 'a probe mounts emptyDir volumes of the pod, read-only'],
    ['a writable mount', { volumeMounts: [{ name: 'run', mountPath: '/var/run/bird' }] }, 'a probe mounts emptyDir volumes of the pod, read-only'],
    ['mount propagation', { volumeMounts: [{ name: 'run', mountPath: '/var/run/bird', readOnly: true, mountPropagation: 'Bidirectional' }] }, 'a probe mounts emptyDir volumes of the pod, read-only'],
    ['a block device', { volumeDevices: [{ name: 'run', devicePath: '/dev/x' }] }, 'block devices are not allowed'],
    ['no security context', { securityContext: undefined }, 'the security context is not exactly privileged, runAsUser 0, runAsNonRoot false'],
    ['another user', { securityContext: { ...privileged, runAsUser: 1000 } }, 'the security context is not exactly privileged, runAsUser 0, runAsNonRoot false'],
    ['more capabilities', { securityContext: { ...privileged, capabilities: { add: ['SYS_ADMIN'] } } }, 'the security context holds more than a probe\'s does'],
    ['an SELinux type', { securityContext: { ...privileged, seLinuxOptions: { type: 'spc_t' } } }, 'the security context holds more than a probe\'s does'],
    ['a target container', { targetContainerName: 'frontend' }, 'a probe has a process namespace of its own'],
    ['an open stdin', { stdin: true }, 'nobody speaks to a probe by its terminal'],
    ['a terminal', { tty: true }, 'nobody speaks to a probe by its terminal'],
  ])('%s', (_what, change, message) => {
    expect(judge([probe(patient, change)])).toBe(message)
  })
})

const numbered = (count: number, from = 1) => Array.from({ length: count }, (_, index) => probe(patient, { name: `trenchscope-${String(index + from).padStart(4, '0')}` }))

test('two probes at once are denied', () => {
  expect(judge(numbered(2))).toBe('one probe at a time')
})

test('the twentieth ephemeral container may be added, the next may not', () => {
  expect([judge(numbered(1, 20), { before: numbered(19) }), judge(numbered(1, 21), { before: numbered(20) })]).toEqual([undefined, 'the pod has had 20 ephemeral containers, no more may be added'])
})

test('what others put into the pod before does not matter', () => {
  expect(judge([probe(patient)], { before: [{ name: 'debugger-1', image: 'busybox', command: ['sh'], stdin: true }] })).toBeUndefined()
})

test.each([
  ['without labels', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'red' } }],
  ['with the label false', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'red', labels: { 'trenchscope.io/allow': 'false' } } }],
])('a namespace %s lets no probe in', (_how, namespace) => {
  expect(judge([probe(patient)], { namespace })).toBe('the namespace does not carry the label trenchscope.io/allow=true')
})

test('nobody else is concerned', () => {
  expect(judge([{ name: 'debugger-1', image: 'busybox' }], { user: 'alice', namespace: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'red' } } })).toBeUndefined()
})
