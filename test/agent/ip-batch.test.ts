import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

const run = (line: string): Promise<string> => runner.pass('one').runFor(new AbortController().signal)(line.split(' ')).catch((error: FactError) => `${error.code}: ${error.message}`)
/** Synthetic `ip`: notes how it was called, and answers as `script` says. */
const fake = (script: string): void => writeFileSync(join(folder, 'ip'), `#!/bin/sh\necho "$@" >> ${folder}/calls\n${script}\n`, { mode: 0o755 })
const calls = (): string[] => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')

test('reads of one kind that are asked for together are one process, each recorded as its own command', async () => {
  fake('while read -r line; do echo "[\\"$line\\"]"; done')
  expect(await Promise.all([run('ip -j -4 rule'), run('ip -j -4 route show table all')])).toEqual(['["rule"]\n', '["route show table all"]\n'])
  expect(calls()).toEqual(['-j -4 -batch -'])
  expect(runner.pass('one').record('ip -j -4 route show table all')).toMatchObject({ argv: ['ip', '-j', '-4', 'route', 'show', 'table', 'all'], exitCode: 0, stdout: '["route show table all"]\n' })
})

test('other options are another process, and a read alone is run as it stands', async () => {
  fake('[ "$1" = -j ] && [ "$2" = -6 ] && { echo "[6]"; exit 0; }; while read -r line; do echo "[]"; done')
  expect(await Promise.all([run('ip -j -4 rule'), run('ip -j -6 rule'), run('ip -j -4 route show table all')])).toEqual(['[]\n', '[6]\n', '[]\n'])
  expect(calls().sort()).toEqual(['-j -4 -batch -', '-j -6 rule'])
})

test.each([
  ['ends with an error', 'case "$*" in *batch*) echo "[]"; echo "Command failed -:2" >&2; exit 1;; *) echo "[\\"$*\\"]";; esac'],
  ['prints fewer answers than commands, as old versions do for nothing', 'case "$*" in *batch*) echo "[]";; *) echo "[\\"$*\\"]";; esac'],
])('a batch that %s is believed in nothing: each command runs alone', async (_, script) => {
  fake(script)
  expect(await Promise.all([run('ip -j -4 rule'), run('ip -j -4 route show table all')])).toEqual(['["-j -4 rule"]\n', '["-j -4 route show table all"]\n'])
  expect(calls()).toHaveLength(3)
})

test('a lookup, whose refusal is an answer, never shares a process', async () => {
  fake('echo "[\\"$*\\"]"')
  await Promise.all([run('ip -j route get 127.0.0.1'), run('ip -j route get 127.0.0.2')])
  expect(calls().sort()).toEqual(['-j route get 127.0.0.1', '-j route get 127.0.0.2'])
})

test('the real program prints in a batch what it prints alone', async () => {
  const lines = ['ip -j -4 rule', 'ip -j -4 route show table all']
  const together = await Promise.all(lines.map(run))
  const alone: string[] = []
  for (const line of lines) alone.push(await runner.pass('two').runFor(new AbortController().signal)(line.split(' ')))
  expect(together).toEqual(alone)
})
