import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FactError, type RunOptions } from '../../agent/facts/fact.ts'
import { createRunner, type Runner, type RunnerOptions } from '../../agent/run.ts'
import { quiet, until } from './quiet.ts'

let folder: string
let runner: Runner
const begin = (options: Partial<RunnerOptions> = {}): Runner => (runner = createRunner({ log: quiet, path: `${folder}:/usr/sbin:/usr/bin:/sbin:/bin`, birdSockets: [], proc: folder, ...options }))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-'))
  begin()
})
afterEach(async () => {
  await runner.close()
  rmSync(folder, { recursive: true })
})

/** A program found before the real one: `ss` and `ls` here are shell scripts. */
const program = (name: string, script: string): void => writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
const said = (file: string): string => {
  try {
    return readFileSync(join(folder, file), 'utf8')
  } catch {
    return ''
  }
}
const run = (pass: string, line: string, options?: RunOptions, signal = new AbortController().signal): Promise<string> =>
  runner.pass(pass).runFor(signal)(line.split(' '), options).catch((error: FactError) => `${error.code}: ${error.message}`)

test('a command is recorded as it ran', async () => {
  let clock = 1000
  begin({ now: () => (clock += 5) })
  program('ss', 'echo out; echo err >&2; exit 3')
  expect(await run('one', 'ss -a', { exitCodes: [3] })).toBe('out\n')
  expect(runner.pass('one').record('ss -a')).toEqual({ argv: ['ss', '-a'], exitCode: 3, stdout: 'out\n', stderr: 'err\n', startedAt: 1005, ms: 5 })
})

test('the probe itself and what it starts give way: they run with niceness 10', async () => {
  program('ss', 'cut -d " " -f 19 /proc/self/stat')
  expect([await run('one', 'ss -a'), getPriority()]).toEqual(['10\n', 10])
})

test('a program gets no shell, no input, no environment of the probe, and a process group of its own', async () => {
  program('ss', 'env | grep -v -e ^PWD= -e ^SHLVL= -e ^_= | sort; cat; [ "$(cut -d " " -f 5 /proc/$$/stat)" = $$ ] && echo own group')
  process.env['RUN_TEST_SECRET'] = 'x'
  expect(await run('one', 'ss -a')).toBe(`LC_ALL=C\nPATH=${folder}:/usr/sbin:/usr/bin:/sbin:/bin\nown group\n`)
  delete process.env['RUN_TEST_SECRET']
})

test('what is not known to change nothing is not run', async () => {
  program('ip', `echo ran > ${folder}/ran`)
  expect(await run('one', 'ip link set eth0 down')).toMatch(/^refused: ip link set eth0 down was not run: /)
  expect(said('ran')).toBe('')
})

test('a program the image lacks is not found', async () => {
  begin({ path: folder })
  expect(await run('one', 'conntrack -C')).toBe(`not-found: conntrack -C: there is no such program in the probe's image`)
})

test('at its time limit a program is killed, with all it started', async () => {
  program('ss', `sleep 600 & echo $! > ${folder}/child; echo early; wait`)
  expect(await run('one', 'ss -a', { timeoutMs: 700 })).toBe('timeout: ss -a did not end within 700 ms')
  expect(runner.pass('one').record('ss -a')).toMatchObject({ exitCode: null, stdout: 'early\n' })
  const pid = said('child').trim()
  expect(pid).not.toBe('')
  await until(() => gone(pid))
})

test('at its byte limit a program is killed; what came is kept', async () => {
  program('ss', `echo $$ > ${folder}/pid; yes`)
  expect(await run('one', 'ss -a', { maxBytes: 10 })).toBe('too-long: ss -a printed more than 10 bytes')
  expect(runner.pass('one').record('ss -a')?.stdout).toBe('y\ny\ny\ny\ny\n')
  await until(() => gone(said('pid').trim()))
})

test('exactly the byte limit is not too long', async () => {
  program('ss', 'printf 0123456789')
  expect(await run('one', 'ss -a', { maxBytes: 10 })).toBe('0123456789')
})

