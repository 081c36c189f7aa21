import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SweepReport } from '../../controller/sweep/report.ts'
import { said, unknowns } from '../lab/bed.ts'
import { afterHealing } from '../lab/fault-round.ts'
import { faultNamed, healFault, injectFault } from '../lab/trench/faults/index.ts'
import { startTrenchBed, type TrenchBed } from './trench-bed.ts'

/** What only counters that grow while a sweep looks can tell. */
let bed: TrenchBed
beforeAll(async () => { bed = await startTrenchBed() })
afterAll(() => bed?.close())

test('packets that all go to targets are nothing to tell', async () => {
  const report = await sweepUnderLoad()
  expect([said(report), unknowns(report)]).toEqual([[], []])
  expect(verdictsOf(report, 'nfqlb-table-stale')).toEqual(['ok', 'ok'])
})

test('packets that no flow takes are counted, and follow from the flow that differs', async () => {
  const report = await withFault('f09')
  expect(said(report)[0]).toMatch(/^lb-[12] flow-differs: /)
  const unmatched = report.findings.filter(({ check }) => check === 'packets-unmatched')
  expect(unmatched.length).toBeGreaterThan(0)
  expect(unmatched.filter(({ explainedBy }) => explainedBy === undefined)).toEqual([])
})

test('an nfqlb that keeps a table which was deleted is the root of what the new table lacks', async () => {
  const report = await withFault('f46')
  expect(said(report)).toEqual([expect.stringMatching(/^lb-1 nfqlb-table-stale: within [\d.]+ s \d+ packets left with the marks 5048, 5058, 5067, 5090, /)])
  expect(report.findings.filter(({ explainedBy }) => explainedBy !== undefined).map(({ check }) => check)).toContain('stream-without-target')
})

async function withFault(name: string): Promise<SweepReport> {
  const fault = faultNamed(name)
  await injectFault(bed.lab.trench, fault)
  try {
    return await sweepUnderLoad()
  } finally {
    await healFault(bed.lab.trench, fault, { timeoutMs: 60_000 })
    expect(await afterHealing(bed)).toEqual([])
  }
}

/** A sweep while datagrams to the VIP go on. */
async function sweepUnderLoad(): Promise<SweepReport> {
  let done = false
  const load = (async () => { while (!done) await bed.lab.trench.drip() })()
  try {
    return await bed.sweep()
  } finally {
    done = true
    await load
  }
}

const verdictsOf = (report: SweepReport, check: string) => report.verdicts.filter(verdict => verdict.check === check).map(({ verdict }) => verdict)
