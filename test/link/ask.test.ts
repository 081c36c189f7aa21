import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Observation } from '../../agent/facts/fact.ts'
import type { ProbeLink } from '../../controller/link/link.ts'
import { limits } from '../../proto/limits.ts'
import { bundle, runAgent, type RunningAgent, someExpected } from './agent.ts'
import { KeyLines, startController, stateFolder } from './controller.ts'

const folder = stateFolder()
const keyLines = new KeyLines()
let built: Awaited<ReturnType<typeof bundle>>
let controller: Awaited<ReturnType<typeof startController>>
let link: ProbeLink

const left = new AsyncDisposableStack()
left.defer(folder.remove)

beforeAll(async () => {
  built = await bundle('test/link/scripted-agent.ts')
  left.defer(built.remove)
  controller = await startController(folder.path, keyLines)
  left.defer(() => controller.server.close())
  ;({ link } = await inject())
})
afterAll(() => left.disposeAsync())

async function inject(environment: Record<string, string> = {}): Promise<{ agent: RunningAgent; link: ProbeLink }> {
  const expected = someExpected()
  controller.registry.expect(expected)
  const running = runAgent(built.file, expected, { ...controller.environment, ...environment })
  left.defer(() => void running.child.kill('SIGKILL'))
  keyLines.lines.set(`${expected.pod}/${expected.container}`, { key: (await running.keyLine).key, containerId: 'containerd://1' })
  return { agent: running, link: await controller.registry.waitFor(expected.podUid, AbortSignal.timeout(15_000)) }
}

/** What came of each fact: its data, or its error. */
function told(observations: readonly Observation[]): Record<string, unknown> {
  return Object.fromEntries(observations.map(({ fact, data, error }) => [fact, error ?? data]))
}

test('an ask is answered with observations and the records they stand on', async () => {
  const seen: Observation[] = []
  const answer = await link.ask([{ fact: 'echo', params: { word: 'hi' } }, { fact: 'twice', params: { word: 'hi' } }, { fact: 'absent', params: {} }], { pass: 'p1', timeoutMs: 5000, onObservation: each => seen.push(each) })
  expect(answer.observations.map(({ startedAt: _, ms: __, ...rest }) => rest)).toEqual([
    { fact: 'echo', version: 3, params: { word: 'hi' }, commands: ['echo hi'], data: 'hi\n' },
    { fact: 'twice', version: 1, params: { word: 'hi' }, commands: ['echo hi', 'echo again'], data: ['hi\n', 'again\n'] },
    { fact: 'absent', version: 1, params: {}, commands: [], error: { code: 'not-found', message: 'there is none' } },
  ])
  expect(answer.records.map(({ startedAt: _, ...rest }) => rest)).toEqual([
    { argv: ['echo', 'hi'], exitCode: 0, stdout: 'hi\n', stderr: '', ms: 1 },
    { argv: ['echo', 'again'], exitCode: 0, stdout: 'again\n', stderr: '', ms: 1 },
  ])
  expect(seen).toEqual(answer.observations)
})

test('the probe says which facts it knows and what it costs', async () => {
  expect([...link.facts]).toEqual([['echo', 3], ['twice', 1], ['large', 1], ['absent', 1], ['never', 1], ['broken', 1]])
  await expect.poll(() => link.cost.rssBytes).toBeGreaterThan(1 << 20)
  expect(link.cost.cpuMs).toBeGreaterThan(0)
})

test('its clock is known within an error', async () => {
  await expect.poll(() => link.clock).toBeDefined()
  const { offsetMs, errorMs } = link.clock!
  // one machine, one clock
  expect(Math.abs(offsetMs)).toBeLessThanOrEqual(errorMs)
})

test('what does not come in time is a timeout, what came stands', async () => {
  const { observations } = await link.ask([{ fact: 'never', params: {} }, { fact: 'echo', params: { word: 'x' } }], { pass: 'p2', timeoutMs: 100 })
  expect(told(observations)).toEqual({ echo: 'x\n', never: { code: 'timeout', message: `never of ${link.pod} (trenchscope-0001) did not come within 100 ms` } })
})

test('an asker who leaves is answered at once, and the probe stops', async () => {
  const leave = new AbortController()
  const { observations } = await link.ask([{ fact: 'never', params: {} }, { fact: 'echo', params: { word: 'x' } }], { pass: 'p3', timeoutMs: 60_000, signal: leave.signal, onObservation: ({ fact }) => { if (fact === 'echo') leave.abort() } })
  expect(told(observations)).toEqual({ echo: 'x\n', never: { code: 'timeout', message: `never of ${link.pod} (trenchscope-0001) was cancelled` } })
  // more asks than may be under way: each of them has ended in the probe, too
  for (let time = 0; time <= limits.asks; time += 1) {
    const gone = AbortSignal.timeout(5)
    await link.ask([{ fact: 'never', params: {} }], { pass: 'p3', timeoutMs: 60_000, signal: gone })
    await link.ask([{ fact: 'echo', params: { word: 'x' } }], { pass: 'p3', timeoutMs: 5000 })
  }
})

