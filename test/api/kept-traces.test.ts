import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KeptTraces, type KeptTrace } from '../../controller/trace/kept-traces.ts'
import { red, silent } from '../store/synthetic.ts'
import { type ApiBed, openApiBed } from './bed.ts'
import { quietTracer } from './tracer.ts'

const dir = mkdtempSync(join(tmpdir(), 'trenchscope-kept-'))
const kept = new KeptTraces({ dir, log: silent })
const tracer = quietTracer(red)
let bed: ApiBed
beforeAll(async () => { bed = await openApiBed({ trenches: [red], tracer, kept }) })
afterAll(async () => {
  await tracer.close()
  await kept.close()
  await bed.close()
  rmSync(dir, { recursive: true })
})

const lists = async () => (await bed.client.json<{ items: KeptTrace[] }>('/v1/kept-traces')).items
const get = (id: string, headers: Record<string, string> = {}) => fetch(`${bed.api.url}/v1/kept-traces/${id}/file`, { headers: { authorization: 'Bearer secret', ...headers } })

test('what came of a trace is kept, and its packets when that was asked for; a restart forgets neither', async () => {
  const [plain, whole] = [await trace({}), await trace({ keep: true })]
  await expect.poll(async () => (await lists()).length, { timeout: 10_000 }).toBe(2)
  expect(await bed.client.json(`/v1/kept-traces/${plain}`)).toEqual({
    id: plain, state: 'ended', trench: 'red/red', namespaces: ['red'], filter: 'ip host 10.0.0.1', startedBy: 'token-file', startedAt: expect.any(Number), endedAt: expect.any(Number),
    taps: expect.arrayContaining([expect.stringContaining('/nsm-1')]), ended: expect.objectContaining({ type: 'ended', reason: 'stopped by token-file', findings: [] }),
  })
  await expect(bed.client.text(`/v1/kept-traces/${plain}/file`)).rejects.toMatchObject({ status: 404, message: `of trace ${plain} no packets are kept: it was not begun with keep` })
  const file = Buffer.from(await (await get(whole)).arrayBuffer())
  expect([file.length, file.readUInt32LE(0)]).toEqual([(await lists())[1]!.bytes, 0x0a0d0d0a])
  writeFileSync(join(dir, 'left-over.pcapng'), 'of a controller that was killed')
  const next = new KeptTraces({ dir, log: silent })
  expect([next.list(), readFileSync(next.file(whole)).equals(file)]).toEqual([await lists(), true])
  expect(() => readFileSync(next.file('left-over'))).toThrow('ENOENT')
})

test('a reading that broke off goes on where it was', async () => {
  const id = await trace({ keep: true })
  await expect.poll(async () => (await lists()).some(kept => kept.id === id), { timeout: 10_000 }).toBe(true)
  const whole = Buffer.from(await (await get(id)).arrayBuffer())
  const size = whole.length
  const etag = `"${id}"`
  const rows: [Record<string, string>, number, string | null, Buffer][] = [
    [{ range: 'bytes=0-99' }, 206, `bytes 0-99/${size}`, whole.subarray(0, 100)],
    [{ range: 'bytes=100-', 'if-range': etag }, 206, `bytes 100-${size - 1}/${size}`, whole.subarray(100)],
    [{ range: `bytes=${size - 1}-999999999` }, 206, `bytes ${size - 1}-${size - 1}/${size}`, whole.subarray(-1)],
    [{ range: 'bytes=-7' }, 206, `bytes ${size - 7}-${size - 1}/${size}`, whole.subarray(-7)],
    [{ range: 'bytes=100-', 'if-range': '"other"' }, 200, null, whole],
    [{ range: 'bytes=0-1,5-6' }, 200, null, whole],
    [{ range: 'lines=1-2' }, 200, null, whole],
  ]
  for (const [headers, status, contentRange, bytes] of rows) {
    const response = await get(id, headers)
    expect([headers, response.status, response.headers.get('content-range'), Buffer.from(await response.arrayBuffer()).equals(bytes)]).toEqual([headers, status, contentRange, true])
    expect([response.headers.get('accept-ranges'), response.headers.get('etag')]).toEqual(['bytes', etag])
  }
})

test('a part that is not there is a problem that says how much there is', async () => {
  const id = await trace({ keep: true })
  await expect.poll(async () => (await lists()).some(kept => kept.id === id), { timeout: 10_000 }).toBe(true)
  const size = (await (await get(id)).arrayBuffer()).byteLength
  for (const range of [`bytes=${size}-`, 'bytes=9-3']) {
    const response = await get(id, { range })
    expect([response.status, response.headers.get('content-range'), await response.json()]).toMatchObject([416, `bytes */${size}`, { code: 'no-such-part' }])
  }
})

test('that its packets are kept keeps no trace running', async () => {
  const left = new AbortController()
  const response = await bed.client.open('/v1/traces', { body: { trench: 'red', keep: true }, signal: left.signal })
  const id = response.headers.get('trenchscope-trace')
  left.abort()
  await response.text().catch(() => undefined)
  await expect.poll(async () => (await lists()).find(kept => kept.id === id)?.ended.reason, { timeout: 10_000 }).toBe('nobody listens any more')
})

/** One that was begun and stopped. */
async function trace(options: { readonly keep?: boolean }): Promise<string> {
  const response = await bed.client.open('/v1/traces', { body: { trench: 'red', ...options } })
  const id = response.headers.get('trenchscope-trace')!
  await bed.client.json(`/v1/traces/${id}/stop`, { method: 'POST' })
  await response.text()
  return id
}
