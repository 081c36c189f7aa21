import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { AnyCheck } from '#judge/check.ts'
import type { Finding } from '#judge/finding.ts'
import type { RingRecord } from '../../controller/trace/ring-record.ts'
import { Rings } from '../../controller/trace/rings.ts'
import { findingOf, red, reportOf } from '../store/synthetic.ts'
import { record, tcp } from '../trace/frames.ts'
import { type ApiBed, openApiBed } from './bed.ts'
import { Described } from './described.ts'
import { quietSight } from './tracer.ts'

// one packet of a second ago
const kept = () => [new Uint8Array(record([Math.floor(Date.now() / 1000) - 1, 0], tcp()))]
const wanted = findingOf('bad-word')
const checks = ['bad-word', 'other-word'].map(id => ({ id }) as AnyCheck)
let says: readonly Finding[] = []
let bed: ApiBed
let described: Described
beforeAll(async () => {
  bed = await openApiBed({ trenches: [red], sight: quietSight(red, kept), checks, sweep: trench => reportOf(says, { trench, id: crypto.randomUUID(), at: Date.now() + 1000 }) })
  described = await Described.of(bed.api.url)
})
afterAll(async () => {
  await described.close()
  await bed.close()
})

test('arm, freeze, read in whole and in part, remove: each answer as it is described', async () => {
  const complaints: (string | undefined)[] = []
  const ask = async (method: string, path: string, { id = '', headers = {}, body }: { id?: string; headers?: Record<string, string>; body?: object } = {}) => {
    const response = await fetch(`${bed.api.url}${path.replace('{id}', id)}`, { method, headers: { ...headers, authorization: 'Bearer secret', ...(body && { 'content-type': 'application/json' }) }, ...(body && { body: JSON.stringify(body) }) })
    const bytes = Buffer.from(await response.arrayBuffer())
    complaints.push(await described.complaint(described.operations.find(({ name }) => name === `${method} ${path}`)!, response.status, response.headers.get('content-type') ?? '', bytes.toString()))
    return { status: response.status, range: response.headers.get('content-range'), bytes }
  }
  const armed = await ask('POST', '/v1/rings', { body: { trench: 'red', vip: '10.0.0.1', keepSeconds: 30, freezeOn: ['bad-word'] } })
  const { id, ...ring } = JSON.parse(armed.bytes.toString()) as RingRecord
  expect([armed.status, ring]).toMatchObject([201, {
    state: 'armed', trench: 'red/red', filter: 'ip host 10.0.0.1', keepSeconds: 30, bytes: 4 << 20, freezeOn: ['bad-word'], findings: [], unseen: [],
    taps: [{ label: 'lb-lb-1/nsm-1', pod: 'red/lb-1', interface: 'nsm-1', bytes: 4 << 20, state: 'armed', matched: 0, overwritten: 0 }],
  }])
  expect((await ask('GET', '/v1/rings/{id}/file', { id })).status).toBe(404)
  const [first, second] = await Promise.all([ask('POST', '/v1/rings/{id}/freeze', { id }), ask('POST', '/v1/rings/{id}/freeze', { id })])
  expect(first.bytes).toEqual(second.bytes)
  const none = { kernelDropped: 0, probeShed: 0, overwritten: 0, late: 0, twice: 0, unread: 0, unaccounted: 0 }
  const { bytes: size } = (await ask('GET', '/v1/rings/{id}/file', { id }))
  expect(JSON.parse(first.bytes.toString())).toMatchObject({ state: 'frozen', reason: 'frozen by token-file', capture: { bytes: size.length, packets: 1, rows: [{ matched: 1, delivered: 1, closed: true, ...none }] } })
  expect(size.readUInt32LE(0)).toBe(0x0a0d0d0a)
  const parts = await Promise.all(['bytes=8-11', `bytes=${size.length - 4}-`, 'bytes=9999999-', 'lines=1-2'].map(range => ask('GET', '/v1/rings/{id}/file', { id, headers: { range } })))
  expect(parts.map(({ status, range, bytes }) => [status, range, status === 416 ? 0 : bytes.length])).toEqual([[206, `bytes 8-11/${size.length}`, 4], [206, `bytes ${size.length - 4}-${size.length - 1}/${size.length}`, 4], [416, `bytes */${size.length}`, 0], [200, null, size.length]])
  expect((await ask('GET', '/v1/rings/{id}/events', { id })).bytes.toString().trim().split('\n').map(line => (JSON.parse(line) as { type: string }).type)).toEqual(['started', 'tap', 'journey', 'ledger', 'ended'])
  expect((await ask('GET', '/v1/rings')).status).toBe(200)
  expect((await ask('DELETE', '/v1/rings/{id}', { id })).status).toBe(200)
  expect((await ask('GET', '/v1/rings/{id}', { id })).status).toBe(404)
  expect(complaints.filter(Boolean)).toEqual([])
})

