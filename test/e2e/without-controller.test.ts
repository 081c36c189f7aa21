import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SweepReport } from '../../controller/sweep/report.ts'
import { faultNamed, injectFault } from '../lab/trench/faults/index.ts'
import { netnsOf } from '../lab/trench/record.ts'
import { pods } from '../lab/trench/topology.ts'
import { openTrench } from '../lab/trench/trench.ts'
import { Shell } from './child.ts'
import { podObject, startTrenchBed, type TrenchBed, trouble, unreachable } from './trench-bed.ts'

let bed: TrenchBed
let shell: Shell
let normal: SweepReport
beforeAll(async () => {
  bed = await startTrenchBed()
  shell = new Shell()
  mkdirSync(temporary())
  normal = await bed.sweep()
  await bed.controller.close()
  for (const { name } of pods) {
    execFileSync('nsenter', [`--net=/run/netns/${netnsOf(bed.lab.trench.id, name)}`, 'nft', 'add table inet cut; add chain inet cut out { type filter hook output priority 0; }; add rule inet cut out tcp dport 7443 drop'])
  }
})
afterAll(async () => {
  await shell?.close()
  await bed?.close()
})

/** where the command line keeps what it needs while it runs */
const temporary = () => join(shell.runtimeDir, 'tmp')
const start = (...words: string[]) => shell.start(['bin/trenchscope', '--kubeconfig', bed.lab.kubeconfig, 'sweep', '--without-controller', ...words], { TMPDIR: temporary() })
/** `pod container state` of every container that was given a plan; `exit code` once it has ended. */
const planned = () => pods.flatMap(({ name }) => {
  const { spec, status } = podObject(bed, name)
  const names = new Set((spec.ephemeralContainers ?? []).filter(({ env = [] }) => env.some(variable => variable.name === 'TRENCHSCOPE_PLAN')).map(entry => entry.name))
  return (status.ephemeralContainerStatuses ?? []).filter(entry => names.has(entry.name)).map(({ state }) => `${name} ${state?.terminated ? `exit ${state.terminated.exitCode}` : Object.keys(state ?? {})[0]}`)
})
const ended = () => planned().every(words => words.endsWith(' exit 0'))
const verdicts = ({ verdicts }: SweepReport) => verdicts.map(({ check, subject, verdict }) => `${check} ${subject.name} ${verdict}`).sort()
const leftLine = (ran: string) => `trenchscope: ${ran}; containers trenchscope-NNNN stay listed, ended, until their pods are replaced (Kubernetes cannot remove them)\n`

test('a trench whose pods reach nobody is judged as by an installed controller', async () => {
  const { code, stdout, stderr } = await start('-o', 'json').ended
  const { reports: [report] } = JSON.parse(stdout) as { reports: [SweepReport] }
  expect([trouble(report), unreachable(report)]).toEqual([[], {}])
  expect(verdicts(report)).toEqual(verdicts(normal))
  expect(report.pods.map(({ degraded }) => degraded)).toEqual(pods.map(() => 'there is no controller that pods could connect to'))
  expect([code, stderr]).toEqual([0, leftLine('nothing of ours runs any more')])
  expect([planned().length >= pods.length, ended(), readdirSync(temporary())]).toEqual([true, true, []])
})

test('one that is interrupted says so, cancels the sweep, and leaves nothing that runs', async () => {
  const before = planned().length
  const child = start()
  await expect.poll(() => planned().length, { timeout: 30_000 }).toBeGreaterThan(before)
  child.kill('SIGINT')
  const { code, stdout, stderr } = await child.ended
  expect([code, stdout]).toEqual([130, ''])
  expect(stderr).toMatch(/^trenchscope: (nothing of ours runs any more|\d+ of our containers still answer, and end by themselves when they have); .*\ntrenchscope: interrupted\n$/)
  await expect.poll(ended, { timeout: 60_000 }).toBe(true)
  expect(readdirSync(temporary())).toEqual([])
})

test('a fault is the first line, and what was seen by the second way is said once', async () => {
  await injectFault(openTrench(bed.lab.trench.dir), faultNamed('f03'))
  const { code, stdout } = await start().ended
  expect([code, stdout.split('\n')[0]]).toEqual([1, expect.stringMatching(/^red +loss +stateless-lb-frontend-attr1-5785674d6-46qjc +target-rule-missing +stream1: target 172\.16\.1\.8 is active in nfqlb, but no IPv4 rule routes its fwmark 5058$/)])
  expect(stdout.match(/there is no controller that pods could connect to/g)).toHaveLength(1)
})
