import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { findingOf, red, reportOf } from '../store/synthetic.ts'
import { type ApiBed, openApiBed } from './bed.ts'

const trenches = Array.from({ length: 40 }, (_, index) => ({ ...red, id: `c/red/t${index}`, name: `t${index}` }))
let bed: ApiBed
let broken: readonly string[] = []
beforeAll(async () => {
  bed = await openApiBed({ trenches, heartbeatMs: 200, sweep: trench => reportOf(broken.map(target => findingOf('bad-word', { trench, target })), { trench, id: crypto.randomUUID() }) })
})
afterAll(() => bed.close())

const address = (path: string) => `${bed.api.url.replace('http', 'ws')}${path}`
const bearer = { headers: { authorization: 'Bearer secret' } }
interface Event { readonly type: string; readonly cursor?: number; readonly finding?: { readonly about: { readonly target?: string } } }

/** Messages until the end, or until `enough`; then it hangs up. */
async function messages(socket: WebSocket, enough: (events: readonly Event[]) => boolean = () => false): Promise<readonly Event[]> {
  const events: Event[] = []
  socket.on('message', data => {
    const event = JSON.parse(String(data)) as Event
    if (event.type !== 'heartbeat') events.push(event)
    if (enough(events)) socket.terminate()
  })
  await once(socket, 'close')
  return events
}

async function refusal(path: string, options: object): Promise<unknown> {
  const socket = new WebSocket(address(path), options)
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, NodeJS.ReadableStream & { statusCode: number }]
  let text = ''
  for await (const chunk of response) text += String(chunk)
  socket.on('error', () => undefined).terminate()
  return [response.statusCode, (JSON.parse(text) as { code: string }).code]
}

async function ended(): Promise<string> {
  const { id } = await bed.client.json<{ id: string }>('/v1/sweeps', { body: {}, headers: { prefer: 'respond-async' } })
  await bed.client.text(`/v1/sweeps/${id}/events`)
  return id
}

describe('over WebSocket', () => {
  test('a sweep tells what it tells as lines, from any cursor', async () => {
    broken = ['target-1']
    const id = await ended()
    const lines = (await bed.client.text(`/v1/sweeps/${id}/events`)).trim().split('\n').map(line => JSON.parse(line) as Event)
    expect(lines).toHaveLength(82)
    expect(await messages(new WebSocket(address(`/v1/sweeps/${id}/events`), bearer))).toEqual(lines)
    expect(await messages(new WebSocket(address(`/v1/sweeps/${id}/events?after=40`), bearer))).toEqual(lines.slice(40))
  })

  test('a browser names its token as a protocol', async () => {
    const socket = new WebSocket(address(`/v1/sweeps/${await ended()}/events`), ['trenchscope.v1', `bearer.${Buffer.from('secret').toString('base64url')}`])
    expect((await messages(socket)).at(-1)).toMatchObject({ type: 'ended' })
    expect(socket.protocol).toBe('trenchscope.v1')
  })

  test.each<[string, string, object, unknown]>([
    ['without a token', '/v1/findings/changes', {}, [401, 'unauthorized']], ['of a sweep that is not there', '/v1/sweeps/nope/events', bearer, [404, 'not-found']], ['of what is no stream', '/v1/trenches', bearer, [400, 'invalid-request']],
    ['with a wrong cursor', '/v1/findings/changes?after=x', bearer, [400, 'invalid-request']], ['of a path that is none', '/nope', bearer, [404, 'not-found']],
  ])('a stream %s is refused with a problem', async (_, path, options, answer) => {
    expect(await refusal(path, options)).toEqual(answer)
  })

  test('a reader who stops reading holds up nobody, and loses nothing', async () => {
    broken = Array.from({ length: 60 }, (_, index) => `target-${index}`)
    const path = `/v1/sweeps/${await ended()}/events`
    const slow = new WebSocket(address(path), bearer)
    const slowly = messages(slow)
    await once(slow, 'open')
    slow.pause()
    const quick = await messages(new WebSocket(address(path), bearer))
    slow.resume()
    expect(await slowly).toEqual(quick)
    broken = []
  })
})

describe('what becomes of findings', () => {
  const name = ({ type, finding }: Event) => `${type} ${finding?.about.target ?? ''}`.trim()
  const sweep = (...targets: readonly string[]) => ((broken = targets), bed.client.sweep({ trench: 't0' }))

  test('is told as it happens, and after a break from where it broke: nothing twice, nothing missed', async () => {
    await sweep()
    const first = new WebSocket(address('/v1/findings/changes?trench=c/red/t0'), bearer)
    const heard = messages(first, events => events.length === 3)
    await once(first, 'open')
    await sweep('a', 'b')
    const before = await heard
    expect(before.map(name)).toEqual(['listening', 'appeared a', 'appeared b'])
    await sweep('b')
    await sweep('b', 'a')
    const after = before.at(-1)?.cursor
    const again = await messages(new WebSocket(address(`/v1/findings/changes?trench=c/red/t0&after=${after}`), bearer), events => events.length === 3)
    expect(again.map(name)).toEqual(['listening', 'gone a', 'returned a'])
    expect(again[0]?.cursor).toBe(after)
  })

  test('silence is broken by heartbeats', async () => {
    const reader = (await bed.client.open('/v1/findings/changes')).body?.getReader()
    let text = ''
    while (!text.includes('heartbeat')) text += new TextDecoder().decode((await reader?.read())?.value)
    await reader?.cancel()
    expect(text).toMatch(/^\{"cursor":\d+,"type":"listening"\}\n\{"type":"heartbeat"/)
  })
})

test('through the API server\'s proxy of Services, which keeps Authorization, the token comes in a header of ours', async () => {
  const sweep = await bed.client.beginSweep({})
  const told = await messages(new WebSocket(address(`/v1/sweeps/${sweep.id}/events`), { headers: { 'trenchscope-authorization': 'Bearer secret' } }))
  expect(told.at(-1)?.type).toBe('ended')
})
