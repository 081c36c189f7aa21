import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kubernetesAccess } from '../../controller/api/auth/kubernetes.ts'
import { ApiClient } from '../../controller/api/client.ts'
import { connectCluster, type KubeClient } from '../../controller/cluster/client.ts'
import type { SweepRecord } from '../../controller/store/records.ts'
import { KeptTraces } from '../../controller/trace/kept-traces.ts'
import { controllerAccess, controllerUser } from '../lab/controller-access.ts'
import { type ApiServer, startApiServer } from '../lab/apiserver/apiserver.ts'
import type { KubeObject } from '../lab/apiserver/objects.ts'
import { blue, findingOf, keep, lb, lookOf, red, reportOf, silent } from '../store/synthetic.ts'
import { type ApiBed, openApiBed } from './bed.ts'
import { quietTracer } from './tracer.ts'

// trench red has a target in namespace apps, which nobody here but the administrator may read
const target = { ...lb, role: 'tapa' as const, namespace: 'apps', name: 'target-1', traits: { vip: '20.0.0.1' } }
const mixed = { ...red, pods: [lb, target], namespaces: ['red', 'apps'] }
const audience = 'trenchscope'
let apiserver: ApiServer
let kube: KubeClient
let bed: ApiBed
const tracer = quietTracer(mixed)
const keptDir = mkdtempSync(join(tmpdir(), 'trenchscope-kept-'))
let now = 1_700_000_000_000
const ids = { red: 'sweep-red', silence: 'silence-red', report: 'report-red' }
const redFinding = findingOf('bad-word')
const hiddenFinding = { ...findingOf('target-word', { target: 'secret' }), subject: target, key: 'elsewhere' }

const rbac = (kind: string, name: string, namespace: string | undefined, rest: object): KubeObject => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name, ...(namespace && { namespace }) }, ...rest })
const grant = (user: string, role: string, namespace?: string) => rbac(namespace ? 'RoleBinding' : 'ClusterRoleBinding', `${user}-${role}`, namespace, { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role }, subjects: [{ kind: 'User', name: user }] })
const clientOf = (user: string, audiences = [audience]) => new ApiClient({ url: bed.api.url, token: apiserver.token(user, { audiences }) })

beforeAll(async () => {
  apiserver = await startApiServer()
  for (const object of [
    ...controllerAccess, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'red' } } as KubeObject, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'blue' } } as KubeObject,
    rbac('ClusterRole', 'reader', undefined, { rules: [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }] }),
    rbac('ClusterRole', 'looker', undefined, { rules: [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }, { apiGroups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['patch'] }] }),
    grant('anna', 'looker', 'red'), grant('bob', 'reader', 'red'), grant('carl', 'looker', 'blue'), grant('dora', 'reader'), grant('eve', 'looker'),
  ]) apiserver.store.apply(object)
  kube = await connectCluster({ kubeconfig: apiserver.kubeconfig(controllerUser), log: silent })
  bed = await openApiBed({ trenches: [mixed, blue], access: kubernetesAccess({ client: kube, audiences: [audience], now: () => now }), now: () => now, checks: [], tracer, kept: new KeptTraces({ dir: keptDir, log: silent }), heartbeatMs: 50, rate: { perSecond: 1000, burst: 1e6 } })
  const snapshot = { ...lookOf('good'), trench: mixed, sights: [...lookOf('good').sights, { ...lookOf('secret').sights[0]!, subject: target }] }
  await keep(bed.store, ids.red, [{ ...reportOf([redFinding, hiddenFinding], { trench: mixed, id: ids.report }), pods: [{ pod: 'red/lb-1', role: 'lb', node: 'worker1' }, { pod: 'apps/target-1', role: 'tapa', node: 'worker2' }] }], [snapshot])
  await bed.store.addSilence({ id: ids.silence, namespace: 'red', trench: red.id, check: 'bad-word', reason: 'CASE-7', by: 'anna', createdAt: now, until: now + 1e9 })
  await bed.store.putSchedule({ id: 'red-nightly', namespace: 'red', body: { id: 'red-nightly', selection: { namespace: 'red' }, cron: '0 0 * * *', ownerName: 'anna' } })
  await bed.store.addAudit({ at: now, caller: 'anna', action: 'sweep.create', namespace: 'red', details: {} })
})
afterAll(async () => {
  await tracer.close()
  await bed.close()
  rmSync(keptDir, { recursive: true })
  await kube.close()
  await apiserver.close()
})

