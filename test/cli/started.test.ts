import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'

const root = mkdtempSync(join(tmpdir(), 'trenchscope-started-'))
const program = join(root, 'bin/trenchscope')
afterAll(() => rmSync(root, { recursive: true }))

/** A clone, as it was checked out and then built. */
beforeEach(() => {
  rmSync(root, { recursive: true })
  const files = { 'bin/cli.ts': `console.log('source', ...process.argv.slice(2))`, 'controller/main.ts': '', 'agent/facts/registry.gen.ts': '', 'package.json': '{"type":"module"}', 'dist/cli/cli.mjs': `console.log('built', process.title, ...process.argv.slice(2))` }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  cpSync(resolve(import.meta.dirname, '../../bin/trenchscope'), program)
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true })
  symlinkSync(process.execPath, join(root, 'node_modules/.bin/node'))
  const later = Date.now() / 1000 + 60
  utimesSync(join(root, 'dist/cli/cli.mjs'), later, later)
})

const run = (file: string, ...words: string[]) => execFileSync(file, words, { encoding: 'utf8', stdio: 'pipe', cwd: '/' })

test('what was built runs, with the words as they were given', () => {
  expect(run(program, 'sweep', 'a b', '*')).toBe('built trenchscope sweep a b *\n')
})

test('kubectl finds it under the name of a plugin', () => {
  symlinkSync(program, join(root, 'kubectl-trenchscope'))
  expect(run(join(root, 'kubectl-trenchscope'), '-h')).toBe('built kubectl-trenchscope -h\n')
})

test('a source that is newer than what was built runs instead', () => {
  const later = Date.now() / 1000 + 120
  utimesSync(join(root, 'controller/main.ts'), later, later)
  expect(run(program, 'checks')).toBe('source checks\n')
})

test.each([
  ['without a build it says how to build', 'agent', /not built yet: 'npm run build' in /],
  ['without a Node of its own and with an old one it says what brings one', 'node_modules', /needs Node 26; 'npm ci' in /],
])('%s, and ends with 69', (_, absent, said) => {
  rmSync(join(root, absent), { recursive: true })
  const old = join(root, 'old')
  mkdirSync(old)
  writeFileSync(join(old, 'node'), '#!/bin/sh\necho 20\n', { mode: 0o755 })
  let failed: { status?: number; stderr?: string } = {}
  try {
    execFileSync(program, [], { encoding: 'utf8', stdio: 'pipe', env: { PATH: `${old}:/usr/bin:/bin` } })
  } catch (error) {
    failed = error as typeof failed
  }
  expect([failed.status, failed.stderr]).toEqual([69, expect.stringMatching(said)])
})
