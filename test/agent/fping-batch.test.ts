import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FactError } from '../../agent/facts/fact.ts'
import { createRunner, type Runner } from '../../agent/run.ts'
import { fpingBatch } from '../../agent/run/fping-batch.ts'
import { type FpingRecording, fpingRecording, fpingRecordings } from '../fping-recordings.ts'
import { quiet } from './quiet.ts'

const options = ['-r', '0', '-e', '-t', '1000', '-i', '1']
/** What was asked for in a recorded batch, a command an address. */
const askedIn = ({ argv, input = '' }: FpingRecording) => input.trim().split('\n').map(address => [...argv, address])
const split = (name: string) => fpingBatch.split(fpingRecording(name), askedIn(fpingRecording(name)))
const untimed = (text: string) => text.replace(/[\d.]+ ms/g, 'N ms')

describe('a recorded process for many', () => {
  test('tells of each address what a process of its own did', () => {
    const addresses = askedIn(fpingRecording('together')).map(argv => argv.at(-1))
    const alone = addresses.map(address => fpingRecordings.find(({ name, argv }) => !name.startsWith('together') && argv.at(-1) === address && !argv.includes('-I') && name !== 'ipv6-disabled'))
    expect(split('together')?.map(outcome => ({ ...outcome, stdout: untimed(outcome.stdout) })))
      .toEqual(alone.map(recording => recording && { exitCode: recording.exitCode, stdout: untimed(recording.stdout), stderr: recording.stderr }))
  })

  test('answers over an interface, in both families', () => {
    expect(split('together-interface')).toEqual([
      { exitCode: 0, stdout: expect.stringMatching(/^192\.0\.2\.2 is alive \([\d.]+ ms\)\n$/), stderr: '' },
      { exitCode: 0, stdout: expect.stringMatching(/^2001:db8::2 is alive \([\d.]+ ms\)\n$/), stderr: '' },
      { exitCode: 1, stdout: '192.0.2.9 is unreachable\n', stderr: '' },
    ])
  })

  test('says of the family the pod does not have why it was not asked', () => {
    expect(split('together-ipv6-disabled')?.[1]).toEqual({ exitCode: 1, stdout: '2001:db8::2 is unreachable\n', stderr: '2001:db8::2: error while sending ping: Cannot assign requested address\n' })
  })

  test('says of each address that the interface is not there', () => {
    const { exitCode, stdout, stderr } = fpingRecording('unknown-interface')
    expect(split('together-unknown-interface')).toEqual([{ exitCode, stdout, stderr }, { exitCode, stdout, stderr }])
  })

  test('keeps a second reply with its address', () => {
    expect(split('together-duplicate-machine')?.[0]?.stderr).toMatch(/^198\.51\.100\.2 : duplicate for \[0\], 64 bytes, [\d.]+ ms\n$/)
  })

  test.each(['together-other-address-replies', 'together-not-an-address', 'together-one-written-twice'])('is believed in nothing where a line is not about one address: %s', name => {
    expect(split(name)).toBeUndefined()
  })

  test('is believed in nothing where it says nothing of one address (the recording of three, asked of one more)', () => {
    expect(fpingBatch.split(fpingRecording('together-interface'), [...askedIn(fpingRecording('together-interface')), ['fping', ...options, '192.0.2.77']])).toBeUndefined()
  })
})

