import { X509Certificate } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ApiServer, meridioResources, startApiServer } from './apiserver/apiserver.ts'
import { type Answer, LabClient } from './apiserver/client.ts'
import type { KubeObject, Pod } from './apiserver/objects.ts'
import type { Status } from './apiserver/status.ts'

let api: ApiServer
let client: LabClient

beforeEach(async () => {
  api = await startApiServer({ resources: meridioResources })
  client = new LabClient({ url: api.url, caPem: api.caPem, token: api.token('admin') })
  api.store.apply(pod('lb-1'))
  api.control.resetCounters()
})

afterEach(async () => {
  client.close()
  await api.close()
})

const pod = (name: string, nodeName = 'worker1'): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'red' }, spec: { nodeName, containers: [{ name: 'app', image: 'a' }] }, status: { phase: 'Running' } })
const messageOf = (answer: Answer) => [answer.code, (answer.body as Status).message]
const send = (method: string, path: string, body?: object, contentType = 'application/json') => client.ask({ method, path, contentType, ...(body && { body }) })
const merge = 'application/merge-patch+json'

describe('who may ask', () => {
  test('is known by token or by client certificate, and nobody else', async () => {
    const { certPem: cert, keyPem: key } = api.clientCertificate('jane', ['system:masters'])
    const byCertificate = new LabClient({ url: api.url, caPem: api.caPem, token: '' }, { cert, key })
    const stranger = new LabClient({ url: api.url, caPem: api.caPem, token: 'guessed' })
    const answers = await Promise.all([byCertificate, stranger].map(each => each.ask({ path: '/api/v1/namespaces/red/pods/lb-1' })))
    expect(answers.map(({ code }) => code)).toEqual([200, 401])
    expect(answers[1]?.body).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 })
    expect(api.control.calls().map(({ user }) => user)).toEqual(['jane', 'system:anonymous'])
    byCertificate.close()
    stranger.close()
  })

  test('gets a certificate that the cluster\'s CA has signed', () => {
    const authority = new X509Certificate(api.caPem)
    const leaf = new X509Certificate(api.clientCertificate('jane', ['team']).certPem)
    expect([leaf.checkIssued(authority), leaf.verify(authority.publicKey), authority.ca, leaf.ca, leaf.subject]).toEqual([true, true, true, false, 'O=team\nCN=jane'])
  })

  test.each<[verb: string, path: string, message: string]>([
    ['GET', '/api/v1/pods', 'pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope'],
    ['GET', '/api/v1/namespaces/red/pods/lb-1', 'pods "lb-1" is forbidden: User "jane" cannot get resource "pods" in API group "" in the namespace "red"'],
    ['DELETE', '/apis/coordination.k8s.io/v1/namespaces/red/leases/x', 'leases.coordination.k8s.io "x" is forbidden: User "jane" cannot delete resource "leases" in API group "coordination.k8s.io" in the namespace "red"'],
    ['GET', '/metrics', 'forbidden: User "jane" cannot get path "/metrics"'],
  ])('is refused in the server\'s words: %s %s', async (method, path, message) => {
    const jane = new LabClient({ url: api.url, caPem: api.caPem, token: api.token('jane') })
    expect(messageOf(await jane.ask({ method, path }))).toEqual([403, message])
    jane.close()
  })
})