test('at most two programs run at once', async () => {
  program('ss', `echo + >> ${folder}/log; sleep 0.1; echo - >> ${folder}/log`)
  await Promise.all(['-a', '-n', '-t', '-u', '-x', '-p'].map(option => run('one', `ss ${option}`)))
  const most = said('log').trim().split('\n').reduce(({ now, most }, mark) => ({ now: now + (mark === '+' ? 1 : -1), most: Math.max(most, now + (mark === '+' ? 1 : -1)) }), { now: 0, most: 0 }).most
  expect(most).toBe(2)
})

test('equal commands run once in a pass, and again in the next', async () => {
  program('ss', `echo x >> ${folder}/log; cat ${folder}/log`)
  expect(await Promise.all([run('one', 'ss -a'), run('one', 'ss -a')])).toEqual(['x\n', 'x\n'])
  expect([await run('one', 'ss -a'), await run('two', 'ss -a')]).toEqual(['x\n', 'x\nx\n'])
})

test('a shared record is judged by the exit codes of each asker', async () => {
  program('ss', 'echo no >&2; exit 2')
  expect(await Promise.all([run('one', 'ss -a', { exitCodes: [0, 2], output: 'all' }), run('one', 'ss -a')])).toEqual(['no\n', 'failed: ss -a ended with 2: no'])
})

test('a command goes on while one of its askers waits, and ends when the last one left', async () => {
  program('ss', `echo $$ > ${folder}/pid; sleep 600`)
  const [first, second] = [new AbortController(), new AbortController()]
  const asked = Promise.all([run('one', 'ss -a', {}, first.signal), run('one', 'ss -a', {}, second.signal)])
  await until(() => said('pid') !== '')
  first.abort()
  expect(gone(said('pid').trim())).toBe(false)
  second.abort()
  expect(await asked).toEqual(Array(2).fill('timeout: ss -a was ended because nobody waits for it any more'))
  await until(() => gone(said('pid').trim()))
  program('ss', 'echo again')
  expect(await run('one', 'ss -a')).toBe('again\n')
})

test('a command whose asker left before there was room is not begun', async () => {
  program('ss', `echo x >> ${folder}/log; while [ ! -e ${folder}/go ]; do sleep 0.02; done`)
  program('ls', `echo ran > ${folder}/ran`)
  const busy = Promise.all([run('one', 'ss -a'), run('one', 'ss -n')])
  await until(() => said('log') === 'x\nx\n')
  const asker = new AbortController()
  const asked = run('one', 'ls /', {}, asker.signal)
  asker.abort()
  writeFileSync(join(folder, 'go'), '')
  await busy
  expect([await asked, said('ran')]).toEqual(['timeout: ls / was not run: nobody waits for it any more', ''])
})

test('secrets are cut before the fact reads the output', async () => {
  program('ls', `echo 'password "s3cret";'`)
  expect(await run('one', 'ls /')).toBe('password "<cut>";\n')
})

test('two passes are kept, the least used is forgotten first', async () => {
  program('ss', 'echo x')
  for (const pass of ['one', 'two', 'one', 'three']) await run(pass, 'ss -a')
  const known = (pass: string): boolean => runner.pass(pass).record('ss -a') !== undefined
  expect([known('three'), known('one'), known('two')]).toEqual([true, true, false])
})

test('a pass takes no more than its share of commands and of output', async () => {
  begin({ maxCommandsPerPass: 2 })
  program('ss', 'echo 0123456789')
  expect([await run('one', 'ss -a'), await run('one', 'ss -n'), await run('one', 'ss -t')]).toEqual(['0123456789\n', '0123456789\n', 'too-long: ss -t was not run: the pass has asked for 2 commands already'])
  begin({ maxCharsPerPass: 11 })
  expect([await run('one', 'ss -a'), await run('one', 'ss -n')]).toEqual(['0123456789\n', 'too-long: ss -n was not run: the pass holds 11 characters of output already'])
})

test('a probe that leaves ends what it runs, and runs nothing more', async () => {
  program('ss', `echo $$ > ${folder}/pid; sleep 600`)
  const asked = run('one', 'ss -a')
  await until(() => said('pid') !== '')
  await runner.close()
  expect(await asked).toBe('timeout: ss -a was ended because nobody waits for it any more')
  await until(() => gone(said('pid').trim()))
  expect(await run('one', 'ss -n')).toBe('refused: ss -n was not run: the probe is leaving')
  await runner.close()
})

/** Ended; a zombie that its new parent has not looked after yet counts. */
function gone(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').startsWith('Z')
  } catch {
    return true
  }
}
