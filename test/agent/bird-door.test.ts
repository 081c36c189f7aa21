import { linkSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { commandText, type RunOptions } from '../../agent/facts/fact.ts'
import { birdLimits } from '../../agent/run/bird-session.ts'
import { createRunner, type Runner, type RunnerOptions } from '../../agent/run.ts'
import { type BirdDouble, birdDouble, type BirdDoubleOptions } from './bird-double.ts'
import { quiet, until } from './quiet.ts'

let folder: string
let socket: string
let bird: BirdDouble | undefined
let runner: Runner

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bird-door-'))
  socket = join(folder, 'bird.ctl')
  begin()
})

afterEach(async () => {
  await runner.close()
  await bird?.close()
  bird = undefined
  rmSync(folder, { recursive: true })
})

const begin = (options: Partial<RunnerOptions> = {}): Runner => (runner = createRunner({ log: quiet, birdSockets: [join(folder, 'absent.ctl'), socket], proc: folder, birdIdleMs: 60_000, ...options }))
const start = async (options?: BirdDoubleOptions): Promise<BirdDouble> => (bird = await birdDouble(socket, options))
const ask = (pass: string, command: string, options?: RunOptions): Promise<string> =>
  runner.pass(pass).runFor(new AbortController().signal)(['birdc', ...command.split(' ')], options).catch(error => `${error.code}: ${error.message}`)

interface Recorded {
  readonly raw: readonly { readonly command: string; readonly code: number | null; readonly reply: string }[]
}

/** What a real BIRD sent, recorded. */
function recorded(version: string): { welcome: string; replies: Record<string, string> } {
  const file = join(import.meta.dirname, `../fixtures/bird/${version}/healthy-bgp-bfd/record.json`)
  const { raw } = JSON.parse(readFileSync(file, 'utf8')) as Recorded
  const [welcome, ...rest] = raw
  return { welcome: welcome?.reply ?? '', replies: Object.fromEntries(rest.reverse().map(({ command, reply }) => [command, reply])) }
}

describe.each(['2.0.8', '2.0.12', '2.14', '2.17.5', '2.20.0', '3.1.4', '3.1.7', '3.4.0'])('the recorded BIRD %s', version => {
  const { welcome, replies } = recorded(version)

  test('is restricted first, asked over one connection, and its bytes are the record, welcome line first', async () => {
    const double = await start({ welcome, replies: { ...replies, restrict: '0016 Access restricted\n', 'timeformat iso long us': '0000 \n' }, chunkBytes: 7 })
    const commands = ['show status', 'show protocols all', 'show bfd sessions', 'show route count', 'show interfaces', 'show memory']
    const said = await Promise.all(commands.map(command => ask('one', command)))
    expect(said).toEqual(commands.map(command => welcome + replies[command]))
    const timeformat = ['2.17.5', '2.20.0', '3.1.4', '3.1.7', '3.4.0'].includes(version) ? ['timeformat iso long us'] : []
    expect(double.sessions).toEqual([['restrict', ...timeformat, ...commands]])
  })
})

test('two passes share the one connection', async () => {
  const double = await start({ replies: { 'show status': '0013 Daemon is up and running\n' } })
  await Promise.all(['one', 'two', 'three'].map(pass => ask(pass, 'show status')))
  expect([double.mostOpen(), double.sessions]).toEqual([1, [['restrict', 'show status', 'show status', 'show status']]])
})

test('an error of BIRD is an answer with exit code 1, as of birdc', async () => {
  await start({ replies: { 'show protocols "XX-*"': '8003 No protocols match\n' } })
  expect(await ask('one', 'show protocols "XX-*"', { exitCodes: [0, 1] })).toBe('0001 BIRD 2.0.12 ready.\n8003 No protocols match\n')
  expect(runner.pass('one').record(`birdc show protocols '"XX-*"'`)?.exitCode).toBe(1)
})

test('a BIRD that does not confirm restrict is asked nothing', async () => {
  const double = await start({ replies: { restrict: '9001 syntax error\n' } })
  expect(await ask('one', 'show status')).toBe('refused: birdc show status: BIRD did not confirm restrict, so it is not asked anything: 9001 syntax error')
  expect(double.sessions).toEqual([['restrict']])
})

test('lines that start with + end no reply, and neither do codes with a dash', async () => {
  const reply = '1000-BIRD 2.0.12\n+<INFO> 0013 Reloading\n 0013 not the end\n0013 Daemon is up and running\n'
  await start({ replies: { 'show status': reply }, chunkBytes: 3 })
  expect(await ask('one', 'show status')).toBe(`0001 BIRD 2.0.12 ready.\n${reply}`)
})

test('the connection is closed when it was not used for a while, and at the end of the last pass', async () => {
  begin({ birdIdleMs: 20 })
  const double = await start({ replies: { 'show status': '0013 up\n' } })
  await ask('one', 'show status')
  await until(() => double.open() === 0)
  await ask('two', 'show status')
  runner.end('one')
  runner.end('two')
  await until(() => double.open() === 0)
  expect(double.sessions).toHaveLength(2)
})