describe('reviews', () => {
  const review = (path: string, spec: object) => send('POST', `/apis/${path}`, { spec })

  test('tell whose token it is, for which audience', async () => {
    const token = api.token('system:serviceaccount:red:probe', { audiences: ['probe-controller'], extra: { 'authentication.kubernetes.io/pod-name': ['p'] } })
    const good = await review('authentication.k8s.io/v1/tokenreviews', { token, audiences: ['probe-controller'] })
    expect([good.code, (good.body as { status: object }).status]).toEqual([201, {
      authenticated: true, audiences: ['probe-controller'],
      user: {
        username: 'system:serviceaccount:red:probe', uid: expect.any(String), groups: ['system:serviceaccounts', 'system:serviceaccounts:red', 'system:authenticated'],
        extra: { 'authentication.kubernetes.io/pod-name': ['p'] },
      },
    }])
    const bad = await review('authentication.k8s.io/v1/tokenreviews', { token, audiences: ['other'] })
    expect([bad.code, (bad.body as { status: { error: string } }).status.error]).toEqual([201, '[invalid bearer token, token audiences ["probe-controller"] is invalid for the target audiences ["other"]]'])
  })

  test('tell what somebody may do, and why', async () => {
    const rbac = 'rbac.authorization.k8s.io'
    api.store.apply({ apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: 'injector' }, rules: [{ apiGroups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['patch'], resourceNames: ['lb-1'] }] })
    api.store.apply({ apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: { name: 'ec', namespace: 'red' }, roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'injector' }, subjects: [{ kind: 'User', name: 'jane' }] })
    const ask = async (user: string, name: string, namespace = 'red') => {
      const answer = await review('authorization.k8s.io/v1/subjectaccessreviews', { user, resourceAttributes: { verb: 'patch', resource: 'pods', subresource: 'ephemeralcontainers', namespace, name } })
      return (answer.body as { status: object }).status
    }
    expect([await ask('jane', 'lb-1'), await ask('jane', 'lb-2'), await ask('jane', 'lb-1', 'blue'), await ask('joe', 'lb-1')]).toEqual([
      { allowed: true, reason: 'RBAC: allowed by RoleBinding "ec/red" of ClusterRole "injector" to User "jane"' }, { allowed: false }, { allowed: false }, { allowed: false },
    ])
    const jane = new LabClient({ url: api.url, caPem: api.caPem, token: api.token('jane') })
    const rules = await jane.ask({ method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', body: { spec: { namespace: 'red' } } })
    expect((rules.body as { status: { resourceRules: object[] } }).status.resourceRules).toContainEqual({ apiGroups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['patch'], resourceNames: ['lb-1'] })
    const own = await jane.ask({ method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body: { spec: { resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'red' } } } })
    expect((own.body as { status: object }).status).toEqual({ allowed: false })
    jane.close()
  })
})

describe('objects', () => {
  test('of custom resources keep status and spec apart and count generations', async () => {
    const path = '/apis/meridio.nordix.org/v1/namespaces/red/trenches'
    const created = await send('POST', path, { apiVersion: 'meridio.nordix.org/v1', kind: 'Trench', metadata: { name: 'red' }, spec: { 'ip-family': 'dualstack' } })
    expect([created.code, (created.body as KubeObject).metadata.generation]).toEqual([201, 1])
    await send('PATCH', `${path}/red/status`, { status: { ready: true }, spec: { 'ip-family': 'ipv4' } }, merge)
    const patched = await send('PATCH', `${path}/red`, { status: { ready: false }, spec: { 'ip-family': 'ipv6' } }, merge)
    const { spec, status, metadata } = patched.body as KubeObject
    expect([spec, status, metadata.generation]).toEqual([{ 'ip-family': 'ipv6' }, { ready: true }, 2])
    expect((await send('PATCH', `${path}/red`, {}, 'application/strategic-merge-patch+json')).code).toBe(415)
    expect(messageOf(await send('POST', path, { metadata: { name: 'red' } }))).toEqual([409, 'trenches.meridio.nordix.org "red" already exists'])
    expect(messageOf(await send('POST', path.replace('red', 'none'), { metadata: { name: 'red' } }))).toEqual([404, 'namespaces "none" not found'])
  })

  test('that are leases are written by one of two who hold the same version', async () => {
    const path = '/apis/coordination.k8s.io/v1/namespaces/red/leases'
    const lease = (await send('POST', path, { metadata: { name: 'lock' }, spec: { holderIdentity: 'a' } })).body as KubeObject
    expect((await send('PUT', `${path}/lock`, { ...lease, spec: { holderIdentity: 'b' } })).code).toBe(200)
    expect(messageOf(await send('PUT', `${path}/lock`, { ...lease, spec: { holderIdentity: 'c' } }))).toEqual([
      409, 'Operation cannot be fulfilled on leases.coordination.k8s.io "lock": the object has been modified; please apply your changes to the latest version and try again',
    ])
    expect(messageOf(await send('PUT', `${path}/lock`, { metadata: { name: 'lock' } }))).toEqual([422, 'Lease.coordination.k8s.io "lock" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update'])
  })

  test('that are pods go gracefully from their node, at once when they have none, and only if it is the one that was meant', async () => {
    api.store.apply({ ...pod('pending'), spec: { containers: [{ name: 'app', image: 'a' }] }, status: { phase: 'Pending' } })
    const wrong = await send('DELETE', '/api/v1/namespaces/red/pods/lb-1', { preconditions: { uid: 'other' } })
    expect([wrong.code, (wrong.body as Status).reason]).toEqual([409, 'Conflict'])
    const leaving = (await send('DELETE', '/api/v1/namespaces/red/pods/lb-1?gracePeriodSeconds=5')).body as Pod
    expect([leaving.metadata.deletionGracePeriodSeconds, api.store.get('pods', 'red', 'lb-1') !== undefined]).toEqual([5, true])
    await send('DELETE', '/api/v1/namespaces/red/pods/lb-1', { gracePeriodSeconds: 0 })
    await send('DELETE', '/api/v1/namespaces/red/pods/pending')
    expect(api.store.list('pods', 'red')).toEqual([])
  })

  test('that are ended containers do not run again', async () => {
    const status = (state: object) => ({ status: { ephemeralContainerStatuses: [{ name: 'a0', state: { running: {} } }, { name: 'a1', state }] } })
    const path = '/api/v1/namespaces/red/pods/lb-1/status'
    expect((await send('PATCH', path, status({ terminated: { exitCode: 0 } }), merge)).code).toBe(200)
    expect(messageOf(await send('PATCH', path, status({ running: {} }), merge))).toEqual([422, 'Pod "lb-1" is invalid: status.ephemeralContainerStatuses[1].state: Forbidden: may not be transitioned to non-terminated state'])
  })
})

