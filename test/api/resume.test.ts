import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiClient } from '../../controller/api/client.ts'
import { findingOf, red, reportOf } from '../store/synthetic.ts'
import { type ApiBed, openApiBed } from './bed.ts'

const trenches = Array.from({ length: 60 }, (_, index) => ({ ...red, id: `c/red/t${index}`, name: `t${index}` }))
let bed: ApiBed
beforeAll(async () => {
  bed = await openApiBed({ trenches, heartbeatMs: 20, sweep: async trench => {
    await new Promise(resolve => setTimeout(resolve, 5))
    return reportOf(Array.from({ length: 20 }, (_, index) => findingOf('bad-word', { trench, target: `target-${index}` })), { trench, id: crypto.randomUUID() })
  } })
})
afterAll(() => bed.close())

/** A way to the API that breaks after each so many bytes of answer. */
async function brittle(bytes: number, work: (url: string, cuts: () => number) => Promise<void>): Promise<void> {
  const open = new Set<Socket>()
  let cuts = 0
  const server = createServer(socket => {
    const upstream = connect(Number(new URL(bed.api.url).port), '127.0.0.1')
    for (const end of [socket, upstream]) open.add(end.on('error', () => undefined).on('close', () => open.delete(end)))
    let passed = 0
    socket.pipe(upstream)
    upstream.on('data', (chunk: Buffer) => {
      passed += chunk.length
      socket.write(chunk.subarray(0, Math.max(0, chunk.length - Math.max(0, passed - bytes))))
      if (passed < bytes) return
      cuts++
      socket.destroy()
      upstream.destroy()
    }).on('end', () => socket.end())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => cuts)
  } finally {
    for (const socket of open) socket.destroy()
    await new Promise(resolve => server.close(resolve))
  }
}

test('a stream that is cut again and again loses nothing and repeats nothing', () => brittle(100_000, async (url, cuts) => {
  const cursors: number[] = []
  const reports = await new ApiClient({ url, token: 'secret' }).sweep({}, { onEvent: event => 'cursor' in event && cursors.push(event.cursor) })
  expect(reports.map(({ trench }) => trench.name)).toEqual(trenches.map(({ name }) => name))
  expect(cursors).toEqual(Array.from({ length: 122 }, (_, index) => index + 1))
  expect(cuts()).toBeGreaterThan(3)
  const [sweep] = await bed.client.sweeps({ limit: 1 })
  expect(sweep?.state).toBe('done')
}))

test('a reader who does not read holds up neither the sweep nor another reader', async () => {
  const sweep = await bed.client.json<{ id: string }>('/v1/sweeps', { body: {}, headers: { prefer: 'respond-async' } })
  const idle = connect(Number(new URL(bed.api.url).port), '127.0.0.1')
  idle.pause().write(`GET /v1/sweeps/${sweep.id}/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer secret\r\n\r\n`)
  try {
    const lines = (await bed.client.text(`/v1/sweeps/${sweep.id}/events`)).trim().split('\n').map(line => JSON.parse(line) as { type: string })
    expect(lines.filter(({ type }) => type === 'report')).toHaveLength(60)
    expect(lines.at(-1)).toMatchObject({ type: 'ended', state: 'done' })
  } finally {
    idle.destroy()
  }
})

test('silence is broken by heartbeats, which have no place in the order', async () => {
  const held = Promise.withResolvers<void>()
  const own = await openApiBed({ heartbeatMs: 5, sweep: async trench => (await held.promise, reportOf([], { trench, id: crypto.randomUUID() })) })
  try {
    const types: string[] = []
    await own.client.sweep({ trench: 'red' }, { onEvent: event => {
      types.push(event.type)
      if (event.type === 'heartbeat') held.resolve()
    } })
    expect(types.filter(type => type !== 'heartbeat')).toEqual(['started', 'planned', 'report', 'ended'])
    expect(types).toContain('heartbeat')
  } finally {
    await own.close()
  }
})
