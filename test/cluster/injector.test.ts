import { expect, test } from 'vitest'
import { InjectError, injectErrorCodes } from '../../controller/cluster/inject-error.ts'
import { apiServer, eventually, nodeObject, podObject } from './bench.ts'
import { entriesOf, image, injectOptions, injectorOf, kubeletOf, memoryRecords, refOf, running, seed, setState, waiting } from './probe-bench.ts'

test('a probe is put into the pod with one request, and its containerID comes from the watch', async () => {
  const server = await apiServer()
  seed(server)
  kubeletOf(server, () => running)
  const records = memoryRecords()
  const { injector, client } = await injectorOf(server, { records, now: () => 1_700_000_000_000 })
  const since = client.count.mark()
  const injected = await injector.inject(refOf(server), injectOptions({ caller: 'alice', session: 'AAAAAAAAAAAAAAAAAAAAAA' }))
  const { uid } = refOf(server)
  expect(injected).toEqual({ pod: 'red/lb-1', podUid: uid, container: 'trenchscope-0001', containerId: `containerd://${'trenchscope-0001'.padEnd(64, '0')}`, session: 'AAAAAAAAAAAAAAAAAAAAAA', adopted: false })
  expect(entriesOf(server)).toEqual([{
    name: 'trenchscope-0001', image, imagePullPolicy: 'Never', resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File',
    securityContext: { privileged: true, runAsUser: 0, runAsNonRoot: false },
    env: [
      { name: 'TRENCHSCOPE_CONTROLLERS', value: '10.0.0.1:7443,10.0.0.2:7443' },
      { name: 'TRENCHSCOPE_PINS', value: 'pin-now,pin-next' },
      { name: 'TRENCHSCOPE_SESSION', value: 'AAAAAAAAAAAAAAAAAAAAAA' },
      { name: 'TRENCHSCOPE_START_BY', value: '1700000600' },
      { name: 'TRENCHSCOPE_POD_UID', value: uid },
      { name: 'TRENCHSCOPE_POD', value: 'red/lb-1' },
      { name: 'TRENCHSCOPE_CONTAINER', value: 'trenchscope-0001' },
    ],
  }])
  expect(records.saved()).toEqual([{ podUid: uid, pod: 'red/lb-1', entry: entriesOf(server)[0], at: 1_700_000_000_000 }])
  expect([...since()]).toEqual([['red/lb-1', { calls: 1, logs: 0 }]])
})

test('who waits for the word of a probe is told when its container has ended', async () => {
  const server = await apiServer()
  seed(server)
  kubeletOf(server, () => running)
  const { injector } = await injectorOf(server)
  const injected = await injector.inject(refOf(server), injectOptions())
  const ended = injector.ended(injected, AbortSignal.timeout(15_000))
  setState(server, { namespace: 'red', name: 'lb-1' }, injected.container, { terminated: { exitCode: 137, reason: 'Error' } })
  await expect(ended).rejects.toMatchObject({ code: 'ended', words: 'trenchscope-0001 ended with 137 (Error)' })
})

test('every session is its own, 128 bits', async () => {
  const server = await apiServer()
  seed(server, ['a', 'b', 'c'].map(name => podObject(name)))
  kubeletOf(server, () => running)
  const { injector } = await injectorOf(server)
  const injected = await Promise.all(['a', 'b', 'c'].map(name => injector.inject(refOf(server, name), injectOptions())))
  expect(new Set(injected.map(({ session }) => Buffer.from(session, 'base64url').length))).toEqual(new Set([16]))
  expect(new Set(injected.map(({ session }) => session)).size).toBe(3)
})

