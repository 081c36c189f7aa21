import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CurrentLab } from '../lab/current.ts'
import { type Child, Shell } from './child.ts'
import { leftOf, type Traces, tracesOf } from './leftovers.ts'

let shell: Shell
let controller: Child | undefined
let before: Traces
beforeAll(() => { shell = new Shell() })
afterAll(async () => {
  await shell.trenchscope('lab', 'down')
  await shell.close()
})

const noted = (): CurrentLab => JSON.parse(readFileSync(join(shell.runtimeDir, 'trenchscope/lab.json'), 'utf8')) as CurrentLab
const idOf = ({ dir }: CurrentLab) => dir.split('-').at(-1) ?? ''

test('without a lab and a controller every command says what to start', async () => {
  const [status, fault, sweep] = await Promise.all([shell.trenchscope('lab', 'status'), shell.trenchscope('lab', 'fault', 'f03'), shell.trenchscope('sweep')])
  expect(status).toMatchObject({ code: 1, stdout: 'no lab runs\n' })
  expect(fault).toMatchObject({ code: 2, stderr: 'trenchscope lab: no lab runs; start one with: npm start, or: npx trenchscope lab up\n' })
  expect(sweep).toMatchObject({ code: 2, stderr: expect.stringMatching(/^trenchscope: no controller runs on this machine\n {2}start one with: npm start/) })
})

test('npx trenchscope lab up brings one up that stays, and says how to go on', async () => {
  const up = await shell.run(['npx', 'trenchscope', 'lab', 'up'])
  expect(up).toMatchObject({ code: 0, stdout: expect.stringMatching(/^the lab runs \(process \d+\)\n {2}export KUBECONFIG=\S+\n {2}npx trenchscope controller --link-listen \S+ --link-advertise \S+ --data-dir \S+\n$/) })
  expect(await shell.trenchscope('lab', 'status')).toMatchObject({ code: 0, stdout: `the lab runs (process ${noted().pid}, ${noted().dir})\nno fault is injected\n` })
  const lab = noted()
  before = tracesOf({ id: idOf(lab), dir: lab.dir })
})

test('a second lab is refused, and names the first', async () => {
  expect(await shell.trenchscope('lab', 'up')).toMatchObject({ code: 2, stderr: expect.stringContaining(`a lab runs already (process ${noted().pid})`) })
})

test('controller and sweep, as lab up says them: all ok is 0', async () => {
  const lab = noted()
  controller = shell.start(['bin/trenchscope', 'controller', '--link-listen', lab.linkListen, '--link-advertise', lab.linkAdvertise, '--data-dir', join(lab.dir, 'controller'), '--api-listen', '127.0.0.1:0', '--log-level', 'warn'], { KUBECONFIG: lab.kubeconfig })
  await controller.said(/the controller runs, API at/)
  expect(await shell.trenchscope('sweep')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^red +ok +\d+ judged by \d+ checks, 0 unknown, \d+ ms\n$/) })
})

test('a fault is found: 1, the root first, in text and in JSON', async () => {
  expect(await shell.trenchscope('lab', 'fault', 'f03')).toMatchObject({ code: 0, stdout: 'f03-fwmark-rule-missing: lb-1: IPv4 fwmark rule of target 58 missing\n' })
  const text = await shell.trenchscope('sweep')
  expect([text.code, text.stdout.split('\n')[0]]).toEqual([1, expect.stringMatching(/^red +loss +stateless-lb-frontend-attr1-5785674d6-46qjc +target-rule-missing +stream1: target 172\.16\.1\.8 is active in nfqlb, but no IPv4 rule routes its fwmark 5058$/)])
  const json = await shell.trenchscope('sweep', '-o', 'json')
  const { reports } = JSON.parse(json.stdout) as { reports: { findings: { check: string }[] }[] }
  expect([json.code, reports[0]?.findings[0]?.check]).toEqual([1, 'target-rule-missing'])
  expect((await shell.trenchscope('lab', 'status')).stdout).toMatch(/injected: f03-fwmark-rule-missing/)
})

test('healed it is 0 again', async () => {
  expect(await shell.trenchscope('lab', 'heal')).toMatchObject({ code: 0, stdout: 'healed: f03-fwmark-rule-missing\ntraffic flows\n' })
  expect((await shell.trenchscope('sweep')).code).toBe(0)
})

test('a trench nobody knows cannot be looked at: 2; a word nobody knows is usage: 64', async () => {
  expect((await Promise.all([shell.trenchscope('sweep', 'blue'), shell.trenchscope('swep')])).map(({ code }) => code)).toEqual([2, 64])
})

test('lab down removes all of it', async () => {
  controller?.kill('SIGINT')
  expect((await controller?.ended)?.code).toBe(0)
  const lab = noted()
  expect(await shell.trenchscope('lab', 'down')).toMatchObject({ code: 0, stdout: 'the lab is gone\n' })
  expect(leftOf(before, { id: idOf(lab), dir: lab.dir })).toEqual([])
})