describe('a BIRD that hangs', () => {
  beforeEach(() => {
    begin({ birdLimits: { ...birdLimits, welcomeMs: 300, replyMs: 300 } })
  })

  test('before its welcome is waited for once in a pass', async () => {
    const double = await start({ silent: ['welcome'] })
    const said = await Promise.all(['show status', 'show memory'].map(command => ask('one', command)))
    expect(said).toEqual([
      'timeout: birdc show status: BIRD accepted the connection but said nothing: it hangs (300 ms)',
      'timeout: birdc show memory: BIRD accepted the connection but said nothing: it hangs (300 ms)',
    ])
    await until(() => double.open() === 0)
    expect(double.sessions).toHaveLength(1)
    await ask('two', 'show status')
    expect(double.sessions).toHaveLength(2)
  })

  test('in the middle of a reply', async () => {
    const double = await start({ silent: ['show memory'] })
    expect(await ask('one', 'show memory')).toBe('timeout: birdc show memory: BIRD did not answer: it hangs (300 ms)')
    await until(() => double.open() === 0)
  })
})

describe('a long reply', () => {
  const lines = (bytes: number): string => `1007-${'x'.repeat(95)}\n`.repeat(bytes / 101)

  test('is read to its final line', async () => {
    const reply = `${lines(1_000_000)}0000 \n`
    await start({ replies: { 'show route count': reply } })
    expect(await ask('one', 'show route count')).toBe(`0001 BIRD 2.0.12 ready.\n${reply}`)
  })

  test.each([
    ['of more than 1 MiB', lines(20_000_000), `BIRD's reply is longer than 1048576 bytes`],
    ['in one line of more than 64 kB', 'x'.repeat(20_000_000), 'BIRD sent a line of more than 65536 bytes'],
  ])('%s closes the connection, and BIRD keeps nothing for us', async (_, reply, said) => {
    const double = await start({ replies: { 'show route count': reply, 'show status': '0013 up\n' } })
    expect(await ask('one', 'show route count')).toBe(`too-long: birdc show route count: ${said}`)
    await until(() => double.unread() === 0)
    expect(await ask('one', 'show status')).toBe('0001 BIRD 2.0.12 ready.\n0013 up\n')
    expect([double.mostOpen(), double.sessions.length]).toEqual([1, 2])
  })
})

describe('listing BFD sessions', () => {
  const replies = { 'show bfd sessions': '0000 \n', 'show bfd sessions all': '0000 \n', 'show bfd sessions \'NBR-BFD\'': '0000 \n' }

  test.each(['3.0.0', '3.0.9', '3.1.0', '3.1.4', '3.1.6', '3.2.0', '3.2.1', 'unknown-build'])('happens once per pass on %s, which may abort', async version => {
    const double = await start({ welcome: `0001 BIRD ${version} ready.\n`, replies })
    const said = await Promise.all(Object.keys(replies).map(command => ask('one', command)))
    expect(said.slice(1)).toEqual(Object.keys(replies).slice(1).map(command => `refused: ${commandText(['birdc', ...command.split(' ')])}: BIRD ${version} may abort when BFD sessions are listed; it was asked once in this pass already`))
    expect(double.sessions.flat().filter(command => command.includes('bfd'))).toEqual(['show bfd sessions'])
    expect(await ask('two', 'show bfd sessions')).toContain('0000 \n')
  })

  test.each(['2.0.12', '2.17.5', '3.1.7', '3.2.2', '3.3.0', '3.4.0'])('is not limited on %s', async version => {
    const double = await start({ welcome: `0001 BIRD ${version} ready.\n`, replies })
    await Promise.all(Object.keys(replies).map(command => ask('one', command)))
    expect(double.sessions.flat().filter(command => command.includes('bfd'))).toEqual(Object.keys(replies))
  })
})

describe('where no BIRD answers', () => {
  test('the places that were tried are named', async () => {
    expect(await ask('one', 'show status')).toBe(`not-found: birdc show status: no control socket at ${folder}/absent.ctl, ${socket}: BIRD does not run, or its socket is where the probe cannot see it`)
  })

  test('a socket left behind says that BIRD died', async () => {
    const dead = createServer().listen(`${socket}-dead`)
    await new Promise(resolve => dead.once('listening', resolve))
    linkSync(`${socket}-dead`, socket)
    await new Promise(resolve => dead.close(resolve))
    expect(await ask('one', 'show status')).toBe(`refused: birdc show status: ${socket}: nobody listens at the control socket: BIRD died or was killed and left it behind (ECONNREFUSED)`)
  })

  test('one that hangs up without a word has failed', async () => {
    const double = await start({ silent: ['show status'] })
    const asked = ask('one', 'show status')
    await until(() => double.sessions.flat().includes('show status'))
    double.hangUp()
    expect(await asked).toBe('failed: birdc show status: BIRD closed the connection before its answer ended')
  })
})
