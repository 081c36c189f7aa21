import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { LinkKeys } from '../../controller/link/keys.ts'
import { bundle, runAgent, type RunningAgent, someExpected } from './agent.ts'
import { KeyLines, startController, stateFolder } from './controller.ts'
import { RawProbe } from './raw-probe.ts'

const folder = stateFolder()
const keyLines = new KeyLines()
const agents: RunningAgent[] = []
let built: Awaited<ReturnType<typeof bundle>>
let controller: Awaited<ReturnType<typeof startController>>

const left = new AsyncDisposableStack()
left.defer(folder.remove)

beforeAll(async () => {
  built = await bundle('agent/main.ts')
  left.defer(built.remove)
  controller = await startController(folder.path, keyLines)
  left.defer(() => controller.server.close())
})
afterEach(async () => {
  for (const agent of agents) agent.child.kill('SIGKILL')
  await Promise.all(agents.splice(0).map(agent => agent.ended))
})
afterAll(() => left.disposeAsync())

/** Starts the real probe as the kubelet would; its key line is readable from when it is written. */
function start(environment: Record<string, string> = {}, options: readonly string[] = [], expected = someExpected()) {
  const agent = runAgent(built.file, expected, { ...controller.environment, ...environment }, options)
  agents.push(agent)
  void agent.keyLine.then(({ key }) => keyLines.lines.set(`${expected.pod}/${expected.container}`, { key, containerId: 'containerd://1' }), () => undefined)
  return { agent, expected, welcome: (registry = controller.registry) => registry.waitFor(expected.podUid, AbortSignal.timeout(15_000)) }
}

function inject(environment: Record<string, string> = {}, options: readonly string[] = []) {
  const expected = someExpected()
  controller.registry.expect(expected)
  return start(environment, options, expected)
}

test('the bundle holds no code of the controller', () => {
  expect(built.inputs.filter(input => input.startsWith('controller/'))).toEqual([])
})

test('before anything else it gives way to the pod and says its key, then it loads the rest', async () => {
  const { agent, welcome } = inject({}, ['--require', join(import.meta.dirname, 'load-order.cjs')])
  await welcome()
  const order = agent.stderr().split('\n')
  const own = order.slice(order.findIndex(line => line.endsWith('agent.cjs')) + 1)
  expect(own.slice(0, 4)).toEqual(['load node:crypto', 'load node:fs', 'file /proc/self/oom_score_adj', 'write'])
  expect(own.slice(4)).toEqual(expect.arrayContaining(['load node:tls', 'load https', 'load zlib', 'load node:child_process']))
})

test('its standard output is the key line and nothing more', async () => {
  const { agent, expected, welcome } = inject()
  const link = await welcome()
  await link.ask([{ fact: 'ip-links', params: {} }], { pass: 'p1', timeoutMs: 10_000 })
  agent.child.kill('SIGTERM')
  expect(await agent.ended).toBe(0)
  expect((await link.ended).code).toBe('leaving')
  const { key, ...line } = await agent.keyLine
  expect(line).toEqual({ trenchscope: 1, session: expected.session, version: 'dev' })
  expect(Buffer.from(key, 'base64url')).toHaveLength(32)
  expect(agent.stdout().split('\n')).toEqual([expect.stringContaining(key), ''])
})

test('the real probe reads real facts', async () => {
  const { welcome } = inject()
  const link = await welcome()
  const { observations, records } = await link.ask([{ fact: 'ip-links', params: {} }, { fact: 'ping', params: { address: '127.0.0.1' } }], { pass: 'p1', timeoutMs: 15_000 })
  expect(observations.map(({ fact, error, commands }) => [fact, error, commands]).sort()).toEqual([
    ['ip-links', undefined, ['ip -j -d -s addr']],
    ['ping', undefined, ['fping -r 0 -e -t 1000 -i 1 127.0.0.1']],
  ])
  expect(records.map(({ argv, exitCode }) => [argv[0], exitCode]).sort()).toEqual([['fping', 0], ['ip', 0]])
})

test('out of memory, it goes before the pod\'s own programs', async () => {
  const { agent } = start()
  await agent.keyLine
  expect(readFileSync(`/proc/${agent.child.pid}/oom_score_adj`, 'utf8')).toBe('1000\n')
})

test('started after its time it ends at once and says nothing', async () => {
  const { agent } = inject({ TRENCHSCOPE_START_BY: String(Math.floor(Date.now() / 1000) - 1) })
  expect(await agent.ended).toBe(0)
  expect(agent.stdout()).toBe('')
})

