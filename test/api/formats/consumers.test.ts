import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checks } from '#profiles/meridio/registry.gen.ts'
import { runCommandLine } from '../../../controller/cli/command-line.ts'
import { findingOf, red, reportOf } from '../../store/synthetic.ts'
import { type ApiBed, openApiBed } from '../bed.ts'

// What is exported is read by the programs that shall read it: xmllint (libxml2-utils) and promtool (prometheus) of Debian; bin/doctor brings them.

const page = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'docs/api.md'), 'utf8')
const nasty = { ...findingOf('target-rule-missing'), text: 'a <b> & "c" \u0000 ]]> \ud800 end', key: 'nasty' }
let bed: ApiBed
let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'trenchscope-consumers-'))
  writeFileSync(join(dir, 'token'), 'secret\n')
  bed = await openApiBed({ checks, trenches: [red], sweep: trench => reportOf([nasty, ...checks.map(({ id, severity }) => findingOf(id, { trench, severity }))], { trench, id: crypto.randomUUID(), unknown: ['blind'] }) })
  await bed.client.sweep({})
})
afterAll(async () => {
  await bed.close()
  rmSync(dir, { recursive: true })
})

/** @returns exit code and everything that was said */
function feed(program: string, args: readonly string[], input: string): readonly [number | null, string] {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8' })
  if (error) throw error
  return [status, `${stdout}${stderr}`]
}

async function sweep(format: string): Promise<string> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  await runCommandLine({ argv: ['sweep', '-o', format], environment: {}, stdout, stderr, checks, meet: () => ({ url: bed.api.url, tokenFile: join(dir, 'token') }), runController: async () => 0, runLab: async () => 0, signal: new AbortController().signal })
  stdout.end()
  return (await stdout.toArray()).join('')
}

test('xmllint reads the JUnit XML of the command line and of the API', async () => {
  const [{ id = '' } = {}] = await bed.client.sweeps({ limit: 1 })
  for (const xml of [await sweep('junit'), await bed.client.text(`/v1/sweeps/${id}/junit.xml`)]) {
    expect(feed('xmllint', ['--noout', '-'], xml)).toEqual([0, ''])
    expect(feed('xmllint', ['--xpath', 'count(//testcase/failure)', '-'], xml)[1].trim()).toBe(String(checks.length + 1))
  }
  expect(feed('xmllint', ['--noout', '-'], '<a>&</a>')[0]).not.toBe(0)
})

test('promtool finds nothing wrong with /metrics', async () => {
  const text = await bed.client.text('/metrics')
  expect(feed('promtool', ['check', 'metrics'], text)).toEqual([0, ''])
  expect(feed('promtool', ['check', 'metrics'], 'a_count{x=} 1\n')[0]).not.toBe(0)
})

test.each<[string, number]>([['config', 0], ['rules', 1]])('promtool takes the example of the page as its %s', (kind, index) => {
  const [, text = ''] = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)][index] ?? []
  writeFileSync(join(dir, `${kind}.yaml`), text)
  expect(feed('promtool', ['check', kind, join(dir, `${kind}.yaml`)], '')).toMatchObject([0, expect.stringContaining('SUCCESS')])
})

/** Of SARIF 2.1.0's schema, whose objects are closed: names each object that we make may have, `!` those it must have. Hand-copied for what we use; the whole schema is third-party text we do not ship. */
const sarifObjects: readonly (readonly [string, readonly string[]])[] = [
  ['$', ['$schema', 'version!', 'runs!']], ['$.runs[]', ['tool!', 'automationDetails', 'invocations', 'results']], ['$.runs[].tool', ['driver!']], ['$.runs[].tool.driver', ['name!', 'semanticVersion', 'rules']],
  ['$.runs[].tool.driver.rules[]', ['id!', 'defaultConfiguration', 'properties', 'shortDescription', 'help', 'fullDescription']], ['$.runs[].invocations[]', ['executionSuccessful!', 'startTimeUtc', 'endTimeUtc', 'toolExecutionNotifications']],
  ['$.runs[].invocations[].toolExecutionNotifications[]', ['message!', 'level', 'associatedRule']], ['$.runs[].results[]', ['message!', 'ruleId', 'ruleIndex', 'level', 'kind', 'fingerprints', 'locations', 'relatedLocations', 'suppressions', 'properties']],
  ['$.runs[].results[].locations[]', ['logicalLocations']], ['$.runs[].results[].relatedLocations[]', ['id', 'message', 'physicalLocation']], ['$.runs[].results[].relatedLocations[].physicalLocation', ['artifactLocation', 'region']],
  ['$.runs[].results[].relatedLocations[].physicalLocation.region', ['startLine', 'snippet']], ['$.runs[].results[].suppressions[]', ['kind!', 'status', 'justification']],
]

test('SARIF holds to what its schema says of the objects we make', async () => {
  const sarif = JSON.parse(await sweep('sarif')) as object
  const wrong = sarifObjects.flatMap(([path, names]) => at(sarif, path.split('.').slice(1)).flatMap(object => {
    const known = names.map(name => name.replace('!', ''))
    return [...Object.keys(object).filter(name => !known.includes(name)), ...names.filter(name => name.endsWith('!') && !(name.slice(0, -1) in object))].map(name => `${path}: ${name}`)
  }))
  expect(wrong).toEqual([])
})

function at(value: object, path: readonly string[]): readonly object[] {
  const [step, ...rest] = path
  if (step === undefined) return [value]
  const next = (value as Record<string, unknown>)[step.replace('[]', '')] ?? []
  return (step.endsWith('[]') ? (next as object[]) : [next as object]).flatMap(each => at(each, rest))
}