test.each([
  { what: 'not Running', pod: podObject('lb-1', { status: { phase: 'Succeeded' } }), code: 'not-running', words: 'its phase is Succeeded' },
  { what: 'terminating', pod: podObject('lb-1', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }), code: 'terminating', words: 'it is terminating since 2026-01-01T00:00:00Z' },
  { what: 'static', pod: podObject('lb-1', { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } }), code: 'mirror-pod', words: 'it is a static pod' },
  { what: 'Windows', pod: podObject('lb-1', { spec: { os: { name: 'windows' } } }), code: 'windows', words: 'it runs Windows' },
  { what: 'on a node that is not ready', pod: podObject('lb-1', { node: 'worker-2' }), code: 'node-not-ready', words: 'node worker-2 is not ready: KubeletReady' },
  { what: 'short of memory', pod: podObject('lb-1', { spec: { containers: [{ name: 'a', image: 'a:1', resources: { limits: { memory: '100Mi' } } }, { name: 'b', image: 'b:1', resources: { limits: { memory: '30M' } } }] } }), code: 'memory-thin', words: 'its containers may use 128 MiB together, a probe wants the pod to have 150 MiB' },
])('a pod that is $what is not touched: $code', async ({ pod, code, words }) => {
  const server = await apiServer()
  seed(server, [pod])
  server.store.apply(nodeObject('worker-2', 'False'))
  const { injector, client } = await injectorOf(server)
  await expect(injector.inject(refOf(server), injectOptions())).rejects.toMatchObject({ code, pod: 'red/lb-1', words, message: expect.stringMatching(/^no probe in red\/lb-1: .*\. .+/) })
  expect(client.count.metrics().byVerb['PATCH pods/ephemeralcontainers']).toBe(undefined)
})

test('a namespace that has not opted in, a pod nobody knows and a pod of another UID are refused before anything is sent', async () => {
  const server = await apiServer()
  seed(server, [podObject('lb-1')], {})
  const { injector } = await injectorOf(server)
  await expect(injector.inject(refOf(server), injectOptions())).rejects.toMatchObject({ code: 'not-allowed', words: 'namespace red does not carry the label trenchscope.io/allow=true' })
  await expect(injector.inject({ namespace: 'red', name: 'nope', uid: 'x' }, injectOptions())).rejects.toMatchObject({ code: 'pod-unknown' })
  await expect(injector.inject({ ...refOf(server), uid: 'x' }, injectOptions())).rejects.toMatchObject({ code: 'pod-replaced' })
})

test.each([
  { what: 'PodSecurity', labels: { 'pod-security.kubernetes.io/enforce': 'baseline' }, code: 'pod-security', words: 'pods "lb-1" is forbidden: violates PodSecurity "baseline:latest": privileged (container "trenchscope-0001" must not set securityContext.privileged=true)' },
  { what: 'an admission policy', policy: true, code: 'policy', words: 'pods "lb-1" is forbidden: ValidatingAdmissionPolicy \'p\' with binding \'p\' denied request: image not allowed' },
  { what: 'RBAC', user: 'viewer', code: 'forbidden', words: 'pods "lb-1" is forbidden: User "viewer" cannot patch resource "pods/ephemeralcontainers" in API group "" in the namespace "red"' },
  { what: 'an admission webhook', fault: { status: 403, message: 'admission webhook "v.example.com" denied the request: no privileged containers' }, code: 'policy', words: 'admission webhook "v.example.com" denied the request: no privileged containers' },
  { what: 'an admission webhook that does not answer', fault: { status: 500, message: 'Internal error occurred: failed calling webhook "v.example.com": Post "https://v.example.com/?timeout=2s": context deadline exceeded' }, code: 'policy-unreachable', words: 'Internal error occurred: failed calling webhook "v.example.com": Post "https://v.example.com/?timeout=2s": context deadline exceeded' },
  { what: 'a cluster without the subresource', fault: { status: 404, message: 'the server could not find the requested resource' }, code: 'unsupported', words: 'the server could not find the requested resource' },
  { what: 'a busy etcd', fault: { status: 500, message: 'etcdserver: request timed out' }, code: 'api-unreachable', words: 'etcdserver: request timed out' },
  { what: 'a validation we do not know', fault: { status: 422, message: 'Pod "lb-1" is invalid: spec.ephemeralContainers[0].env: Invalid value' }, code: 'invalid', words: 'Pod "lb-1" is invalid: spec.ephemeralContainers[0].env: Invalid value' },
])('$what refuses in its own words, in the dry run as in the injection: $code', async ({ labels = {}, policy, user = 'admin', fault, code, words }) => {
  const server = await apiServer({ policies: policy ? [() => ({ policy: 'p', binding: 'p', message: 'image not allowed' })] : [] })
  seed(server, [podObject('lb-1')], { 'trenchscope.io/allow': 'true', ...labels })
  server.store.apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'view' }, rules: [{ verbs: ['get', 'list', 'watch'], apiGroups: ['*'], resources: ['*'] }] } as never)
  server.store.apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'view' }, roleRef: { kind: 'ClusterRole', name: 'view' }, subjects: [{ kind: 'User', name: 'viewer' }] } as never)
  const { injector } = await injectorOf(server, { user })
  if (fault) server.control.fault({ path: '/ephemeralcontainers', effect: fault })
  const message = expect.stringContaining(`no probe in red/lb-1: ${words}`)
  expect(await injector.preflight([refOf(server)], injectOptions())).toEqual([{ pod: 'red/lb-1', allowed: false, code, message, warnings: [] }])
  await expect(injector.inject(refOf(server), injectOptions())).rejects.toMatchObject({ code, words, message })
  expect(entriesOf(server)).toEqual([])
})

