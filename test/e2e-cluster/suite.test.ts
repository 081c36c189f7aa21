import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Double, startDouble } from './double.ts'
import { Skipped, same, Steps } from './steps.ts'
import { runSuite } from './suite.ts'

let double: Double
beforeAll(async () => { double = await startDouble() })
afterAll(() => double.close())

test('the suite for real clusters holds on the API server double, and skips what it cannot try there', async () => {
  const steps = new Steps(() => undefined)
  await runSuite({
    kubeconfig: double.kubeconfig, image: 'trenchscope/agent:0.1.0', imagePullPolicy: 'Never', podImage: 'trenchscope/agent:0.1.0', podCommand: ['/opt/trenchscope/sleep'],
    linkListen: double.linkListen, linkAdvertise: double.linkAdvertise, podTimeoutMs: 10_000,
  }, steps)
  expect(steps.results.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  expect(steps.results.map(({ name, outcome }) => `${outcome} ${name}`)).toEqual([
    'ok the API server is of a version we support',
    'ok the shipped manifests are valid for this API server',
    'ok namespaces and pods of our own run',
    'ok a controller starts, and takes its lease',
    'ok preflight names who refuses, and changes nothing',
    'ok a sweep brings an authenticated probe into every pod',
    'ok a second sweep uses the same probes',
    'ok where PodSecurity or a missing label refuses, the sweep says so',
    'skipped the shipped admission policy holds a service account to our probe',
    'ok the kill switch ends every probe within 5 s',
    'ok without the kill switch probes come again',
    'ok drain ends the probes',
    'ok nothing of ours is left',
  ])
}, 120_000)

test('a step that fails is told with what was seen, and the exit code says so', async () => {
  const said: string[] = []
  const steps = new Steps(line => said.push(line.replace(/\d+ ms/, 'N ms')))
  await steps.step('good', async () => 'seen')
  expect(steps.exitCode).toBe(0)
  await steps.step('skipped', async () => { throw new Skipped('not here') })
  expect(steps.exitCode).toBe(0)
  await steps.step('bad', async () => { same('answers', [1], [2]); return '' })
  expect([said, steps.exitCode]).toEqual([['ok   good (N ms): seen', 'skip skipped (N ms): not here', 'NOT  bad (N ms): answers: [1], expected [2]'], 1])
})
