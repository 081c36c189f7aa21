import { afterAll, beforeAll, expect, test } from 'vitest'
import { said, unknowns } from '../lab/bed.ts'
import { isWell } from '../lab/fault-round.ts'
import { restartSessions } from '../lab/trench/faults/routing.ts'
import { signal } from '../lab/trench/system.ts'
import { isHealthy } from '../lab/trench/traffic.ts'
import { startTrenchBed, type TrenchBed, verdictsOf } from './trench-bed.ts'

let bed: TrenchBed
beforeAll(async () => {
  bed = await startTrenchBed({ askTimeoutMs: 6000 })
  await bed.sweep()
})
afterAll(() => bed?.close())

const pidOf = (daemon: 'bird' | 'nfqlb'): number => {
  const pid = bed.lab.trench.pid('lb-1', daemon)
  if (pid === undefined) throw new Error(`lb-1: ${daemon} does not run`)
  return pid
}
const isWellAgain = async () => isWell(await bed.sweep())

test('a killed BIRD is named first and nothing of it is called ok; a started one is well again', async () => {
  const { trench } = bed.lab
  await trench.end('lb-1', 'bird')
  const report = await bed.sweep()
  expect(said(report)[0]).toMatch(/^lb-1 bird-down: /)
  trench.start('lb-1', 'bird')
  await trench.waitHealthy({ timeoutMs: 60_000 })
  await expect.poll(isWellAgain, { timeout: 60_000 }).toBe(true)
})

test('a BIRD that hangs is named as hanging, in time, and goes on where it stopped', async () => {
  const { trench } = bed.lab
  const pid = pidOf('bird')
  signal(pid, 'SIGSTOP')
  try {
    const startedAt = Date.now()
    const report = await bed.sweep()
    expect(said(report)[0]).toMatch(/^lb-1 bird-down: .*hangs/)
    expect(Date.now() - startedAt, 'two looks of at most 6 s and what lies between').toBeLessThan(30_000)
  } finally {
    signal(pid, 'SIGCONT')
  }
  await restartSessions(trench, ['lb-1'])
  await trench.waitHealthy({ timeoutMs: 60_000 })
  await expect.poll(isWellAgain, { timeout: 60_000 }).toBe(true)
  expect(pidOf('bird')).toBe(pid)
})

test('an nfqlb that hangs is not called ok, its client is left alone, and it lives and balances when it goes on', async () => {
  const pid = pidOf('nfqlb')
  signal(pid, 'SIGSTOP')
  try {
    const first = await bed.sweep()
    expect(unknowns(first).join('\n')).toMatch(/nfqlb flow-list did not end within \d+ ms: the load balancer does not answer; its client is left running/)
    expect(verdictsOf(first, 'lb-1')['unknown']).toBeGreaterThan(0)
    const second = await bed.sweep()
    expect(unknowns(second).join('\n')).toMatch(/an earlier client \(nfqlb flow-list\) still waits for the load balancer's answer/)
    expect(verdictsOf(second, 'lb-2')['unknown'] ?? 0, 'the other load balancer is judged').toBeLessThan(verdictsOf(second, 'lb-1')['unknown'] ?? 0)
  } finally {
    signal(pid, 'SIGCONT')
  }
  await expect.poll(isWellAgain, { timeout: 60_000 }).toBe(true)
  expect(pidOf('nfqlb')).toBe(pid)
  expect(isHealthy(await bed.lab.trench.traffic())).toBe(true)
  expect(bed.incidents()).toEqual([])
})