test('a preflight of pods that may be entered says so, changes nothing, and names the probe that would be reused', async () => {
  const server = await apiServer()
  seed(server, [podObject('lb-1'), podObject('lb-2', { spec: { containers: [{ name: 'a', image: 'a:1', resources: { limits: { memory: '1Gi' } } }] } }), podObject('lb-3', { status: { phase: 'Pending' } })])
  kubeletOf(server, () => running)
  const { injector } = await injectorOf(server)
  await injector.inject(refOf(server, 'lb-1'), injectOptions())
  expect(await injector.preflight(['lb-1', 'lb-2', 'lb-3'].map(name => refOf(server, name)), injectOptions())).toEqual([
    { pod: 'red/lb-1', allowed: true, reuse: 'trenchscope-0001', warnings: [] },
    { pod: 'red/lb-2', allowed: true, memoryLimitBytes: 2 ** 30, warnings: [] },
    { pod: 'red/lb-3', allowed: false, code: 'not-running', message: expect.stringContaining('its phase is Pending'), warnings: [] },
  ])
  expect([entriesOf(server, 'lb-1').length, entriesOf(server, 'lb-2').length]).toEqual([1, 0])
})

test.each([
  { reason: 'ErrImageNeverPull', message: 'Container image "trenchscope/agent:0.1.0" is not present with pull policy of Never', code: 'image-missing' },
  { reason: 'ErrImagePull', message: 'rpc error: code = NotFound desc = failed to pull and unpack image', code: 'image-pull' },
  { reason: 'ImagePullBackOff', message: 'Back-off pulling image "trenchscope/agent:0.1.0"', code: 'image-pull' },
  { reason: 'CreateContainerError', message: 'failed to reserve container name', code: 'create-failed' },
  { reason: 'CreateContainerConfigError', message: 'container has runAsNonRoot and image will run as root', code: 'config-failed' },
  { reason: 'RunContainerError', message: 'exec: "/nope": no such file or directory', code: 'run-failed' },
])('a container that waits with $reason is $code', async ({ reason, message, code }) => {
  const server = await apiServer()
  seed(server)
  kubeletOf(server, () => waiting(reason, message))
  const { injector } = await injectorOf(server)
  await expect(injector.inject(refOf(server), injectOptions())).rejects.toMatchObject({ code, words: `trenchscope-0001: ${reason}: ${message}` })
})

