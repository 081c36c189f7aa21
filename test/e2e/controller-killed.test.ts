import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SweepReport } from '../../controller/sweep/report.ts'
import { ApiClient } from '../../controller/api/client.ts'
import type { Health } from '../../controller/api/backend.ts'
import { meet, rendezvousFile } from '../../controller/rendezvous.ts'
import { type Lab, startLab } from '../lab/lab.ts'
import { pods } from '../lab/trench/topology.ts'
import { type Child, Shell } from './child.ts'
import { trouble } from './trench-bed.ts'

let lab: Lab
let shell: Shell
let controller: Child
beforeAll(async () => {
  shell = new Shell()
  lab = await startLab()
  await lab.trench.waitHealthy({ timeoutMs: 60_000 })
})
afterAll(async () => {
  await shell?.close()
  await lab?.close()
})

/** `trenchscope controller` on the lab, always with the same data. */
async function startController(): Promise<void> {
  controller = shell.start(['bin/trenchscope', 'controller', '--kubeconfig', lab.kubeconfig, '--link-listen', lab.linkListen, '--link-advertise', lab.linkAdvertise, '--data-dir', join(lab.trench.dir, 'controller'), '--api-listen', '127.0.0.1:0', '--log-level', 'warn'])
  await controller.said(/the controller runs, API at/)
}

function client(): ApiClient {
  const { url = '', tokenFile = '' } = meet(rendezvousFile(shell.runtimeDir)) ?? {}
  return new ApiClient({ url, token: readFileSync(tokenFile, 'utf8').trim() })
}

async function sweep(): Promise<SweepReport> {
  const [report] = await client().sweep({ trench: 'red' })
  if (!report) throw new Error('no report of trench red')
  return report
}

const containers = (report: SweepReport) => Object.fromEntries(report.pods.map(({ pod, container }) => [pod, container]))
const patches = () => lab.apiserver.control.calls().filter(({ subresource }) => subresource === 'ephemeralcontainers').length

test('a controller in a process of its own injects a probe into every pod', async () => {
  await startController()
  const report = await sweep()
  expect(trouble(report)).toEqual([])
  expect(patches()).toBe(pods.length)
})

test('after kill -9 there is no answer but that there is no controller', async () => {
  controller.kill('SIGKILL')
  await controller.ended
  await expect(sweep()).rejects.toMatchObject({ code: 'unreachable', message: expect.stringMatching(/^no controller answers at http:\/\/127\.0\.0\.1:\d+: /) })
})

test('a new one on the same data takes the running probes over: the same containers, no injection', async () => {
  lab.apiserver.control.resetCounters()
  await startController()
  const report = await sweep()
  expect(trouble(report)).toEqual([])
  expect(containers(report)).toEqual(Object.fromEntries(pods.map(({ podName }) => [`red/${podName}`, 'trenchscope-0001'])))
  expect(patches()).toBe(0)
})

test('one that is killed in the middle of a sweep leaves its caller without an answer, not with a wrong one', async () => {
  const onEvent = ({ type }: { readonly type: string }) => { if (type === 'reached') controller.kill('SIGKILL') }
  await expect(client().sweep({}, { onEvent })).rejects.toThrow()
  await controller.ended
})

test('and the next one sees all, with the same probes, of which none was refused', async () => {
  await startController()
  const report = await sweep()
  expect(trouble(report)).toEqual([])
  expect(patches()).toBe(0)
  const health = (await (await fetch(`${meet(rendezvousFile(shell.runtimeDir))?.url}/readyz`)).json()) as Health
  expect(health).toMatchObject({ problems: [], counters: { connected: pods.length, 'refused.key-wrong': 0, 'refused.session-unknown': 0 } })
})

test('SIGTERM ends it with 0 and takes its announcement back', async () => {
  controller.kill('SIGTERM')
  expect(await controller.ended).toMatchObject({ code: 0 })
  expect(meet(rendezvousFile(shell.runtimeDir))).toBeUndefined()
})