describe('the runner', () => {
  let folder: string
  let runner: Runner
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fping-batch-'))
    runner = createRunner({ log: quiet, path: `${folder}:/bin`, birdSockets: [], proc: folder, niceness: 0 })
  })
  afterEach(async () => {
    await runner.close()
    rmSync(folder, { recursive: true })
  })

  const ping = (words: string, pass = 'one', timeoutMs = 5000): Promise<string> =>
    runner.pass(pass).runFor(new AbortController().signal)(['fping', ...options, ...words.split(' ')], { exitCodes: [0, 1], output: 'all', timeoutMs }).catch((error: FactError) => `${error.code}: ${error.message}`)
  /** Synthetic `fping`: notes how it was called and answers as `script` says; `$input` is what it reads, without arguments of its own. */
  const fake = (script: string): void => writeFileSync(join(folder, 'fping'), `#!/bin/sh\necho "$@" >> ${folder}/calls\nshift 7; [ "$1" = -I ] && shift 2\n[ $# = 0 ] && input=$(cat) || input=$1\n${script}\n`, { mode: 0o755 })
  const calls = (): string[] => (existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : [])
  const replying = 'for address in $input; do echo "$address is alive (0.1 ms)"; done'

  test('pings that are asked for together are one process, each recorded as its own command', async () => {
    fake(replying)
    expect(await Promise.all([ping('127.0.0.1'), ping('::1')])).toEqual(['127.0.0.1 is alive (0.1 ms)\n', '::1 is alive (0.1 ms)\n'])
    expect(calls()).toEqual([options.join(' ')])
    expect(runner.pass('one').record(`fping ${options.join(' ')} ::1`)).toMatchObject({ argv: ['fping', ...options, '::1'], exitCode: 0, stdout: '::1 is alive (0.1 ms)\n' })
  })

  test('another interface is another process', async () => {
    fake(replying)
    await Promise.all([ping('-I nsm-1 127.0.0.1'), ping('-I nsm-1 127.0.0.2'), ping('127.0.0.1')])
    expect(calls().sort()).toEqual([`${options.join(' ')} -I nsm-1`, `${options.join(' ')} 127.0.0.1`].sort())
  })

  test('two passes that ask for one address at once ask it once', async () => {
    fake(replying)
    expect(await Promise.all([ping('127.0.0.1'), ping('127.0.0.2'), ping('127.0.0.1', 'two')])).toEqual(['127.0.0.1 is alive (0.1 ms)\n', '127.0.0.2 is alive (0.1 ms)\n', '127.0.0.1 is alive (0.1 ms)\n'])
    expect(calls()).toHaveLength(1)
  })

  test('one process is asked for at most 200 addresses', async () => {
    fake(replying)
    const addresses = Array.from({ length: 401 }, (_, index) => `127.0.${index >> 8}.${index & 255}`)
    expect(await Promise.all(addresses.map(address => ping(address)))).toEqual(addresses.map(address => `${address} is alive (0.1 ms)\n`))
    expect(calls().sort()).toEqual([options.join(' '), options.join(' '), `${options.join(' ')} 127.0.1.144`])
  })

  test('where its answers cannot be told apart, each address has a process of its own', async () => {
    fake(`[ $# = 0 ] && echo "what is this?" && exit\n${replying}`)
    expect(await Promise.all([ping('127.0.0.1'), ping('127.0.0.2')])).toEqual(['127.0.0.1 is alive (0.1 ms)\n', '127.0.0.2 is alive (0.1 ms)\n'])
    expect(calls()).toHaveLength(3)
  })

  test('a process that does not end is nobody\'s answer, and is not tried again for each', async () => {
    fake('exec sleep 10')
    expect(await Promise.all(['127.0.0.1', '127.0.0.2'].map(address => ping(address, 'one', 300)))).toEqual([
      `timeout: fping ${options.join(' ')} 127.0.0.1 did not end within 300 ms`, `timeout: fping ${options.join(' ')} 127.0.0.2 did not end within 300 ms`,
    ])
    expect(calls()).toHaveLength(1)
  })

  test('an image without fping says so for each address', async () => {
    await runner.close()
    runner = createRunner({ log: quiet, path: folder, birdSockets: [], proc: folder, niceness: 0 })
    expect(await Promise.all([ping('127.0.0.1'), ping('127.0.0.2')])).toEqual([
      `not-found: fping ${options.join(' ')} 127.0.0.1: there is no such program in the probe's image`, `not-found: fping ${options.join(' ')} 127.0.0.2: there is no such program in the probe's image`,
    ])
  })
})

test('the real program prints for many what it prints for one', async context => {
  const runner = createRunner({ log: quiet, birdSockets: [], niceness: 0 })
  try {
    const ping = (address: string, pass: string) => runner.pass(pass).runFor(new AbortController().signal)(['fping', ...options, address], { exitCodes: [0, 1], output: 'all' }).then(untimed)
    const addresses = ['127.0.0.1', '127.0.0.2', '255.255.255.255']
    const together = await Promise.all(addresses.map(address => ping(address, 'one'))).catch((error: FactError) => error)
    if (!Array.isArray(together)) return context.skip(`fping cannot be run here: ${together.message}`)
    const alone: string[] = []
    for (const address of addresses) alone.push(await ping(address, 'two'))
    expect(together).toEqual(alone)
    expect(together[0]).toBe('127.0.0.1 is alive (N ms)\n')
  } finally {
    await runner.close()
  }
})
