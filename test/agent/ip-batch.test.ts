import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FactError } from '../../agent/facts/fact.ts'
import { createRunner, type Runner } from '../../agent/run.ts'
import { quiet } from './quiet.ts'

let folder: string
let runner: Runner
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ip-batch-'))
  runner = createRunner({ log: quiet, path: `${folder}:/usr/sbin:/usr/bin:/sbin:/bin`, birdSockets: [], proc: folder, niceness: 0 })
})
afterEach(async () => {
  await runner.close()
  rmSync(folder, { recursive: true })
})

const run = (line: string, pass = 'one'): Promise<string> => runner.pass(pass).runFor(new AbortController().signal)(line.split(' ')).catch((error: FactError) => `${error.code}: ${error.message}`)
/** Synthetic `ip`: notes how it was called, and answers as `script` says. */
const fake = (script: string): void => writeFileSync(join(folder, 'ip'), `#!/bin/sh\necho "$@" >> ${folder}/calls\n${script}\n`, { mode: 0o755 })
const calls = (): string[] => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')

test('reads of one kind that are asked for together are one process, each recorded as its own command', async () => {
  fake('while read -r line; do echo "[\\"$line\\"]"; done')
  expect(await Promise.all([run('ip -j -4 rule'), run('ip -j -4 route show table all')])).toEqual(['["rule"]\n', '["route show table all"]\n'])
  expect(calls()).toEqual(['-j -4 -force -batch -'])
  expect(runner.pass('one').record('ip -j -4 route show table all')).toMatchObject({ argv: ['ip', '-j', '-4', 'route', 'show', 'table', 'all'], exitCode: 0, stdout: '["route show table all"]\n' })
})

test('other options are another process, and a read alone is run as it stands', async () => {
  fake('[ "$1" = -j ] && [ "$2" = -6 ] && { echo "[6]"; exit 0; }; while read -r line; do echo "[]"; done')
  expect(await Promise.all([run('ip -j -4 rule'), run('ip -j -6 rule'), run('ip -j -4 route show table all')])).toEqual(['[]\n', '[6]\n', '[]\n'])
  expect(calls().sort()).toEqual(['-j -4 -force -batch -', '-j -6 rule'])
})

test.each([
  ['ends with an error', 'case "$*" in *batch*) echo "[]"; echo "Command failed -:2" >&2; exit 1;; *) echo "[\\"$*\\"]";; esac'],
  ['fails for another reason than the kernel\'s', 'case "$*" in *batch*) echo "[]"; printf "Error: x\\nCommand failed -:2\\n" >&2; exit 1;; *) echo "[\\"$*\\"]";; esac'],
  ['prints fewer answers than commands, as old versions do for nothing', 'case "$*" in *batch*) echo "[]";; *) echo "[\\"$*\\"]";; esac'],
])('a batch that %s is believed in nothing: each command runs alone', async (_, script) => {
  fake(script)
  expect(await Promise.all([run('ip -j -4 rule'), run('ip -j -4 route show table all')])).toEqual(['["-j -4 rule"]\n', '["-j -4 route show table all"]\n'])
  expect(calls()).toHaveLength(3)
})

test('a lookup that the kernel refuses is refused alone: the others of its batch are answered', async () => {
  fake('while read -r line; do case "$line" in *127.0.0.2*) echo "RTNETLINK answers: No route to host" >&2; echo "Command failed -:2" >&2;; *) echo "[\\"$line\\"]";; esac; done; exit 1')
  expect(await Promise.all(['127.0.0.1', '127.0.0.2', '127.0.0.3'].map(address => run(`ip -j route get ${address}`)))).toEqual([
    '["route get 127.0.0.1"]\n', 'failed: ip -j route get 127.0.0.2 ended with 2: RTNETLINK answers: No route to host', '["route get 127.0.0.3"]\n',
  ])
  expect(calls()).toEqual(['-j -force -batch -'])
  expect(runner.pass('one').record('ip -j route get 127.0.0.2')).toMatchObject({ exitCode: 2, stdout: '', stderr: 'RTNETLINK answers: No route to host\n' })
})

test('askers that all leave before there is room for their batch are told so, and nothing else breaks', async () => {
  fake('exec sleep 10')
  const leaving = new AbortController()
  const asked = ['-j -4 rule', '-j -6 rule', '-j rule', '-j -4 route', '-j -6 route', '-j route'].map(words =>
    runner.pass('one').runFor(leaving.signal)(['ip', ...words.split(' ')]).catch((error: FactError) => error.message))
  while (!existsSync(join(folder, 'calls'))) await new Promise(resolve => setTimeout(resolve, 10))
  leaving.abort()
  expect(await Promise.all(asked)).toEqual(expect.arrayContaining([expect.stringMatching(/^ip -j (-4 )?(rule|route) was not run: nobody waits for it any more$/)]))
  fake('echo "[]"')
  expect(await run('ip -j -4 rule', 'two')).toBe('[]\n')
})

test('the real program prints in a batch what it prints alone', async () => {
  const lines = ['ip -j -4 rule', 'ip -j -4 route show table all', 'ip -j route get 127.0.0.1', 'ip -j route get ::1', 'ip -j route get 127.0.0.1 from 203.0.113.7']
  const together = await Promise.all(lines.map(line => run(line)))
  const alone: string[] = []
  for (const line of lines) alone.push(await run(line, 'two'))
  expect(together).toEqual(alone)
})
