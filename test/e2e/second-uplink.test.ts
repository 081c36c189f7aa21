import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { netnsOf } from '../lab/trench/record.ts'
import type { PodName } from '../lab/trench/topology.ts'
import { labName, startTrenchBed, type TrenchBed, trouble, unreachable } from './trench-bed.ts'

const cut: readonly PodName[] = ['lb-1', 'tg-1']
let bed: TrenchBed
beforeAll(async () => {
  bed = await startTrenchBed({ reachTimeoutMs: 12_000 })
  for (const pod of cut) inPod(pod, 'nft', 'add table inet cut; add chain inet cut out { type filter hook output priority 0; }; add rule inet cut out tcp dport 7443 drop')
})
afterAll(() => bed?.close())

const inPod = (pod: PodName, ...argv: string[]) => execFileSync('nsenter', [`--net=/run/netns/${netnsOf(bed.lab.trench.id, pod)}`, ...argv])

test('pods that cannot reach the controller are seen through their logs: the sweep is complete, and says how', async () => {
  const report = await bed.sweep()
  expect([trouble(report), unreachable(report)]).toEqual([[], {}])
  expect(Object.fromEntries(report.pods.flatMap(({ pod, degraded }) => (degraded === undefined ? [] : [[labName(pod), degraded]])))).toEqual({
    'lb-1': expect.stringMatching(/^trenchscope-0001 runs, but did not connect to 10\.244\.1\.1:7443 within 12000 ms/),
    'tg-1': expect.stringMatching(/^trenchscope-0001 runs, but did not connect/),
  })
})
