import { request } from 'node:https'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { limits } from '../../proto/limits.ts'
import { someExpected } from './agent.ts'
import { KeyLines, startController, stateFolder } from './controller.ts'
import { newIdentity, RawProbe } from './raw-probe.ts'

const folder = stateFolder()
const keyLines = new KeyLines()
let controller: Awaited<ReturnType<typeof startController>>
const dialled: RawProbe[] = []

const left = new AsyncDisposableStack()
left.defer(folder.remove)

beforeAll(async () => {
  controller = await startController(folder.path, keyLines)
  left.defer(() => controller.server.close())
})
afterEach(() => {
  for (const probe of dialled.splice(0)) probe.close()
})
afterAll(() => left.disposeAsync())

/** An injected probe whose key line the kubelet has. */
function injected() {
  const expected = someExpected()
  const identity = newIdentity()
  controller.registry.expect(expected)
  keyLines.lines.set(`${expected.pod}/${expected.container}`, { key: identity.keyText, containerId: 'containerd://1' })
  return { expected, identity }
}

async function connect(): Promise<RawProbe> {
  const probe = await RawProbe.dial(controller.address, controller.keys.pins)
  dialled.push(probe)
  return probe
}

/** How often each reason was counted more than before. */
async function refusals(act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = controller.registry.counts().refused
  await act()
  const after = controller.registry.counts().refused
  return Object.fromEntries(Object.entries(after).map(([reason, count]) => [reason, count - before[reason as keyof typeof before]]).filter(([, more]) => more !== 0))
}

test('the process the kubelet started is welcome', async () => {
  const { expected, identity } = injected()
  const probe = await connect()
  expect(await probe.open(expected, identity)).toEqual({ lease: { idleMs: 3_600_000, endMs: 2_592_000_000 }, pins: controller.keys.pins, pingEveryMs: 2000 })
  const link = controller.registry.probe(expected.podUid)!
  expect({ pod: link.pod, container: link.container, version: link.version, facts: [...link.facts] }).toEqual({ pod: expected.pod, container: expected.container, version: 'test', facts: [['ip-rules', 1]] })
})

test('the key line is read once, however often the probe comes', async () => {
  const { expected, identity } = injected()
  const before = keyLines.asked
  for (let time = 0; time < 3; time += 1) await (await connect()).open(expected, identity)
  expect(keyLines.asked - before).toBe(1)
})

test('a stranger with the right session and a wrong key is refused and counted', async () => {
  const { expected, identity } = injected()
  const reasons = await refusals(async () => {
    const stranger = await connect()
    const own = newIdentity()
    stranger.hello(expected, own)
    await stranger.next('challenge')
    stranger.prove(expected, own)
    expect(await stranger.goodbye()).toEqual({ code: 'refused', message: 'the key is not the one in the first line of the container' })
  })
  expect(reasons).toEqual({ 'key-wrong': 1 })
  const probe = await connect()
  await probe.open(expected, identity)
})

test('a stranger who shows the printed key without holding it is refused', async () => {
  const { expected, identity } = injected()
  const reasons = await refusals(async () => {
    const stranger = await connect()
    stranger.hello(expected, identity)
    await stranger.next('challenge')
    stranger.prove(expected, newIdentity())
    expect((await stranger.goodbye()).code).toBe('refused')
  })
  expect(reasons).toEqual({ 'proof-wrong': 1 })
})

test('a proof made on another connection, as a relay would pass on, is refused', async () => {
  const { expected, identity } = injected()
  const reasons = await refusals(async () => {
    const [victim, relay] = [await connect(), await connect()]
    relay.hello(expected, identity)
    await relay.next('challenge')
    relay.prove(expected, identity, victim.connection)
    expect((await relay.goodbye()).code).toBe('refused')
  })
  expect(reasons).toEqual({ 'proof-wrong': 1 })
})

test('a recorded hello and proof, played again, are refused', async () => {
  const { expected, identity } = injected()
  const genuine = await connect()
  await genuine.open(expected, identity)
  const reasons = await refusals(async () => {
    const player = await connect()
    player.sendBytes(genuine.sent[0]!)
    await player.next('challenge')
    player.sendBytes(genuine.sent[1]!)
    expect((await player.goodbye()).code).toBe('refused')
  })
  expect(reasons).toEqual({ 'proof-wrong': 1 })
  expect(controller.registry.probe(expected.podUid)).toBeDefined()
})

test('someone else\'s session is refused', async () => {
  const { expected, identity } = injected()
  const reasons = await refusals(async () => {
    const stranger = await connect()
    stranger.hello({ ...expected, podUid: 'another' }, identity)
    expect((await stranger.goodbye()).code).toBe('refused')
  })
  expect(reasons).toEqual({ 'identity-wrong': 1 })
})

