import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiClient, ApiError } from '../../controller/api/client.ts'
import type { SweepRecord } from '../../controller/store/records.ts'
import { blue, findingOf, lookOf, red, reportOf } from '../store/synthetic.ts'
import { type ApiBed, openApiBed } from './bed.ts'

let bed: ApiBed
let client: ApiClient
const held = Promise.withResolvers<void>()
beforeAll(async () => {
  bed = await openApiBed({ rate: { perSecond: 1000, burst: 1e6 },
    graceMs: 0,
    sweep: async (trench, signal) => {
      if (trench.name === 'blue') await new Promise(resolve => signal.addEventListener('abort', () => resolve(held.resolve()), { once: true }))
      return reportOf([findingOf('bad-word', { trench })], { trench, id: crypto.randomUUID() })
    },
  })
  client = bed.client
})
afterAll(() => bed.close())

const post = (path: string, body: object, headers: Record<string, string> = {}) => client.json<SweepRecord>(path, { body, headers })

test('tells what the controller knows', async () => {
  expect(await client.trenches()).toEqual([red, blue])
  expect(await client.trenches({ namespace: 'blue' })).toEqual([blue])
  expect(await client.probes()).toHaveLength(1)
  expect(await client.checks()).toEqual([])
  expect(await client.health()).toEqual({ problems: ['pods are stale'], counters: { probes: 1 } })
})

test('a sweep streams its events and ends with the reports, which are in the store by then', async () => {
  const events: string[] = []
  const [report] = await client.sweep({ trench: 'red' }, { onEvent: event => events.push(event.type) })
  expect(events).toEqual(['started', 'planned', 'report', 'ended'])
  const [sweep] = await client.sweeps({ trench: 'red' })
  expect(sweep).toMatchObject({ state: 'done', startedBy: 'token-file', origin: 'api', selection: { trench: 'red' }, trenches: [{ report: report?.id, worst: 'loss' }] })
  expect((await client.json<{ items: unknown[] }>(`/v1/sweeps/${sweep?.id}/reports`)).items).toEqual([report])
  expect((await client.json<{ items: unknown[] }>(`/v1/sweeps/${sweep?.id}/findings`)).items).toEqual(report?.findings)
  expect((await client.json<{ items: unknown[] }>(`/v1/sweeps/${sweep?.id}/snapshots`)).items).toEqual([lookOf('good')])
  expect((await client.json<{ items: unknown[] }>(`/v1/sweeps/${sweep?.id}/records?pod=red/lb-1&command=cat%20/words`)).items).toMatchObject([{ stdout: 'good' }])
})

test('a caller that leaves ends its sweep', async () => {
  const abort = new AbortController()
  await expect(client.sweep({ trench: 'blue' }, { signal: abort.signal, onEvent: event => event.type === 'planned' && abort.abort() })).rejects.toThrow()
  await held.promise
  await expect.poll(async () => (await client.sweeps({ trench: 'blue' }))[0]?.state).toBe('cancelled')
})

test('a sweep that is not waited for answers with its id, goes on without its caller and can be cancelled', async () => {
  const sweep = await post('/v1/sweeps', { trench: 'blue' }, { prefer: 'respond-async' })
  expect(sweep).toMatchObject({ state: 'running', planned: [blue.id], trenches: [] })
  expect(await client.json(`/v1/sweeps/${sweep.id}/cancel`, { method: 'POST' })).toMatchObject({ state: 'cancelled', problem: { code: 'cancelled', detail: 'cancelled by token-file' } })
  await expect(client.json(`/v1/sweeps/${sweep.id}/cancel`, { method: 'POST' })).rejects.toMatchObject({ code: 'sweep-ended', status: 409 })
})

test('the same Idempotency-Key makes one sweep, another request with it is refused', async () => {
  const headers = { prefer: 'respond-async', 'idempotency-key': 'once' }
  const first = await post('/v1/sweeps', { trench: 'red' }, headers)
  expect((await post('/v1/sweeps', { trench: 'red' }, headers)).id).toBe(first.id)
  await expect(post('/v1/sweeps', {}, headers)).rejects.toMatchObject({ code: 'idempotency-conflict', status: 422 })
})

test('events can be read again from any cursor, for a while after the end', async () => {
  const sweep = await post('/v1/sweeps', { trench: 'red' }, { prefer: 'respond-async' })
  const events = async (after: number) => (await client.text(`/v1/sweeps/${sweep.id}/events?after=${after}`)).trim().split('\n').filter(Boolean).map(line => (JSON.parse(line) as { cursor: number; type: string }))
  const all = await events(0)
  expect(all.map(({ cursor, type }) => `${cursor} ${type}`)).toEqual(['1 started', '2 planned', '3 report', '4 ended'])
  expect(await events(2)).toEqual(all.slice(2))
  expect(await events(4)).toEqual([])
})