test('a container that ends at once, and one that never starts, are told apart', async () => {
  const server = await apiServer()
  seed(server, [podObject('lb-1'), podObject('lb-2')])
  kubeletOf(server, (_container, index) => (index === 1 ? { terminated: { exitCode: 137, reason: 'OOMKilled' } } : waiting('ContainerCreating')))
  const { injector } = await injectorOf(server)
  await expect(injector.inject(refOf(server, 'lb-1'), injectOptions())).rejects.toMatchObject({ code: 'ended', words: 'trenchscope-0001 ended with 137 (OOMKilled)' })
  await expect(injector.inject(refOf(server, 'lb-2'), injectOptions({ startTimeoutMs: 100 }))).rejects.toMatchObject({ code: 'start-timeout', words: 'trenchscope-0001 did not start within 100 ms: ContainerCreating' })
  await expect(injector.inject(refOf(server, 'lb-2'), injectOptions({ signal: AbortSignal.timeout(100) }))).rejects.toMatchObject({ code: 'start-timeout', words: 'trenchscope-0001 did not start in time: ContainerCreating' })
})

test.each([
  { what: 'deleted', change: 'remove', code: 'pod-gone' },
  { what: 'asked to end', change: 'terminate', code: 'terminating' },
  { what: 'replaced', change: 'replace', code: 'pod-gone' },
  { what: 'finished', change: 'finish', code: 'not-running' },
])('a pod that is $what while its probe starts ends the wait: $code', async ({ change, code }) => {
  const server = await apiServer()
  seed(server)
  const started = kubeletOf(server, () => waiting('ContainerCreating'))
  const { injector } = await injectorOf(server)
  const refused = expect(injector.inject(refOf(server), injectOptions())).rejects.toMatchObject({ code })
  await eventually('the container is there', () => started() === 1)
  if (change === 'remove' || change === 'replace') server.store.remove('pods', 'red', 'lb-1')
  if (change === 'replace') server.store.apply(podObject('lb-1'))
  if (change === 'terminate') server.store.update('pods', 'red', 'lb-1', pod => ({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }))
  if (change === 'finish') server.store.update('pods', 'red', 'lb-1', pod => ({ ...pod, status: { ...(pod['status'] as object), phase: 'Failed' } }))
  await refused
})

test('whoever gives up gets an answer at once, and the next caller waits for the container that is there', async () => {
  const server = await apiServer()
  seed(server)
  const started = kubeletOf(server, () => undefined)
  const { injector } = await injectorOf(server)
  const stop = new AbortController()
  const refused = expect(injector.inject(refOf(server), injectOptions({ signal: stop.signal }))).rejects.toMatchObject({ code: 'aborted', words: expect.stringMatching(/^given up/) })
  await eventually('the container is there', () => started() === 1)
  stop.abort()
  await refused
  const second = injector.inject(refOf(server), injectOptions())
  setState(server, { namespace: 'red', name: 'lb-1' }, 'trenchscope-0001', running)
  expect(await second).toMatchObject({ container: 'trenchscope-0001', adopted: true })
  expect(entriesOf(server)).toHaveLength(1)
})

test('two callers at once share one probe', async () => {
  const server = await apiServer()
  seed(server)
  kubeletOf(server, () => running)
  const { injector } = await injectorOf(server)
  const both = await Promise.all([injector.inject(refOf(server), injectOptions()), injector.inject(refOf(server), injectOptions())])
  expect(both.map(({ container, adopted }) => ({ container, adopted }))).toEqual([{ container: 'trenchscope-0001', adopted: false }, { container: 'trenchscope-0001', adopted: true }])
})

test('no more than two injections run on one node at once', async () => {
  const server = await apiServer()
  const names = ['a', 'b', 'c', 'd', 'e']
  seed(server, names.map(name => podObject(name)))
  const started = kubeletOf(server, () => undefined)
  const { injector } = await injectorOf(server)
  const all = Promise.all(names.map(name => injector.inject(refOf(server, name), injectOptions())))
  const done = new Set<string>()
  for (let finished = 0; finished < names.length; finished++) {
    await eventually('the node is as busy as it may be', () => started() === Math.min(finished + 2, names.length))
    const busy = names.filter(name => !done.has(name) && entriesOf(server, name).length === 1)
    expect(busy.length).toBeLessThanOrEqual(2)
    const [first = ''] = busy
    done.add(first)
    setState(server, { namespace: 'red', name: first }, 'trenchscope-0001', running)
  }
  expect(await all).toHaveLength(5)
})