test('a session nobody expects is told to end', async () => {
  const reasons = await refusals(async () => {
    const probe = await connect()
    probe.hello(someExpected(), newIdentity())
    expect((await probe.goodbye()).code).toBe('session-unknown')
  })
  expect(reasons).toEqual({ 'session-unknown': 1 })
})

test('a probe of another protocol is told so', async () => {
  const { expected, identity } = injected()
  const reasons = await refusals(async () => {
    const probe = await connect()
    probe.hello(expected, identity, { minVersion: 7, maxVersion: 9 })
    expect(await probe.goodbye()).toEqual({ code: 'no-common-version', message: 'protocol 7 to 9; this controller speaks 1 to 1' })
  })
  expect(reasons).toEqual({ 'no-common-version': 1 })
})

test('a newer probe that still speaks ours is held to ours', async () => {
  const { expected, identity } = injected()
  const probe = await connect()
  probe.hello(expected, identity, { minVersion: 1, maxVersion: 9 })
  expect(await probe.next('challenge')).toEqual({ version: 1 })
  probe.prove(expected, identity)
  await probe.next('welcome')
})

test.each<[string, (probe: RawProbe) => void]>([
  ['malformed', probe => probe.sendBytes(new Uint8Array([0xff, 0xff, 0xff]))],
  ['malformed', probe => probe.sendBytes('{"session":"x"}')],
  ['out-of-state', probe => probe.send('done', { ask: 1 })],
  ['out-of-state', probe => probe.send('ping', { id: 1 })],
  ['too-large', probe => probe.sendBytes(new Uint8Array(limits.openingBytes + 1))],
])('what is %s ends a stranger\'s connection', async (code, act) => {
  const reasons = await refusals(async () => {
    const stranger = await connect()
    act(stranger)
    expect((await stranger.goodbye()).code).toBe(code)
  })
  expect(reasons).toEqual({ [code]: 1 })
})

test.each<[string, (probe: RawProbe) => void]>([
  ['malformed', probe => probe.sendBytes(new Uint8Array([0xff, 0xff, 0xff]))],
  ['out-of-state', probe => probe.send('welcome', { lease: { idleMs: 1, endMs: 1 }, pins: [], pingEveryMs: 1 })],
  ['out-of-state', probe => probe.send('done', { ask: 1 })],
  ['out-of-state', probe => probe.send('streamData', { stream: 1, payload: new Uint8Array(1), dropped: 0 })],
])('what is %s ends a probe\'s session', async (code, act) => {
  const { expected, identity } = injected()
  const probe = await connect()
  await probe.open(expected, identity)
  const link = controller.registry.probe(expected.podUid)!
  act(probe)
  expect((await probe.goodbye()).code).toBe(code)
  expect((await link.ended).code).toBe(code)
  expect(controller.registry.probe(expected.podUid)).toBeUndefined()
})

test('a message too large for the WebSocket ends a probe\'s session', async () => {
  const { expected, identity } = injected()
  const probe = await connect()
  await probe.open(expected, identity)
  const link = controller.registry.probe(expected.podUid)!
  probe.sendBytes(new Uint8Array(limits.frameBytes + 1))
  expect(await probe.closed).toBe('too-large')
  expect((await link.ended).code).toBe('too-large')
})

test('a frame of an unknown kind changes nothing', async () => {
  const { expected, identity } = injected()
  const probe = await connect()
  probe.sendBytes(new Uint8Array([0xa2, 0x06, 1, 0]))
  await probe.open(expected, identity)
  probe.sendBytes(new Uint8Array([0xa2, 0x06, 1, 0]))
  probe.send('cost', { rssBytes: 5, cpuMs: 6 })
  const link = controller.registry.probe(expected.podUid)!
  await expect.poll(() => link.cost).toEqual({ rssBytes: 5, cpuMs: 6 })
})

test('a probe that comes anew takes the place of its old connection', async () => {
  const { expected, identity } = injected()
  const old = await connect()
  await old.open(expected, identity)
  const fresh = await connect()
  await fresh.open(expected, identity)
  expect((await old.goodbye()).code).toBe('replaced')
  expect(controller.registry.probes().filter(link => link.session === expected.session)).toHaveLength(1)
})

test('too many strangers at once are told to come again', async () => {
  const own = stateFolder()
  const crowded = await startController(own.path, keyLines, { maxStrangers: 0 })
  try {
    const probe = await RawProbe.dial(crowded.address, crowded.keys.pins)
    expect((await probe.goodbye()).code).toBe('not-yet')
    expect(crowded.registry.counts().refused.crowded).toBe(1)
  } finally {
    await crowded.server.close()
    own.remove()
  }
})

test('who asks over plain HTTP is told to upgrade', async () => {
  const status = await new Promise(resolve => request(`https://${controller.address}/`, { rejectUnauthorized: false, agent: false }, response => {
    response.resume()
    resolve(response.statusCode)
  }).end())
  expect(status).toBe(426)
})