describe('faults', () => {
  const ask = (path = '/api/v1/namespaces/red/pods/lb-1') => client.ask({ path })

  test.each([
    [500, undefined, 'Internal error occurred: etcdserver: request timed out'],
    [503, undefined, 'the server is currently unable to handle the request'],
    [429, '1', 'The request is too large or the server is overloaded, please try again later.'],
  ])('answer %i by path, as often as asked', async (status, retryAfter, message) => {
    api.control.fault({ path: '/pods/', effect: { status }, times: 1 })
    expect((await ask('/api/v1/namespaces/red')).code).toBe(200)
    const answer = await ask()
    expect([...messageOf(answer), answer.headers['retry-after']]).toEqual([status, message, retryAfter])
    expect((await ask()).code).toBe(200)
  })

  test('make one path slow, another never answer, break or be cut short, until healed', async () => {
    const undo = api.control.fault({ path: '/pods/', effect: 'hang' })
    expect(await Promise.race([ask(), delay(150, 'nothing')])).toBe('nothing')
    undo()
    api.control.fault({ path: '/pods/', effect: 'reset', times: 1 })
    await expect(ask()).rejects.toThrow(/socket hang up|ECONNRESET/)
    api.control.fault({ path: '/pods/', effect: 'truncate', times: 1 })
    await expect(ask()).rejects.toThrow('aborted')
    api.control.fault({ effect: { slowMs: 1 } })
    api.control.fault({ effect: { status: 500 } })
    expect((await ask()).code).toBe(500)
    api.control.heal()
    expect((await ask()).code).toBe(200)
  })

  test('drop watches cleanly, cut them in mid-line, and send events twice', async () => {
    const seen = async (act: () => void) => {
      const lines: string[] = []
      void (async () => {
        while (api.control.counters().openWatches === 0) await delay(5)
        act()
      })()
      const failed = await (async () => {
        for await (const line of client.lines({ path: `/api/v1/pods?watch=1&resourceVersion=${api.store.version}` })) lines.push(line)
      })().then(() => false, () => true)
      return { failed, lines }
    }
    expect(await seen(() => api.control.dropWatches())).toEqual({ failed: false, lines: [] })
    await expect.poll(() => api.control.counters().openWatches).toBe(0)
    expect((await seen(() => api.control.cutWatches())).failed).toBe(true)
    await expect.poll(() => api.control.counters().openWatches).toBe(0)
    api.control.duplicateEvents(true)
    const twice = await seen(() => {
      api.store.apply(pod('lb-2'))
      api.control.dropWatches()
    })
    expect(twice.lines.map(line => JSON.parse(line).object.metadata.name)).toEqual(['lb-2', 'lb-2'])
    await expect.poll(() => api.control.counters().openWatches).toBe(0)
  })

  test('refuse connections for a while, but never those of kubelets', async () => {
    const kubelet = new LabClient(api.nodeClient('worker1'))
    await ask()
    const refused = api.control.refuse(200)
    await expect(ask()).rejects.toThrow(/ECONNREFUSED|ECONNRESET|socket hang up/)
    expect((await kubelet.ask({ path: '/api/v1/namespaces/red/pods/lb-1' })).code).toBe(200)
    await refused
    expect((await ask()).code).toBe(200)
    kubelet.close()
  })

  test('can be set over HTTP by an administrator only', async () => {
    expect((await send('POST', '/_control/fault', { path: '/pods/', effect: { status: 503 }, times: 1 })).code).toBe(200)
    expect((await ask()).code).toBe(503)
    expect(((await client.ask({ path: '/_control/counters' })).body as { byPath: object }).byPath).toEqual({ 'GET /api/v1/namespaces/red/pods/lb-1': 1 })
    const jane = new LabClient({ url: api.url, caPem: api.caPem, token: api.token('jane') })
    expect((await jane.ask({ method: 'POST', path: '/_control/expire' })).code).toBe(403)
    jane.close()
  })
})

