import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ls } from '../../agent/run/ls.ts'
import { defaultLimits } from '../../agent/run/outcome.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ls-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const command = (path = folder) => ['ls', '-ln', '--time-style=+', path]
const real = () => execFileSync('ls', command().slice(1), { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).replace(/^([-rwx]{10})[.+]/gm, '$1')
const put = (name: string, bytes: number, mode = 0o600) => {
  writeFileSync(join(folder, name), 'x')
  truncateSync(join(folder, name), bytes)
  chmodSync(join(folder, name), mode)
}

test('a folder of plain files is told as ls tells it', () => {
  put('tshm-stream1', 4_029_520)
  put('ftshm', 72, 0o644)
  put('Upper', 0, 0o755)
  put('_with space', 5000, 0o007)
  put('tshm-\u{1f600}', 1)
  put('tshm-\uff5e', 1)
  put('.hidden', 3)
  expect(ls(command(), defaultLimits)).toEqual({ exitCode: 0, stdout: real(), stderr: '' })
})

test('an empty folder has a total', () => {
  expect(ls(command(), defaultLimits)?.stdout).toBe(real())
})

test.each<[string, () => void]>([
  ['a folder in it', () => mkdirSync(join(folder, 'sub'))],
  ['a link in it', () => symlinkSync('/nowhere', join(folder, 'link'))],
  ['a file with a special bit', () => put('set-user-id', 1, 0o4755)],
])('%s is left to ls itself', (_, make) => {
  put('ftshm', 72)
  make()
  expect(ls(command(), defaultLimits)).toBeUndefined()
})

test('what is not there, no folder, other options, and more than may be said, are left to ls itself', () => {
  put('ftshm', 72)
  symlinkSync(folder, `${folder}/../ls-link-${process.pid}`)
  try {
    expect([ls(command(`${folder}/none`), defaultLimits), ls(command(`${folder}/ftshm`), defaultLimits), ls(command(join(folder, `../ls-link-${process.pid}`)), defaultLimits), ls(['ls', '-l', folder], defaultLimits), ls(command(), { ...defaultLimits, maxBytes: 10 })])
      .toEqual([undefined, undefined, undefined, undefined, undefined])
  } finally {
    rmSync(join(folder, `../ls-link-${process.pid}`))
  }
})