test('every code of an injection says how to mend it, but giving up', () => {
  expect(injectErrorCodes.map(code => `${code}: ${new InjectError(code, 'red/lb-1', 'what the cluster said.').message}`)).toMatchInlineSnapshot(`
    [
      "pod-unknown: no probe in red/lb-1: what the cluster said. Look whether the pod exists and its namespace may be read.",
      "pod-gone: no probe in red/lb-1: what the cluster said. The pod was deleted; the next sweep sees its successor.",
      "pod-replaced: no probe in red/lb-1: what the cluster said. Another pod has this name now; the next sweep sees it.",
      "not-running: no probe in red/lb-1: what the cluster said. A probe starts only in a pod whose phase is Running.",
      "terminating: no probe in red/lb-1: what the cluster said. The pod is on its way out; the next sweep sees its successor.",
      "node-not-ready: no probe in red/lb-1: what the cluster said. The kubelet of that node does not answer: look at the node first.",
      "mirror-pod: no probe in red/lb-1: what the cluster said. Static pods take no ephemeral containers; run the commands on the node.",
      "windows: no probe in red/lb-1: what the cluster said. There is no probe for Windows.",
      "not-allowed: no probe in red/lb-1: what the cluster said. Label the namespace trenchscope.io/allow=true to let probes in.",
      "memory-thin: no probe in red/lb-1: what the cluster said. Raise the memory limits of the pod, or sweep it without a probe.",
      "too-many-probes: no probe in red/lb-1: what the cluster said. Ephemeral containers cannot be removed: delete the pod so that its successor starts clean.",
      "forbidden: no probe in red/lb-1: what the cluster said. Bind the controller's service account to the ClusterRole that may patch pods/ephemeralcontainers in that namespace.",
      "pod-security: no probe in red/lb-1: what the cluster said. Label the namespace pod-security.kubernetes.io/enforce=privileged, or exempt the controller's service account.",
      "policy: no probe in red/lb-1: what the cluster said. An admission policy of the cluster refuses the probe; it must let our image and security context pass.",
      "policy-unreachable: no probe in red/lb-1: what the cluster said. An admission webhook of the cluster does not answer: mend it, or let it be passed over (failurePolicy: Ignore).",
      "unsupported: no probe in red/lb-1: what the cluster said. The API server has no pods/ephemeralcontainers: Kubernetes 1.25 or newer is needed.",
      "invalid: no probe in red/lb-1: what the cluster said. The API server takes the probe's container for wrong; this is our bug, please report it.",
      "race-lost: no probe in red/lb-1: what the cluster said. Another controller adds containers to this pod; run one controller per cluster.",
      "api-unreachable: no probe in red/lb-1: what the cluster said. Look at the API server and the way to it.",
      "image-missing: no probe in red/lb-1: what the cluster said. The node does not have the probe's image: look at the DaemonSet that pre-pulls it, or inject with IfNotPresent.",
      "image-pull: no probe in red/lb-1: what the cluster said. The node cannot pull the probe's image: look at the registry, the pull secret and the image's name.",
      "create-failed: no probe in red/lb-1: what the cluster said. The container runtime could not create the probe's container: look at the kubelet's and the runtime's log.",
      "config-failed: no probe in red/lb-1: what the cluster said. The kubelet refuses the container's configuration: look at the pod's security context.",
      "run-failed: no probe in red/lb-1: what the cluster said. The container runtime could not start the probe: look at the image's entrypoint and architecture.",
      "ended: no probe in red/lb-1: what the cluster said. The probe ended at once: read its log with kubectl logs -c.",
      "start-timeout: no probe in red/lb-1: what the cluster said. Look at the kubelet of the node: it starts one container after the other, and a hanging pull holds up the rest.",
      "kill-switch: no probe in red/lb-1: what the cluster said. Delete that ConfigMap to let probes in again.",
      "lease-lost: no probe in red/lb-1: what the cluster said. Another controller works in its place; this one ends.",
      "aborted: no probe in red/lb-1: what the cluster said",
    ]
  `)
})