test('a list comes in parts', async () => {
  const ids = (await client.sweeps()).map(({ id }) => id)
  expect(ids.length).toBeGreaterThan(2)
  expect((await client.sweeps({ limit: 1 })).map(({ id }) => id)).toEqual(ids)
})

test('findings have a history, and a silence marks them until it is ended', async () => {
  const { items: [record] } = await client.json<{ items: { key: string; state: string; finding: { silenced?: object } }[] }>('/v1/findings?trench=red&severity=loss,outage')
  expect(record).toMatchObject({ state: 'open', finding: { text: 'target-1 is bad' } })
  const silence = await client.json<{ id: string; until: number }>('/v1/silences', { body: { finding: record?.key, reason: 'known, CASE-7', until: Date.now() + 60_000 } })
  const silenced = { id: silence.id, reason: 'known, CASE-7', until: silence.until }
  expect(await client.json(`/v1/findings/${record?.key}`)).toMatchObject({ finding: { silenced }, history: [{ change: 'appeared' }] })
  expect((await client.sweep({ trench: 'red' }))[0]?.findings[0]?.silenced).toEqual(silenced)
  await client.json(`/v1/silences/${silence.id}`, { method: 'DELETE' })
  expect(await client.all('/v1/silences')).toEqual([])
  expect((await client.sweep({ trench: 'red' }))[0]?.findings[0]?.silenced).toBeUndefined()
})

test('two sweeps are compared by what was found', async () => {
  await client.sweep({ trench: 'red' })
  const [sweep] = await client.sweeps({ trench: 'red' })
  expect(await client.json(`/v1/sweeps/${sweep?.id}/diff`)).toEqual({ sweep: sweep?.id, against: 'last', appeared: [], gone: [], same: 1 })
})

test('what touches a pod is written down, with the right that allowed it', async () => {
  const [entry] = await client.all<{ at: number }>('/v1/audit?action=sweep.create')
  expect(entry).toMatchObject({ caller: 'token-file', action: 'sweep.create', namespace: 'red', details: { trenches: ['red'], allowedBy: 'the token file of this machine' } })
})