test('an environment that is not the injector\'s is fatal, each fault named', async () => {
  const { agent } = inject({ TRENCHSCOPE_CONTROLLERS: 'controller.red:7443', TRENCHSCOPE_PINS: 'short', TRENCHSCOPE_POD: 'lb-1' })
  expect(await agent.ended).toBe(70)
  const fatal = (JSON.parse(agent.stdout().split('\n')[1]!) as { fatal: string }).fatal
  expect(fatal.split('\n')[0]).toBe('RangeError: the probe cannot start: TRENCHSCOPE_CONTROLLERS: "controller.red:7443" is not a literal address:port; TRENCHSCOPE_PINS: "short" is not a SHA-256 in base64url; TRENCHSCOPE_POD="lb-1"')
})

test('a probe whose session the controller does not know ends', async () => {
  const { agent } = start()
  expect(await agent.ended).toBe(0)
})

test('a probe that is not wanted any more ends', async () => {
  const { agent, expected, welcome } = inject()
  const link = await welcome()
  await controller.registry.forget(expected.session, 'the pod is gone')
  expect(await agent.ended).toBe(0)
  expect(await link.ended).toEqual({ by: 'controller', code: 'killed', message: 'the pod is gone' })
})

test('to a controller with another key it says nothing', async () => {
  const impostorFolder = stateFolder()
  let met = 0
  let heard = 0
  const { promise: metTwice, resolve } = Promise.withResolvers<void>()
  const impostor = createTlsServer(new LinkKeys(impostorFolder.path).identity, socket => {
    socket.on('data', chunk => { heard += chunk.length }).on('error', () => undefined)
  })
  // it may leave before its end of the TLS handshake has come
  impostor.on('connection', socket => socket.on('close', () => {
    met += 1
    if (met === 2) resolve()
  }))
  await new Promise<void>(listening => impostor.listen(0, '127.0.0.1', listening))
  try {
    const { agent } = inject({ TRENCHSCOPE_CONTROLLERS: `127.0.0.1:${(impostor.address() as { port: number }).port}` })
    await metTwice
    agent.child.kill('SIGKILL')
    await agent.ended
    expect(heard).toBe(0)
  } finally {
    impostor.close()
    impostorFolder.remove()
  }
})

test('it finds the controller that listens, whichever of the addresses it is', async () => {
  const { welcome } = inject({ TRENCHSCOPE_CONTROLLERS: `127.0.0.1:1,[::1]:1,${controller.address}` })
  expect((await welcome()).version).toBe('dev')
})

test('a controller that restarts takes its probes over, without reading their logs again', async () => {
  const own = stateFolder()
  const first = await startController(own.path, keyLines)
  const expected = someExpected()
  first.registry.expect(expected)
  const { agent, welcome } = start(first.environment, [], expected)
  await welcome(first.registry)
  const { port } = first.server.address
  await first.server.close()
  const asked = keyLines.asked
  const second = await startController(own.path, keyLines, { port })
  try {
    const link = await welcome(second.registry)
    expect({ pod: link.pod, container: link.container }).toEqual({ pod: expected.pod, container: expected.container })
    expect(keyLines.asked).toBe(asked)
    agent.child.kill('SIGTERM')
    expect(await agent.ended).toBe(0)
  } finally {
    await second.server.close()
    own.remove()
  }
})

test('a controller that does not know its probes yet lets them wait', async () => {
  const own = stateFolder()
  const unsettled = await startController(own.path, keyLines, { settled: false })
  try {
    const { expected, welcome } = start(unsettled.environment)
    await expect.poll(() => unsettled.registry.counts().refused['session-unknown'], { timeout: 15_000 }).toBeGreaterThan(1)
    unsettled.registry.expect(expected)
    unsettled.registry.settle()
    await welcome(unsettled.registry)
    const { agent } = start(unsettled.environment)
    expect(await agent.ended).toBe(0)
  } finally {
    await unsettled.server.close()
    own.remove()
  }
})

test('link keys change twice in one session without losing the probe', async () => {
  const own = stateFolder()
  const first = await startController(own.path, keyLines)
  const expected = someExpected()
  first.registry.expect(expected)
  const { welcome } = start(first.environment, [], expected)
  await welcome(first.registry)
  const given = first.keys.pins
  first.server.rotateKeys()
  first.server.rotateKeys()
  // whoever connects meets the new key
  ;(await RawProbe.dial(first.address, first.keys.pins.slice(0, 1))).close()
  const { port } = first.server.address
  await first.server.close()
  const second = await startController(own.path, keyLines, { port })
  try {
    await welcome(second.registry)
    expect(second.keys.pins).toEqual(first.keys.pins)
    expect(given).not.toContain(second.keys.pins[0])
  } finally {
    await second.server.close()
    own.remove()
  }
})
