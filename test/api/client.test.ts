import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiClient } from '../../controller/api/client.ts'
import { checks } from '#profiles/meridio/registry.gen.ts'
import { findingOf, red, reportOf } from '../store/synthetic.ts'
import { type ApiBed, openApiBed } from './bed.ts'
import { Described } from './described.ts'

const finding = findingOf('target-rule-missing')
let bed: ApiBed
let described: Described
let client: ApiClient
const used = new Set<string>()
const answers: { readonly method: string; readonly path: string; readonly query: readonly string[]; readonly status: number; readonly type: string; readonly text: string }[] = []

/** The platform's fetch, which writes down what it was asked and what came. */
async function noting(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init)
  const { pathname, searchParams } = new URL(url)
  const text = pathname.endsWith('/changes') ? '' : await response.clone().text()
  answers.push({ method: init.method ?? 'GET', path: pathname, query: [...searchParams.keys()], status: response.status, type: response.headers.get('content-type') ?? '', text })
  return response
}

beforeAll(async () => {
  bed = await openApiBed({ checks, trenches: [red], heartbeatMs: 50, sweep: trench => reportOf([findingOf('target-rule-missing', { trench })], { trench, id: crypto.randomUUID() }) })
  described = await Described.of(bed.api.url)
  client = new Proxy(new ApiClient({ url: `${bed.api.url}/`, token: async () => 'secret', fetch: noting }), {
    get: (target, name) => {
      used.add(String(name))
      const value = Reflect.get(target, name) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
})
afterAll(async () => {
  await described.close()
  await bed.close()
})

test('every method of the client asks for what is described, and types what comes', async () => {
  await client.sweep({ trench: 'red' })
  const [sweep] = await client.sweeps({ trench: 'red', state: 'done', limit: 1 })
  const id = sweep?.id ?? ''
  expect((await client.sweepRecord(id)).trenches[0]?.worst).toBe('loss')
  const begun = await client.beginSweep({ trench: 'red' }, { key: 'k' })
  expect((await client.beginSweep({ trench: 'red' }, { key: 'k' })).id).toBe(begun.id)
  await bed.runs.get(begun.id)?.ended
  await expect(client.cancelSweep(begun.id)).rejects.toMatchObject({ code: 'sweep-ended' })
  expect((await client.reports(id))[0]?.findings[0]?.key).toBe(finding.key)
  expect((await client.snapshots(id))[0]?.trench.name).toBe('red')
  expect((await client.diff(id)).same).toBe(0)
  expect((await client.diff(id, id)).same).toBe(1)
  expect((await client.findings({ trench: 'red', severity: 'loss', state: 'current' }))[0]?.finding.text).toBe('target-1 is bad')
  expect((await client.finding(finding.key)).history[0]?.change).toBe('appeared')
  const silence = await client.silence({ finding: finding.key, reason: 'CASE-7', until: 4e12 })
  expect((await client.silences())[0]).toEqual(silence)
  expect((await client.endSilence(silence.id)).until).toBeLessThan(4e12)
  expect((await client.silences({ all: true }))).toHaveLength(1)
  expect((await client.audit({ action: 'silence.create' }))[0]?.caller).toBe('token-file')
  expect((await client.trenches({ namespace: 'red' }))[0]?.pods).toEqual(await client.pods({ trench: 'red' }))
  expect((await client.preflight({ trench: 'red' })).pods[0]?.allowed).toBe(true)
  expect(await client.drain({ namespace: 'red' })).toEqual(['red/lb-1'])
  expect((await client.probes())[0]?.state).toBe('connected')
  expect((await client.checks()).length).toBe(checks.length)
  expect((await client.health()).counters).toEqual({ probes: 1 })
  await expect(client.explainFlow({ trench: 'red', protocol: 'tcp', source: '192.0.2.1', sourcePort: 1, destination: '10.0.0.1', destinationPort: 2 })).rejects.toMatchObject({ code: 'not-found' })
  for await (const event of client.changes({ after: 0, trench: 'red' })) if (event.type === 'appeared') break

  const complaints: (string | undefined)[] = []
  for (const { method, path, query, status, type, text } of answers) {
    const operation = described.operations.find(each => each.method === method && new RegExp(`^${each.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
    if (!operation) complaints.push(`${method} ${path} is not described`)
    else {
      complaints.push(...query.filter(name => !operation.parameters.some(parameter => parameter.name === name)).map(name => `${operation.name} knows no ${name}`))
      if (text !== '') complaints.push(await described.complaint(operation, status, type, text))
    }
  }
  expect(complaints.filter(Boolean)).toEqual([])
})

test('no method of the client is left out above', () => {
  const general = ['constructor', 'json', 'open', 'text', 'all']
  expect(Object.getOwnPropertyNames(ApiClient.prototype).filter(name => !general.includes(name) && !used.has(name))).toEqual([])
})

test('changes are told until the caller has enough', async () => {
  const end = new AbortController()
  const told: string[] = []
  for await (const event of client.changes({ after: 0, signal: end.signal })) {
    told.push(event.type)
    if (event.type === 'heartbeat') end.abort()
  }
  expect(told).toEqual(['listening', 'appeared', 'heartbeat'])
})