test('who left before is not asked for', async () => {
  const { observations } = await link.ask([{ fact: 'echo', params: { word: 'x' } }], { pass: 'p4', timeoutMs: 5000, signal: AbortSignal.abort() })
  expect(told(observations)).toEqual({ echo: { code: 'timeout', message: `echo of ${link.pod} (trenchscope-0001) was not asked: the asker had left` } })
})

test('equal wants are one', async () => {
  const want = { fact: 'echo', params: { word: 'x' } }
  const { observations } = await link.ask([want, want], { pass: 'p5', timeoutMs: 5000 })
  expect(observations).toHaveLength(1)
})

test('an observer that breaks leaves its facts failed, and the probe answers on', async () => {
  const { observations } = await link.ask([{ fact: 'broken', params: {} }], { pass: 'p6', timeoutMs: 5000 })
  expect(told(observations)).toEqual({ broken: { code: 'failed', message: 'the probe ended the ask without broken' } })
  expect(told((await link.ask([{ fact: 'echo', params: { word: 'x' } }], { pass: 'p6', timeoutMs: 5000 })).observations)).toEqual({ echo: 'x\n' })
})

test('data too long to travel is an error, not the end of the session', async () => {
  const { observations } = await link.ask([{ fact: 'large', params: { bytes: limits.textBytes } }], { pass: 'p7', timeoutMs: 20_000 })
  expect(told(observations)).toEqual({ large: { code: 'too-long', message: `large is ${limits.textBytes + 2} bytes of data; ${limits.textBytes} may travel` } })
  const { observations: almost } = await link.ask([{ fact: 'large', params: { bytes: limits.textBytes - 2 } }], { pass: 'p7', timeoutMs: 20_000 })
  expect((almost[0]!.data as string).length).toBe(limits.textBytes - 2)
})

test('more asks at once than may be are refused, one by one', async () => {
  const leave = new AbortController()
  const asks = Array.from({ length: limits.asks + 1 }, () => link.ask([{ fact: 'never', params: {} }], { pass: 'p8', timeoutMs: 60_000, signal: leave.signal }))
  const last = await asks.at(-1)!
  leave.abort()
  await Promise.all(asks)
  expect(told(last.observations)).toEqual({ never: { code: 'refused', message: `never of ${link.pod} (trenchscope-0001) was not asked: ${limits.asks} asks are under way` } })
})

test('a probe that is killed in the middle of an ask is gone, what came stands', async () => {
  const victim = await inject()
  const { observations } = await victim.link.ask([{ fact: 'never', params: {} }, { fact: 'echo', params: { word: 'x' } }], { pass: 'p9', timeoutMs: 60_000, onObservation: ({ fact }) => { if (fact === 'echo') victim.agent.child.kill('SIGKILL') } })
  expect(observations.map(({ fact, data, error }) => [fact, error?.code ?? data])).toEqual([['echo', 'x\n'], ['never', 'gone']])
  const after = await victim.link.ask([{ fact: 'echo', params: { word: 'x' } }], { pass: 'p9', timeoutMs: 60_000 })
  expect(after.observations.map(({ error }) => error?.code)).toEqual(['gone'])
  expect(controller.registry.probe(victim.link.podUid)).toBeUndefined()
})

test('a probe that stops answering is gone after a few pings', async () => {
  const folderOfIts = stateFolder()
  const hasty = await startController(folderOfIts.path, keyLines, { pingEveryMs: 100 })
  const expected = someExpected()
  hasty.registry.expect(expected)
  const victim = runAgent(built.file, expected, hasty.environment)
  try {
    keyLines.lines.set(`${expected.pod}/${expected.container}`, { key: (await victim.keyLine).key, containerId: 'containerd://1' })
    const its = await hasty.registry.waitFor(expected.podUid, AbortSignal.timeout(15_000))
    victim.child.kill('SIGSTOP')
    const { observations } = await its.ask([{ fact: 'echo', params: { word: 'x' } }], { pass: 'p10', timeoutMs: 60_000 })
    expect(observations.map(({ error }) => error?.code)).toEqual(['gone'])
    expect((await its.ended).code).toBe('silent')
  } finally {
    victim.child.kill('SIGKILL')
    await hasty.server.close()
    folderOfIts.remove()
  }
})
