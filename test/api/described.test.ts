import { afterAll, beforeAll, expect, test } from 'vitest'
import { problems } from '../../controller/api/problems.ts'
import { checks } from '#profiles/meridio/registry.gen.ts'
import { findingOf, keep, lookOf, red, reportOf } from '../store/synthetic.ts'
import { type ApiBed, openApiBed } from './bed.ts'
import { Described, type Operation } from './described.ts'
import { junkJson, junkText, Random } from './random.ts'

// `npm run soak:api` asks for 10000
const requests = Number(process.env['TRENCHSCOPE_TEST_REQUESTS'] ?? 600)
const seed = Number(process.env['TRENCHSCOPE_TEST_SEED'] ?? Math.floor(Math.random() * 1e9))
const finding = findingOf('target-rule-missing')
const known: Readonly<Record<string, readonly string[]>> = {
  id: ['sweep-1', 'target-rule-missing', 'silence-1', 'nightly'], key: [finding.key], trench: ['red', red.id], namespace: ['red'], pod: ['red/lb-1'], command: ['cat /words'], check: ['target-rule-missing'], against: ['sweep-1'], baseline: ['sweep-1'],
  severity: ['loss', 'outage,note'], finding: [finding.key], reason: ['because'], until: ['4102444800000'], cron: ['0 3 * * *'], timeZone: ['Europe/Stockholm'], prefer: ['respond-async'],
}
let bed: ApiBed
let described: Described
beforeAll(async () => {
  bed = await openApiBed({ checks, graceMs: 0, rate: { perSecond: 1e6, burst: 1e6 }, sweep: trench => reportOf([findingOf('target-rule-missing', { trench })], { trench, id: crypto.randomUUID() }) })
  described = await Described.of(bed.api.url)
  await keep(bed.store, 'sweep-1', [reportOf([finding], { unknown: ['blind'] })], [lookOf('good')])
  await bed.store.addSilence({ id: 'silence-1', namespace: 'red', trench: red.id, finding: finding.key, reason: 'CASE-7', by: 'anna', createdAt: 1, until: 4e12 })
  await bed.client.json('/v1/schedules/nightly', { method: 'PUT', body: { cron: '0 3 * * *' } })
})
afterAll(async () => {
  await described.close()
  await bed.close()
})

async function ask(operation: Operation, { values, body, token = 'secret', raw, asTable = false }: { readonly values: (name: string) => string | undefined; readonly body?: unknown; readonly token?: string; readonly raw?: string; readonly asTable?: boolean }) {
  const { method, path, parameters } = operation
  const of = (place: string) => parameters.filter(parameter => parameter.in === place).flatMap(({ name }) => ((value): [string, string][] => (value === undefined ? [] : [[name, value]]))(values(name)))
  const address = of('path').reduce((done, [name, value]) => done.replace(`{${name}}`, encodeURIComponent(value.isWellFormed() ? value : '?')), path)
  const headers = Object.fromEntries(of('header').filter(([, value]) => /^[\x21-\x7e]{1,200}$/.test(value)))
  const query = new URLSearchParams(of('query'))
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const response = await fetch(`${bed.api.url}${address}?${query}`, { method, headers: { ...headers, ...(asTable && { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }), authorization: `Bearer ${token}`, ...(sent !== undefined && { 'content-type': 'application/json' }) }, ...(sent !== undefined && method !== 'GET' && { body: sent }) })
  // the one stream without an end
  const text = response.ok && operation.path === '/v1/findings/changes' ? await firstLines(response) : await response.text()
  return { status: response.status, type: response.headers.get('content-type') ?? '', text }
}

async function firstLines(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  const text = new TextDecoder().decode((await reader?.read())?.value)
  await reader?.cancel()
  return text.slice(0, text.lastIndexOf('\n'))
}

test('every operation answers a good request as it is described', async () => {
  const complaints: (string | undefined)[] = []
  for (const operation of described.operations.filter(({ name }) => !/\/((kept-)?traces|rings)/.test(name) && !name.startsWith('DELETE'))) {
    const properties = Object.keys(operation.body?.['properties'] ?? {})
    const body = operation.name === 'POST /v1/probes/drain' ? { namespace: 'red' } : operation.name === 'POST /v1/silences' ? { finding: finding.key, reason: 'because', until: 4e12 } : properties.includes('cron') ? { cron: '0 3 * * *' } : operation.body ? { trench: 'red' } : undefined
    const idOf = (name: string) => (name !== 'id' ? undefined : operation.path.includes('checks') ? known['id']?.[1] : operation.path.includes('silences') ? known['id']?.[2] : operation.path.includes('schedules') ? known['id']?.[3] : known['id']?.[0])
    const { status, type, text } = await ask(operation, { body, values: name => idOf(name) ?? (operation.parameters.find(parameter => parameter.name === name)?.required ? known[name]?.[0] : undefined) })
    complaints.push(await described.complaint(operation, status, type, text))
    const ended = ['GET /v1/sweeps/{id}/events', 'POST /v1/sweeps/{id}/cancel']
    if (status >= 400 && operation.name !== 'GET /readyz' && !ended.includes(operation.name)) complaints.push(`${operation.name} answered ${status}: ${text}`)
  }
  expect(complaints.filter(Boolean)).toEqual([])
})

test(`${requests} requests of junk (seed ${seed}): each answered as described, none with a fault of ours`, { timeout: 60_000 + requests * 50 }, async () => {
  const random = new Random(seed)
  const complaints: string[] = []
  const statuses = new Set<number>()
  for (let count = 0; count < requests && complaints.length < 10; count++) {
    const operation = random.pick(described.operations)
    const value = (name: string) => (random.chance(0.6) && known[name] ? random.pick(known[name]) : junkText(random))
    const properties = Object.keys(operation.body?.['properties'] ?? {})
    const body = operation.body === undefined ? undefined : random.chance(0.6) ? Object.fromEntries(properties.filter(() => random.chance(0.6)).map(name => [name, random.chance(0.7) && known[name] ? random.pick(known[name]) : junkJson(random)])) : junkJson(random)
    const { status, type, text } = await ask(operation, {
      body, values: name => (operation.parameters.find(parameter => parameter.name === name)?.in === 'path' ? value(name) || 'x' : random.chance(0.5) ? value(name) : undefined),
      asTable: random.chance(0.2), ...(random.chance(0.02) && { token: 'guess' }), ...(operation.body && random.chance(0.05) && { raw: junkText(random) }),
    })
    statuses.add(status)
    const complaint = status >= 500 && operation.name !== 'GET /readyz' ? `${operation.name} answered ${status}: ${text}` : await described.complaint(operation, status, type, text)
    if (complaint) complaints.push(`request ${count}: ${complaint}`)
    if (type.startsWith('application/problem+json') && !((JSON.parse(text) as { code: string }).code in problems)) complaints.push(`request ${count}: an unknown code in ${text}`)
  }
  expect(complaints).toEqual([])
  expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 401, 404]))
})