describe('what was asked', () => {
  test('is counted and kept, so that it can be compared with the rules we ship', async () => {
    await Promise.all([client.ask({ path: '/api/v1/namespaces/red/pods/lb-1' }), client.ask({ path: '/api/v1/pods?fieldSelector=metadata.name%3Dlb-1' })])
    await client.ask({ method: 'PATCH', path: '/api/v1/namespaces/red/pods/lb-1/ephemeralcontainers', body: {}, contentType: 'application/strategic-merge-patch+json' })
    const shown = api.control.calls().map(({ verb, group, resource, subresource, namespace, name, user, code }) => [verb, group, resource, subresource, namespace, name, user, code])
    expect(shown.toSorted()).toEqual([
      ['get', '', 'pods', undefined, 'red', 'lb-1', 'admin', 200], ['list', '', 'pods', undefined, undefined, 'lb-1', 'admin', 200], ['patch', '', 'pods', 'ephemeralcontainers', 'red', 'lb-1', 'admin', 200],
    ])
    const { connections, requests, byVerb, byUser } = api.control.counters()
    expect([connections, requests, byVerb, byUser]).toEqual([2, 3, { get: 1, list: 1, patch: 1 }, { admin: 3 }])
  })
})

describe('client libraries', () => {
  test('find their way by discovery', async () => {
    const names = (answer: Answer) => (answer.body as { resources: { name: string }[] }).resources.map(({ name }) => name)
    expect(names(await client.ask({ path: '/api/v1' }))).toEqual(expect.arrayContaining(['pods', 'pods/ephemeralcontainers', 'pods/log', 'nodes', 'namespaces']))
    expect(names(await client.ask({ path: '/apis/meridio.nordix.org/v1' }))).toEqual(expect.arrayContaining(['trenches', 'trenches/status', 'flows']))
    expect(((await client.ask({ path: '/apis' })).body as { groups: { name: string }[] }).groups.map(({ name }) => name)).toEqual(expect.arrayContaining(['apps', 'meridio.nordix.org', 'authorization.k8s.io']))
    expect([(await client.ask({ path: '/version' })).body, (await client.ask({ path: '/readyz' })).text]).toEqual([expect.objectContaining({ gitVersion: 'v1.36.2' }), 'ok'])
    expect((await client.ask({ path: '/apis/nope/v1' })).code).toBe(404)
  })

  test('read the kubeconfig and list pods with it', async () => {
    const config = new KubeConfig()
    config.loadFromString(api.kubeconfig())
    const { items } = await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: 'red' })
    expect(items.map(({ metadata }) => metadata?.name)).toEqual(['lb-1'])
  })
})
