import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bundle, bundleController } from '../../images/bundle.ts'

const dir = mkdtempSync(join(tmpdir(), 'trenchscope-bundle-'))
let bundle: Bundle
beforeAll(async () => { bundle = await bundleController(dir) })
afterAll(() => rmSync(dir, { recursive: true }))

test('the bundle of the controller holds nothing of the tests, the lab or the running probe', () => {
  expect(bundle.inputs.filter(input => /^(test\/|bin\/(?!shipped\.|here\.)|agent\/(main|probe|run\/))/.test(input))).toEqual([])
})

test('the bundle runs with no file of the repository beside it', () => {
  const printed = execFileSync(process.execPath, [join(dir, 'cli.mjs'), 'explain', 'target-rule-missing'], { cwd: '/', encoding: 'utf8', env: {} })
  expect(printed.split('\n')[0]).toBe('target-rule-missing (loss, judged per lb)')
})

test('a program that runs beside the controller has its own file in the bundle, and no file of the source is asked for', () => {
  expect(bundle.files).toEqual(expect.arrayContaining(['store-worker.mjs', 'trace-engine-worker.mjs']))
  const asked = bundle.files.flatMap(file => readFileSync(join(dir, file), 'utf8').match(/new URL\(["'`][^"'`]+\.ts["'`],\s*import\.meta/g) ?? [])
  expect(asked).toEqual([])
})

test('a command that asks no cluster and starts no controller reads neither, nor the packages they need', () => {
  expect(bundle.inputs).toEqual(expect.arrayContaining(['controller/main.ts', 'controller/cluster-door.ts', expect.stringContaining('node_modules/undici/')]))
  expect(bundle.atOnce.filter(input => /^controller\/(main|cluster-door|laptop)\.ts|node_modules\/(undici|fastify|@kubernetes)\//.test(input))).toEqual([])
  expect(bundle.inputs.filter(input => input.includes('@kubernetes/client-node/dist/gen/models/'))).toEqual([])
})

test('the lab is not shipped, and says so', () => {
  expect(() => execFileSync(process.execPath, [join(dir, 'cli.mjs'), 'lab', 'up'], { cwd: '/', env: {}, stdio: 'pipe' })).toThrow(/the lab is not in this image/)
})

test.each([
  ['a reader who leaves early is no error', 'checks -o json | head -c 1', '{', ''],
  ['a full disk is told, and is no result', 'checks > /dev/full || echo $?', '2\n', 'trenchscope: the output could not be written: ENOSPC: no space left on device, write\n'],
])('%s', (_, words, out, err) => {
  const { stdout, stderr } = spawnSync('sh', ['-c', `"$0" "${join(dir, 'cli.mjs')}" ${words}`, process.execPath], { encoding: 'utf8', env: { PATH: process.env['PATH'] } })
  expect([stdout, stderr]).toEqual([out, err])
})
