import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleController } from '../../images/bundle.ts'

const dir = mkdtempSync(join(tmpdir(), 'trenchscope-bundle-'))
let bundle: Awaited<ReturnType<typeof bundleController>>
beforeAll(async () => { bundle = await bundleController(dir) })
afterAll(() => rmSync(dir, { recursive: true }))

test('the bundle of the controller holds nothing of the tests, the lab or the running probe', () => {
  expect(bundle.inputs.filter(input => /^(test\/|bin\/(?!shipped)|agent\/(main|probe|run\/))/.test(input))).toEqual([])
})

test('the bundle runs with no file of the repository beside it', () => {
  const printed = execFileSync(process.execPath, [join(dir, 'cli.mjs'), 'explain', 'target-rule-missing'], { cwd: '/', encoding: 'utf8', env: {} })
  expect(printed.split('\n')[0]).toBe('target-rule-missing (loss, judged per lb)')
})

test('a program that runs beside the controller has its own file in the bundle', () => {
  expect(bundle.files).toContain('store-worker.mjs')
})

test('the lab is not shipped, and says so', () => {
  expect(() => execFileSync(process.execPath, [join(dir, 'cli.mjs'), 'lab', 'up'], { cwd: '/', env: {}, stdio: 'pipe' })).toThrow(/the lab is not in this image/)
})