test.each<[string, object, string, string]>([
  ['for a check that nobody knows', { freezeOn: ['no-word'] }, 'not-found', 'no check is called no-word'],
  ['beyond a probe\'s memory', { bytes: 1e9 }, 'invalid-request', 'body/bytes must be <= 8388608'],
  ['without end', { seconds: 1e6 }, 'invalid-request', 'body/seconds must be <= 86400'],
  ['with an option as filter', { filter: '-w /tmp/x' }, 'trace-refused', 'the filter -w /tmp/x holds a word that begins with a dash'],
])('a ring %s is refused', async (_, body, code, message) => {
  await expect(bed.client.json('/v1/rings', { body: { trench: 'red', ...body } })).rejects.toMatchObject({ code, message })
})

test('a check freezes its ring when it turns red, not while it stays red; the capture stays with the finding, and only with it', async () => {
  says = [wanted]
  await bed.client.sweep({ trench: 'red' })
  const { id } = await bed.client.json<RingRecord>('/v1/rings', { body: { trench: 'red', freezeOn: ['bad-word'] } })
  const state = async () => (await bed.client.json<RingRecord>(`/v1/rings/${id}`)).state
  says = [wanted, findingOf('other-word')]
  await bed.client.sweep({ trench: 'red' })
  expect(await state()).toBe('armed')
  const fresh = findingOf('bad-word', { target: 'target-2' })
  says = [wanted, fresh, findingOf('other-word')]
  const [report] = await bed.client.sweep({ trench: 'red' })
  const captures = report!.findings.map(({ key, captures: told }) => [key, told?.map(({ ring }) => ring)])
  expect(captures).toEqual([[wanted.key, undefined], [fresh.key, [id]], [findingOf('other-word').key, undefined]])
  expect(report!.verdicts.flatMap(({ findings }) => findings).map(({ key, captures: told }) => [key, told?.map(({ ring }) => ring)])).toEqual(captures)
  await expect.poll(state, { timeout: 20_000 }).toBe('frozen')
  expect(await bed.client.json(`/v1/rings/${id}`)).toMatchObject({ reason: 'bad-word turned red', findings: [fresh.key], capture: { packets: 1 } })
  // still red: the finding as it is now has it, too
  await bed.client.sweep({ trench: 'red' })
  expect(await bed.client.json(`/v1/findings/${fresh.key}`)).toMatchObject({ state: 'open', finding: { captures: [{ ring: id }] } })
  await bed.client.json(`/v1/rings/${id}`, { method: 'DELETE' })
  expect((await bed.client.sweep({ trench: 'red' }))[0]!.findings.some(finding => finding.captures)).toBe(false)
})

test('a new controller keeps what is frozen, and says of what was armed that it is forgotten', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'trenchscope-rings-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const open = () => new Rings({ ...quietSight(red, kept), dir, store: bed.store })
  const first = open()
  const [armed, frozen] = [await first.arm(red, {}, 'anna', new AbortController().signal), await first.arm(red, {}, 'anna', new AbortController().signal)]
  await first.freeze(frozen.id, 'frozen by anna')
  await first.close()
  writeFileSync(join(dir, 'torn.json'), '{"id"')
  const second = open()
  expect(second.list().map(({ id, state }) => [id, state])).toEqual([[armed.id, 'forgotten'], [frozen.id, 'frozen']])
  expect(readFileSync(second.files(frozen.id).packets).length).toBe(second.find(frozen.id)?.capture?.bytes)
  await expect(second.freeze(armed.id, 'late')).rejects.toMatchObject({ code: 'ring-over', message: `ring ${armed.id} is forgotten: the controller was restarted: what probes kept is gone` })
  for (const { id } of second.list()) await second.remove(id)
  expect(readdirSync(dir)).toEqual([])
})

test('four rings are armed at once, no more; one whose caller left before it was armed is none', async () => {
  const rings = await Promise.all(Array.from({ length: 4 }, () => bed.client.json<RingRecord>('/v1/rings', { body: { trench: 'red' } })))
  await expect(bed.client.json('/v1/rings', { body: { trench: 'red' } })).rejects.toMatchObject({ code: 'too-many-traces', message: '4 rings are armed at once, no more' })
  for (const { id } of rings) await bed.client.json(`/v1/rings/${id}`, { method: 'DELETE' })
  const dir = mkdtempSync(join(tmpdir(), 'trenchscope-rings-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const left = new Rings({ ...quietSight(red), dir, store: bed.store })
  await expect(left.arm(red, {}, 'anna', AbortSignal.abort())).rejects.toMatchObject({ code: 'trace-failed' })
  expect(left.list()).toEqual([])
})