test('the description names every path and is OpenAPI 3.1', async () => {
  const api = await client.json<{ openapi: string; paths: Record<string, object>; components: { schemas: object } }>('/openapi.json')
  expect(api.openapi).toBe('3.1.0')
  expect(Object.entries(api.paths).flatMap(([path, methods]) => Object.keys(methods).map(method => `${method} ${path}`)).sort()).toMatchInlineSnapshot(`
    [
      "delete /v1/rings/{id}",
      "delete /v1/schedules/{id}",
      "delete /v1/silences/{id}",
      "get /docs",
      "get /healthz",
      "get /metrics",
      "get /openapi.json",
      "get /readyz",
      "get /v1/audit",
      "get /v1/checks",
      "get /v1/checks/{id}",
      "get /v1/findings",
      "get /v1/findings/changes",
      "get /v1/findings/{key}",
      "get /v1/kept-traces",
      "get /v1/kept-traces/{id}",
      "get /v1/kept-traces/{id}/file",
      "get /v1/pods",
      "get /v1/preflight",
      "get /v1/probes",
      "get /v1/rings",
      "get /v1/rings/{id}",
      "get /v1/rings/{id}/events",
      "get /v1/rings/{id}/file",
      "get /v1/schedules",
      "get /v1/schedules/{id}",
      "get /v1/silences",
      "get /v1/silences/{id}",
      "get /v1/sweeps",
      "get /v1/sweeps/{id}",
      "get /v1/sweeps/{id}/diff",
      "get /v1/sweeps/{id}/events",
      "get /v1/sweeps/{id}/findings",
      "get /v1/sweeps/{id}/junit.xml",
      "get /v1/sweeps/{id}/records",
      "get /v1/sweeps/{id}/reports",
      "get /v1/sweeps/{id}/sarif.json",
      "get /v1/sweeps/{id}/snapshots",
      "get /v1/traces",
      "get /v1/traces/{id}/stream",
      "get /v1/trenches",
      "post /v1/probes/drain",
      "post /v1/rings",
      "post /v1/rings/{id}/freeze",
      "post /v1/silences",
      "post /v1/sweeps",
      "post /v1/sweeps/{id}/cancel",
      "post /v1/traces",
      "post /v1/traces/explain",
      "post /v1/traces/{id}/stop",
      "put /v1/schedules/{id}",
    ]
  `)
  expect(JSON.stringify(api)).not.toMatch(/"\$ref":"(?!#\/components\/schemas\/)/)
})

test('a list that is as it was is not sent again', async () => {
  const get = (tag?: string) => fetch(`${bed.api.url}/v1/trenches`, { headers: { authorization: 'Bearer secret', ...(tag !== undefined && { 'if-none-match': tag }) } })
  const first = await get()
  const tag = first.headers.get('etag') ?? ''
  const again = await get(`"other", W/${tag}`)
  expect([first.status, again.status, await again.text(), again.headers.get('etag'), again.headers.get('cache-control')]).toEqual([200, 304, '', tag, 'private, no-cache'])
  expect((await get('"other"')).status).toBe(200)
})

test('a list is a Table of columns where that is accepted, part by part', async () => {
  const response = await fetch(`${bed.api.url}/v1/sweeps?limit=1`, { headers: { authorization: 'Bearer secret', accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' } })
  expect(response.headers.get('content-type')).toContain('as=Table')
  const table = (await response.json()) as { metadata: { continue?: string }; columnDefinitions: { name: string; priority: number }[]; rows: { cells: string[] }[] }
  expect(table).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { continue: expect.any(String) } })
  expect(table.columnDefinitions.map(({ name, priority }) => `${name} ${priority}`)).toEqual(['SWEEP 0', 'STATE 0', 'TRENCHES 0', 'WORST 0', 'BY 1', 'ORIGIN 1', 'AGE 0'])
  expect(table.rows).toEqual([{ cells: [expect.stringMatching(/^[-0-9a-f]{36}$/), 'done', '1/1', 'loss', 'token-file', 'api', expect.stringMatching(/^\d+s$/)] }])
})

test('the page for people tells every operation and schema, and asks for nothing elsewhere', async () => {
  const response = await fetch(`${bed.api.url}/docs`)
  const page = await response.text()
  expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'")
  const api = await client.json<{ paths: Record<string, object>; components: { schemas: object } }>('/openapi.json')
  const operations = Object.entries(api.paths).flatMap(([path, methods]) => Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`))
  expect([...operations, ...Object.keys(api.components.schemas)].filter(name => !page.includes(`id="${name}"`))).toEqual([])
  expect([...page.matchAll(/href="#(\w+)"/g)].map(([, name]) => name).filter(name => !page.includes(`id="${name}"`))).toEqual([])
  expect(page).not.toMatch(/<script|src=|https?:\/\//)
})

test.each<[string, () => Promise<unknown>, string, string]>([
  ['no trench matches', () => client.sweep({ namespace: 'green' }), 'trench-not-found', 'no trench in namespace green is known'],
  ['the token is wrong', () => new ApiClient({ url: bed.api.url, token: 'guess' }).probes(), 'unauthorized', 'the bearer token is not known'],
  ['a name is no name', () => client.trenches({ namespace: '../x' }), 'invalid-request', 'querystring/namespace must match pattern "^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$"'],
  ['an unknown filter', () => client.json('/v1/sweeps?color=red'), 'invalid-request', 'querystring must NOT have additional properties'],
  ['a continue token of another list', () => client.json(`/v1/audit?continue=${Buffer.from('["sweeps",1]').toString('base64url')}`), 'invalid-continue', 'WyJzd2VlcHMiLDFd does not continue audit'],
  ['an unknown sweep', () => client.json('/v1/sweeps/nope'), 'not-found', 'no sweep is called nope'],
  ['an unknown path', () => client.json('/v1/nope'), 'not-found', 'no GET /v1/nope'],
  ['a silence without an end', () => client.json('/v1/silences', { body: { finding: 'x', reason: 'because' } }), 'invalid-request', "body must have required property 'until'"],
  ['a silence beyond the last day there is', () => client.json('/v1/silences', { body: { finding: 'x', reason: 'because', until: 8.7e15 } }), 'invalid-request', 'body/until must be <= 8640000000000000'],
  ['a silence in the past', () => client.json('/v1/silences', { body: { finding: 'x', reason: 'because', until: 1 } }), 'invalid-request', 'body/until must lie in the future'],
])('%s: a problem with a stable code', async (_, call, code, message) => {
  await expect(call()).rejects.toMatchObject({ name: 'ApiError', code, message })
})

test('nobody answers: the error says where it was tried', async () => {
  const error = await new ApiClient({ url: 'http://127.0.0.1:1', token: '' }).probes().catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ApiError)
  expect((error as ApiError).message).toBe('no controller answers at http://127.0.0.1:1: bad port')
})