describe('who is let in', () => {
  test.each<[string, () => string, string]>([
    ['a token the cluster does not know', () => 'guess', 'the bearer token is not known'],
    ['a token for the API server, not for us', () => apiserver.token('anna'), 'the bearer token is not known'],
    ['no token', () => '', 'a bearer token is needed'],
  ])('not %s', async (_, token, message) => {
    await expect(new ApiClient({ url: bed.api.url, token: token() }).probes()).rejects.toMatchObject({ status: 401, code: 'unauthorized', message })
  })

  test('nobody while the API server is away, and that is said', async () => {
    const heal = apiserver.control.fault({ path: 'tokenreviews', effect: { status: 500 } })
    try {
      await expect(clientOf('new-user').probes()).rejects.toMatchObject({ status: 503, code: 'kubernetes-unavailable' })
    } finally {
      heal()
    }
  })

  test('an address that guesses tokens does not keep the API server busy, and shuts out nobody it let in before', async () => {
    const reviews = () => Object.entries(apiserver.control.counters().byPath).filter(([path]) => path.includes('tokenreviews')).reduce((sum, [, count]) => sum + count, 0)
    const anna = clientOf('anna')
    await anna.probes()
    now += 60_000
    const before = reviews()
    const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => new ApiClient({ url: bed.api.url, token: `guess-${index}` }).probes().catch((error: { status: number }) => error.status)))
    expect(Map.groupBy(answers, answer => answer).get(429)).toHaveLength(40)
    expect(reviews() - before).toBe(20)
    await anna.probes()
    await expect(clientOf('bob').probes()).rejects.toMatchObject({ status: 429 })
    now += 60_000
    await clientOf('bob').probes()
  })

  test('answers of the API server are remembered for ten seconds, refusals for five', async () => {
    const client = clientOf('bob')
    const asked = () => Object.entries(apiserver.control.counters().byPath).filter(([path]) => path.includes('review')).reduce((sum, [, count]) => sum + count, 0)
    await client.probes()
    const before = asked()
    await client.probes()
    expect(asked()).toBe(before)
    now += 5_001
    await client.probes()
    // asked again: the whole cluster, blue and apps, which were refused; remembered: who he is, and red
    expect(asked()).toBe(before + 3)
    now += 5_001
    await client.probes()
    expect(asked()).toBe(before + 8)
  })
})

