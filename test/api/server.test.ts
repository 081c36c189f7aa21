import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Backend, SelectionError } from '../../controller/api/backend.ts'
import { ApiClient, ApiError } from '../../controller/api/client.ts'
import { type Api, startApi } from '../../controller/api/server.ts'
import { countVerdicts, type SweepEvent, type SweepReport } from '../../controller/sweep/report.ts'
import { pod, trenchOf } from '../judge/synthetic.ts'

const trench = trenchOf(pod('lb', 'lb-1'))
const report: SweepReport = { id: 's1', profile: 'meridio', trench, startedAt: 0, endedAt: 5, pods: [], counts: countVerdicts([]), findings: [], verdicts: [] }
let aborted = 0
const backend: Backend = {
  trenches: ({ namespace, trench: name }) => ((namespace ?? 'red') === 'red' && (name ?? 'red') === 'red' ? [trench] : []),
  probes: () => [{ pod: 'red/lb-1', container: 'trenchscope-0001', version: '0.1.0', state: 'connected', rssBytes: 1, cpuMs: 2 }],
  health: () => ({ problems: ['pods are stale'], counters: { probes: 1 } }),
  sweep: async (selection, { signal, onEvent }) => {
    if (selection.trench === 'red' && selection.namespace === 'red') throw new SelectionError('gone meanwhile')
    onEvent({ type: 'planned', trench: trench.id, pods: 1, checks: 2 })
    if (selection.namespace === 'red') await new Promise(resolve => signal.addEventListener('abort', () => resolve(aborted++)))
    onEvent({ type: 'report', trench: trench.id, report })
    return [report]
  },
}
let api: Api
let client: ApiClient
beforeAll(async () => {
  api = await startApi({ backend, checks: [], token: 'secret', listen: '127.0.0.1:0' })
  client = new ApiClient({ url: api.url, token: 'secret' })
})
afterAll(() => api.close())

test('tells what the controller knows', async () => {
  expect(await client.trenches()).toEqual([trench])
  expect(await client.trenches({ namespace: 'blue' })).toEqual([])
  expect(await client.probes()).toHaveLength(1)
  expect(await client.checks()).toEqual([])
  expect(await client.health()).toEqual({ problems: ['pods are stale'], counters: { probes: 1 } })
})

test('a sweep streams its events and ends with the reports', async () => {
  const events: SweepEvent['type'][] = []
  expect(await client.sweep({}, { onEvent: event => events.push(event.type) })).toEqual([report])
  expect(events).toEqual(['planned', 'report'])
})

test('a caller that leaves ends its sweep', async () => {
  const abort = new AbortController()
  const sweep = client.sweep({ namespace: 'red' }, { signal: abort.signal, onEvent: () => abort.abort() })
  await expect(sweep).rejects.toThrow()
  await expect.poll(() => aborted).toBe(1)
})

test.each<[string, () => Promise<unknown>, string, string]>([
  ['no trench matches', () => client.sweep({ namespace: 'blue' }), 'trench-not-found', 'no trench in namespace blue is known'],
  ['the trench goes while it is swept', () => client.sweep({ namespace: 'red', trench: 'red' }), 'trench-not-found', 'gone meanwhile'],
  ['the token is wrong', () => new ApiClient({ url: api.url, token: 'guess' }).probes(), 'unauthorized', 'a bearer token is needed'],
  ['a name is no name', () => client.trenches({ namespace: '../x' }), 'FST_ERR_VALIDATION', 'querystring/namespace must match pattern "^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$"'],
])('%s: a problem with a stable code', async (_, call, code, message) => {
  await expect(call()).rejects.toMatchObject({ name: 'ApiError', code, message })
})

test('nobody answers: the error says where it was tried', async () => {
  const error = await new ApiClient({ url: 'http://127.0.0.1:1', token: '' }).probes().catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ApiError)
  expect((error as ApiError).message).toBe('no controller answers at http://127.0.0.1:1: bad port')
})
