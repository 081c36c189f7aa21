import { execFile } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { problems } from '../../controller/api/problems.ts'
import { checks } from '#profiles/meridio/registry.gen.ts'
import { readWebhooks } from '../../controller/schedule/webhooks-file.ts'
import { findingOf, reportOf, silent } from '../store/synthetic.ts'
import { type ApiBed, openApiBed } from './bed.ts'

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/api.md'), 'utf8')
const blocks = [...page.matchAll(/^```(\w*) ?(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', name = '', text = '']) => ({ language, name, text }))
const block = (language: string, name = '') => blocks.find(each => each.language === language && each.name === name)?.text ?? ''
const run = promisify(execFile)
let bed: ApiBed
let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'trenchscope-docs-'))
  bed = await openApiBed({ checks, sweep: trench => reportOf([findingOf('target-rule-missing', { trench })], { trench, id: crypto.randomUUID() }) })
  await bed.client.sweep({})
})
afterAll(async () => {
  await bed.close()
  rmSync(dir, { recursive: true })
})
const environment = () => ({ ...process.env, TRENCHSCOPE: bed.api.url, TOKEN: 'secret' })

test.each(blocks.filter(({ language, name }) => language === 'sh' && name === '').map(({ text }) => [text.split('\n').find(line => line.includes('curl')) ?? '', text]))('%s', async (_, text) => {
  const { stdout, stderr } = await run('sh', ['-euc', text], { env: environment() })
  expect(stderr).toBe('')
  for (const answer of stdout.replaceAll('}{', '}\n{').trim().split('\n')) expect(JSON.parse(answer)).not.toHaveProperty('code')
})

test('the address and the token are taken as the page says', async () => {
  writeFileSync(join(dir, 'token'), 'secret\n')
  const { stdout } = await run('sh', ['-euc', `${block('sh', 'setup')}\necho "$TRENCHSCOPE $TOKEN"`], { env: { ...process.env, TRENCHSCOPE_TOKEN_FILE: join(dir, 'token') } })
  expect(stdout).toBe('http://127.0.0.1:7480 secret\n')
})

test('the TypeScript example prints what was found', async () => {
  const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '-e', block('ts', 'client').replace(`'trenchscope/client'`, `'${root}/dist/client.mjs'`)], { env: environment(), cwd: root })
  expect(stdout).toBe('red loss target-1 is bad\n')
})

test('the example of a receiver knows a genuine notice from a forged one', async () => {
  const file = join(dir, 'verify.ts')
  writeFileSync(file, block('ts', 'verify'))
  const { isGenuine } = (await import(file)) as { isGenuine: (signature: string, body: string, key: string) => boolean }
  const at = Math.floor(Date.now() / 1000)
  const signed = (body: string, time = at) => `t=${time},v1=${createHmac('sha256', 'key').update(`${time}.${body}`).digest('hex')}`
  expect([isGenuine(signed('{}'), '{}', 'key'), isGenuine(signed('{}'), '{"a":1}', 'key'), isGenuine(signed('{}'), '{}', 'other'), isGenuine(signed('{}', at - 1000), '{}', 'key'), isGenuine('x', '{}', 'key')]).toEqual([true, false, false, false, false])
})

test('the list of receivers is one', () => {
  for (const name of ['ours.key', 'alerts.key']) writeFileSync(join(dir, name), 'a key that is long enough\n')
  writeFileSync(join(dir, 'hooks.json'), block('json'))
  expect(readWebhooks(join(dir, 'hooks.json'), silent)).toHaveLength(2)
})

test('the YAML examples are YAML, and name metrics and options that there are', async () => {
  const documents = blocks.filter(({ language }) => language === 'yaml').map(({ text }) => parse(text) as Record<string, any>)
  const [, rules, gitlab, github] = documents
  const metrics = await bed.client.text('/metrics')
  for (const [name] of `${String(rules?.['groups'][0].rules[0].expr)} ${block('promql')}`.matchAll(/trenchscope_\w+/g)) expect(metrics).toContain(`# TYPE ${name.replace(/_bucket$/, '')} `)
  // an example above silences what this one shall fail on
  for (const { id } of await bed.client.all<{ id: string }>('/v1/silences')) await bed.client.json(`/v1/silences/${id}`, { method: 'DELETE' })
  writeFileSync(join(dir, 'token'), 'secret\n')
  for (const [step, begin] of [[gitlab?.['trench'].script[1], '<testsuites name="trenchscope" tests="1" failures="1"'], [github?.['jobs'].trench.steps[0].run, '"version": "2.1.0"']] as const) {
    const command = String(step).replace('npx trenchscope', `${process.execPath} ${root}/bin/cli.ts`).replace(/> trench\.\w+/, '')
    const failed = await run('sh', ['-c', command], { cwd: root, env: { ...process.env, TRENCHSCOPE_SERVER: bed.api.url, TRENCHSCOPE_TOKEN_FILE: join(dir, 'token') } }).catch((error: { code: number; stdout: string }) => error)
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining(begin) })
  }
})

test('the page lists every problem', () => {
  const table = ['| code | status | when |', '|---|---|---|', ...Object.entries(problems).map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`)].join('\n')
  expect(page.slice(page.indexOf('<!-- problems -->')).trim()).toBe(`<!-- problems -->\n\n${table}`)
})

test('every path the page names is described', async () => {
  const { paths } = await bed.client.json<{ paths: object }>('/openapi.json')
  const named = [...page.matchAll(/\/v1\/[a-z-]+(?:\/(?:ID|KEY))?(?:\/[a-z.]+)?/g)].map(([path]) => path.replace('ID', '{id}').replace('KEY', '{key}').replace(/\.$/, ''))
  const known = new Set([...Object.keys(paths), '/v1/checks/target', '/v1/schedules/red'])
  expect([...new Set(named)].filter(path => !known.has(path))).toEqual([])
})