describe('a caller of one namespace', () => {
  const operations: readonly (readonly [string, (client: ApiClient) => Promise<unknown>])[] = [
    ['GET /v1/sweeps/{id}', client => client.json(`/v1/sweeps/${ids.red}`)],
    ['GET /v1/sweeps/{id}/events', client => client.text(`/v1/sweeps/${ids.red}/events`)],
    ['GET /v1/sweeps/{id}/reports', client => client.json(`/v1/sweeps/${ids.red}/reports`)],
    ['GET /v1/sweeps/{id}/findings', client => client.json(`/v1/sweeps/${ids.red}/findings`)],
    ['GET /v1/sweeps/{id}/snapshots', client => client.json(`/v1/sweeps/${ids.red}/snapshots`)],
    ['GET /v1/sweeps/{id}/records', client => client.json(`/v1/sweeps/${ids.red}/records?pod=red/lb-1&command=cat%20/words`)],
    ['GET /v1/sweeps/{id}/junit.xml', client => client.text(`/v1/sweeps/${ids.red}/junit.xml`)],
    ['GET /v1/sweeps/{id}/sarif.json', client => client.text(`/v1/sweeps/${ids.red}/sarif.json`)],
    ['GET /v1/sweeps/{id}/diff', client => client.json(`/v1/sweeps/${ids.red}/diff`)],
    ['POST /v1/sweeps/{id}/cancel', client => client.json(`/v1/sweeps/${ids.red}/cancel`, { method: 'POST' })],
    ['GET /v1/findings/{key}', client => client.json(`/v1/findings/${redFinding.key}`)],
    ['GET /v1/silences/{id}', client => client.json(`/v1/silences/${ids.silence}`)],
    ['DELETE /v1/silences/{id}', client => client.json(`/v1/silences/${ids.silence}`, { method: 'DELETE' })],
    ['POST /v1/silences', client => client.json('/v1/silences', { body: { finding: redFinding.key, reason: 'because', until: now + 1000 } })],
    ['POST /v1/traces', client => client.json('/v1/traces', { body: { trench: 'red' } })],
    ['POST /v1/traces/explain', client => client.json('/v1/traces/explain', { body: { trench: 'red', protocol: 'tcp', source: '192.0.2.10', destination: '10.0.0.1' } })],
    ['GET /v1/schedules/{id}', client => client.json('/v1/schedules/red-nightly')],
    ['DELETE /v1/schedules/{id}', client => client.json('/v1/schedules/red-nightly', { method: 'DELETE' })],
    ['POST /v1/sweeps', client => client.sweep({ trench: 'red' })],
    ['GET /v1/preflight', client => client.json('/v1/preflight?trench=red')],
  ]
  const lists = ['/v1/trenches?trench=red', '/v1/pods?trench=red', '/v1/sweeps?trench=red', '/v1/findings?trench=red&state=all', '/v1/silences?all=true', '/v1/audit?caller=anna', '/v1/probes', '/v1/schedules']

  test.each(operations)('cannot use %s of another', async (_, call) => {
    await expect(call(clientOf('carl'))).rejects.toMatchObject({ status: 404 })
  })

  test.each(lists)('finds nothing of another in %s', async path => {
    expect(await clientOf('carl').json(path)).toEqual({ items: [] })
  })

  test('every operation of the description is in this matrix, or says nothing of a namespace', async () => {
    const { paths } = await bed.client.json<{ paths: Record<string, object> }>('/openapi.json')
    const described = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`))
    // below, of a trace that runs and has run; of rings: rings-access.test.ts
    const ofTraces = ['GET /v1/traces', 'GET /v1/traces/{id}/stream', 'POST /v1/traces/{id}/stop', 'GET /v1/kept-traces', 'GET /v1/kept-traces/{id}', 'GET /v1/kept-traces/{id}/file']
    const tried = new Set([...['GET /v1/rings', 'POST /v1/rings', 'GET /v1/rings/{id}', 'POST /v1/rings/{id}/freeze', 'DELETE /v1/rings/{id}', 'GET /v1/rings/{id}/file', 'GET /v1/rings/{id}/events'], ...operations.map(([name]) => name), 'PUT /v1/schedules/{id}', 'POST /v1/probes/drain', 'GET /v1/findings/changes', ...ofTraces, ...lists.map(path => `GET ${path.split('?')[0]}`)])
    expect(described.filter(name => !tried.has(name)).sort()).toEqual(['GET /docs', 'GET /healthz', 'GET /metrics', 'GET /openapi.json', 'GET /readyz', 'GET /v1/checks', 'GET /v1/checks/{id}'])
  })

  test('neither sees, joins nor ends a trace of another; who may read but not look in all of its namespaces sees it and no more', async () => {
    const running = await clientOf('eve').open('/v1/traces', { body: { trench: 'red', keep: true } })
    const id = running.headers.get('trenchscope-trace')
    const list = async (user: string) => (await clientOf(user).json<{ items: { id: string }[] }>('/v1/traces')).items.map(trace => trace.id)
    const join = (user: string) => clientOf(user).open(`/v1/traces/${id}/stream`)
    const stop = (user: string) => clientOf(user).json(`/v1/traces/${id}/stop`, { method: 'POST' })
    expect([await list('carl'), await list('bob')]).toEqual([[], [id]])
    for (const use of [join, stop]) {
      await expect(use('carl')).rejects.toMatchObject({ status: 404, message: `no trace ${id} runs` })
      await expect(use('bob')).rejects.toMatchObject({ status: 403, message: 'bob cannot patch pods/ephemeralcontainers in namespace red' })
      await expect(use('anna')).rejects.toMatchObject({ status: 403, message: 'anna cannot patch pods/ephemeralcontainers in namespace apps' })
    }
    expect(await stop('eve')).toMatchObject({ type: 'ended', reason: 'stopped by eve' })
    const keptOf = async (user: string) => (await clientOf(user).json<{ items: { id: string }[] }>('/v1/kept-traces')).items.map(trace => trace.id)
    await expect.poll(() => keptOf('eve'), { timeout: 10_000 }).toEqual([id])
    expect([await keptOf('carl'), await keptOf('bob'), await keptOf('dora')]).toEqual([[], [], [id]])
    for (const path of [`/v1/kept-traces/${id}`, `/v1/kept-traces/${id}/file`]) for (const user of ['carl', 'bob']) await expect(clientOf(user).text(path)).rejects.toMatchObject({ status: 404, message: `no trace ${id} is kept` })
    await expect(clientOf('dora').text(`/v1/kept-traces/${id}/file`)).rejects.toMatchObject({ status: 403 })
    expect((await running.text()).split('\n').filter(Boolean).map(line => (JSON.parse(line) as { type: string }).type)).toEqual(expect.arrayContaining(['started', 'ended']))
  })

  test('hears nothing of what becomes of findings of another', async () => {
    const told = async (user: string) => {
      const reader = (await clientOf(user).open('/v1/findings/changes?after=0')).body?.getReader()
      let text = ''
      while (!/heartbeat/.test(text)) text += new TextDecoder().decode((await reader?.read())?.value)
      await reader?.cancel()
      return text.trim().split('\n').map(line => JSON.parse(line) as { type: string; finding?: { text: string } }).filter(({ type }) => type === 'appeared').map(({ finding }) => finding?.text)
    }
    expect([await told('carl'), await told('bob'), await told('dora')]).toEqual([[], ['target-1 is bad'], ['target-1 is bad', 'secret is bad']])
  })

  test('probes are ended only where, or everywhere if, the caller may put them', async () => {
    await expect(clientOf('carl').json('/v1/probes/drain', { body: { namespace: 'red' } })).rejects.toMatchObject({ status: 403, message: 'carl cannot patch pods/ephemeralcontainers in namespace red' })
    await expect(clientOf('anna').json('/v1/probes/drain', { body: {} })).rejects.toMatchObject({ status: 403, message: 'anna cannot patch pods/ephemeralcontainers in the whole cluster' })
  })

  test('who may read but not look is refused in the words of the right he lacks', async () => {
    await expect(clientOf('bob').sweep({ trench: 'red' })).rejects.toMatchObject({ status: 403, code: 'forbidden', message: 'bob cannot patch pods/ephemeralcontainers in namespace red' })
    await expect(clientOf('bob').json('/v1/silences', { body: { finding: redFinding.key, reason: 'because', until: now + 1000 } })).rejects.toMatchObject({ status: 403 })
    expect(await clientOf('dora').json('/v1/trenches')).toMatchObject({ items: [{ name: 'red' }, { name: 'blue' }] })
  })

  test('can make no schedule for another namespace, nor for all, nor replace one there', async () => {
    for (const selection of [{ namespace: 'red' }, {}]) await expect(clientOf('carl').json('/v1/schedules/mine', { method: 'PUT', body: { cron: '0 0 * * *', selection } })).rejects.toMatchObject({ status: 403 })
    await expect(clientOf('carl').json('/v1/schedules/red-nightly', { method: 'PUT', body: { cron: '0 0 * * *', selection: { namespace: 'blue' } } })).rejects.toMatchObject({ status: 403 })
    expect(await clientOf('carl').json('/v1/schedules/mine', { method: 'PUT', body: { cron: '0 0 * * *', selection: { namespace: 'blue' } } })).toMatchObject({ owner: 'carl' })
    await clientOf('carl').json('/v1/schedules/mine', { method: 'DELETE' })
  })

  test('sweeps all means all he may look at', async () => {
    await clientOf('carl').sweep({})
    expect((await clientOf('carl').json<{ items: SweepRecord[] }>('/v1/sweeps')).items).toMatchObject([{ planned: [blue.id], startedBy: 'carl' }])
    expect((await clientOf('carl').json<{ items: object[] }>('/v1/audit')).items).toContainEqual(expect.objectContaining({ caller: 'carl', action: 'sweep.create', namespace: 'blue', details: expect.objectContaining({ allowedBy: expect.stringContaining('RBAC: allowed by RoleBinding "carl-looker/blue"') }) }))
  })
})

describe('of pods in namespaces he may not read a caller learns only that they exist', () => {
  const client = () => clientOf('bob')
  test.each<[string, string]>([
    ['trenches', '/v1/trenches?trench=red'], ['pods', '/v1/pods?trench=red'], ['reports', `/v1/sweeps/${ids.red}/reports`], ['findings', `/v1/sweeps/${ids.red}/findings`], ['snapshots', `/v1/sweeps/${ids.red}/snapshots`],
    ['findings over time', '/v1/findings'], ['JUnit', `/v1/sweeps/${ids.red}/junit.xml`], ['SARIF', `/v1/sweeps/${ids.red}/sarif.json`],
  ])('in %s', async (_, path) => {
    const told = await client().text(path)
    expect(told).not.toMatch(/secret|20\.0\.0\.1|worker2/)
    expect(await clientOf('dora').text(path)).not.toBe(told)
  })

  test('and cannot ask for their records or findings by name', async () => {
    for (const path of [`/v1/sweeps/${ids.red}/records?pod=apps/target-1&command=cat%20/words`, `/v1/findings/${hiddenFinding.key}`]) {
      await expect(client().json(path)).rejects.toMatchObject({ status: 404 })
      expect(await clientOf('dora').text(path)).toMatch(/secret/)
    }
  })

  test('and that is unknown, with the reason', async () => {
    const { items: [report] } = await client().json<{ items: { pods: object[]; verdicts: object[]; counts: object }[] }>(`/v1/sweeps/${ids.red}/reports`)
    expect(report).toMatchObject({ counts: { fail: 1, unknown: 1 }, pods: [{ pod: 'red/lb-1' }, { pod: 'apps/target-1', node: '', unreachable: 'you may not read namespace apps' }], verdicts: [{ verdict: 'fail' }, { verdict: 'unknown', reason: 'you may not read namespace apps' }] })
  })

  test('and none is entered on his behalf', async () => {
    const swept: unknown[] = []
    const own = await openApiBed({ trenches: [mixed], access: kubernetesAccess({ client: kube, audiences: [audience] }), sweep: trench => (swept.push(...trench.pods), reportOf([], { trench, id: crypto.randomUUID() })) })
    await new ApiClient({ url: own.api.url, token: apiserver.token('anna', { audiences: [audience] }) }).sweep({ trench: 'red' }).finally(() => own.close())
    expect(swept).toEqual([lb, { ...target, unreachable: 'not entered on behalf of anna: anna cannot patch pods/ephemeralcontainers in namespace apps' }])
  })
})

test('who asks too much is told when to come again', async () => {
  const own = await openApiBed({ rate: { perSecond: 1, burst: 3 }, now: () => now })
  try {
    for (let count = 0; count < 3; count++) await own.client.probes()
    const refused = await fetch(`${own.api.url}/v1/probes`, { headers: { authorization: 'Bearer secret' } })
    expect([refused.status, refused.headers.get('retry-after'), ((await refused.json()) as { code: string }).code]).toEqual([429, '1', 'rate-limited'])
    now += 1000
    expect(await own.client.probes()).toHaveLength(1)
  } finally {
    await own.close()
  }
})
