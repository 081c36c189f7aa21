import { expect, test } from 'vitest'
import { type AnyFact, type CommandRecord, commandText, defineFact, FactError, type Observation } from '../../agent/facts/fact.ts'
import { createObserver } from '../../agent/observe.ts'
import { Pass } from '../../agent/run.ts'

const links = defineFact({ id: 'links', version: 3, read: async run => (await run(['ip', 'link'])).length })
const both = defineFact({ id: 'both', version: 1, read: async run => [await run(['ip', 'link']), await run(['ip', 'rule'])] })
const slow = defineFact({ id: 'slow', version: 2, read: async run => [await run(['ip', 'rule']), await run(['ping', 'slow'])] })
const broken = defineFact({ id: 'broken', version: 1, read: async run => (await run(['ip', 'link'])).length.toFixed(1000) })
const odd = defineFact({ id: 'odd', version: 1, read: async () => { throw new SyntaxError('not a row: x') } })

type Told = { record: [number, string] } | { seen: Observation }

/** Observes with commands that print their own name at once; `ping slow` does not end before it is given up. */
async function observe(wants: readonly { fact: string; params: Observation['params'] }[], { timeoutMs = 5000, signal = new AbortController().signal }: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const told: Told[] = []
  const givenUp: string[] = []
  const perform = async (argv: readonly string[], _: unknown, { controller }: { controller: AbortController }): Promise<CommandRecord> => {
    if (argv[1] === 'slow') {
      await new Promise(resolve => controller.signal.addEventListener('abort', resolve))
      givenUp.push(commandText(argv))
      throw new FactError('timeout', 'given up')
    }
    return { argv, exitCode: 0, stdout: argv.join(' '), stderr: '', startedAt: 0, ms: 0 }
  }
  const pass = new Pass('one', perform, { maxCommands: 10, maxChars: 1000 })
  const facts: readonly AnyFact[] = [links, both, slow, broken, odd]
  await createObserver({ facts, runner: { pass: () => pass }, now: () => 7 }).observe(wants, {
    pass: 'one', timeoutMs, signal,
    onRecord: (id, record) => told.push({ record: [id, commandText(record.argv)] }),
    onObservation: seen => told.push({ seen }),
  })
  return { told, givenUp }
}

const want = (fact: string, params = {}) => ({ fact, params })
const seen = { startedAt: 7, ms: 0, params: {} }

test('an observation follows the records it names, and each record is told once', async () => {
  const { told } = await observe([want('links'), want('both')])
  expect(told).toEqual([
    { record: [1, 'ip link'] },
    { seen: { ...seen, fact: 'links', version: 3, commands: ['ip link'], data: 7 } },
    { record: [2, 'ip rule'] },
    { seen: { ...seen, fact: 'both', version: 1, commands: ['ip link', 'ip rule'], data: ['ip link', 'ip rule'] } },
  ])
})

test('a fact the probe does not know, parameters it does not take, and output it cannot read are errors of that want only', async () => {
  const { told } = await observe([want('later-fact', { a: 1 }), want('links', { x: 1 }), want('odd')])
  expect(told).toEqual([
    { seen: { ...seen, fact: 'later-fact', params: { a: 1 }, version: 0, commands: [], error: { code: 'unsupported', message: 'this probe does not know the fact later-fact' } } },
    { seen: { ...seen, fact: 'links', params: { x: 1 }, version: 3, commands: [], error: { code: 'refused', message: 'links takes no parameters, got x' } } },
    { seen: { ...seen, fact: 'odd', version: 1, commands: [], error: { code: 'unreadable', message: 'not a row: x' } } },
  ])
})

test('what is missing at the end is a timeout with the records there are, and what still runs for it is given up', async () => {
  const { told, givenUp } = await observe([want('slow'), want('links')], { timeoutMs: 50 })
  expect(told).toEqual([
    { record: [1, 'ip link'] },
    { seen: { ...seen, fact: 'links', version: 3, commands: ['ip link'], data: 7 } },
    { record: [2, 'ip rule'] },
    { seen: { ...seen, fact: 'slow', version: 2, commands: ['ip rule'], error: { code: 'timeout', message: 'slow was not read within 50 ms' } } },
  ])
  expect(givenUp).toEqual(['ping slow'])
})

test('asking that is cancelled ends at once', async () => {
  const { told, givenUp } = await observe([want('slow')], { signal: AbortSignal.timeout(10) })
  expect(told.at(-1)).toEqual({ seen: { ...seen, fact: 'slow', version: 2, commands: ['ip rule'], error: { code: 'timeout', message: 'slow was cancelled' } } })
  expect(givenUp).toEqual(['ping slow'])
})

test('a fact that breaks says so and does not take the others with it', async () => {
  const { told } = await observe([want('broken'), want('links')])
  expect(told.flatMap(one => ('seen' in one ? [[one.seen.fact, one.seen.error]] : []))).toEqual([
    ['broken', { code: 'unreadable', message: expect.stringMatching(/^broken itself failed: toFixed/) }], ['links', undefined],
  ])
})

test('many wants at once share one pass', async () => {
  const { told } = await observe(Array.from({ length: 300 }, () => want('links')))
  expect([told.length, told.filter(one => 'record' in one)]).toEqual([301, [{ record: [1, 'ip link'] }]])
})
