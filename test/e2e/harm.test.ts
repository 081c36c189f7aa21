import { rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { processStart } from '../lab/trench/system.ts'
import { isHealthy } from '../lab/trench/traffic.ts'
import { probeOf, podNamed, startTrenchBed, type TrenchBed, trouble } from './trench-bed.ts'
import { connectionsTo, nfqlbClientsOf } from './nfqlb-clients.ts'

let bed: TrenchBed
let balancers: (number | undefined)[]
const pidsNow = () => (['lb-1', 'lb-2'] as const).map(lb => bed.lab.trench.pid(lb, 'nfqlb'))
beforeAll(async () => {
  bed = await startTrenchBed({ askTimeoutMs: 4000, reachTimeoutMs: 20_000 })
  balancers = pidsNow()
  await bed.sweep()
})
afterAll(() => bed?.close())

const hold = () => writeFileSync(bed.holdFile, '')
const answer = () => rmSync(bed.holdFile, { force: true })
const clients = () => nfqlbClientsOf(bed, 'lb-1')
/** A client has connected and sent its request: the balancer owes it an answer. */
async function inFlight(): Promise<void> {
  await expect.poll(() => clients().length * connectionsTo(bed, 'lb-1'), { timeout: 20_000 }).toBeGreaterThan(0)
  await delay(100)
}

test('sweeps, also several at once, ask each load balancer one thing at a time and harm none', async () => {
  for (let round = 0; round < 3; round++) expect((await Promise.all([bed.sweep(), bed.sweep()])).map(trouble)).toEqual([[], []])
  expect([pidsNow(), bed.incidents()]).toEqual([balancers, []])
})

test('the client of a load balancer that does not answer outlives the sweep, its caller, and the next sweep does not add another', async () => {
  hold()
  const leaving = new AbortController()
  const left = bed.sweep(() => {}, leaving.signal).catch(() => undefined)
  await inFlight()
  const [client] = clients()
  leaving.abort()
  await left
  await bed.sweep()
  expect(clients()).toEqual([client])
  answer()
  await expect.poll(clients, { timeout: 20_000 }).toEqual([])
  await expect.poll(async () => trouble(await bed.sweep()), { timeout: 60_000 }).toEqual([])
  expect([pidsNow(), bed.incidents()]).toEqual([balancers, []])
})

test('a probe that is told to end by SIGTERM lets its client end first', async () => {
  const { pid = 0 } = probeOf(bed, 'lb-1')
  hold()
  const sweeping = bed.sweep()
  await inFlight()
  process.kill(pid, 'SIGTERM')
  await delay(200)
  expect(clients()).toHaveLength(1)
  answer()
  await expect.poll(() => processStart(pid), { timeout: 20_000 }).toBeUndefined()
  await sweeping
  // a reply to a client that had left would have ended it by now
  await bed.lab.trench.nfqlb('lb-1', 'flow-list')
  expect([pidsNow(), bed.incidents()]).toEqual([balancers, []])
  expect(trouble(await bed.sweep())).toEqual([])
})

test('a probe that the controller does not want any more lets its client end first', async () => {
  const { pid = 0, podUid } = probeOf(bed, 'lb-1')
  const session = bed.controller.registry.probe(podUid)?.session ?? ''
  hold()
  const sweeping = bed.sweep()
  await inFlight()
  await bed.controller.registry.forget(session, 'the test ends it')
  await delay(1500)
  expect([clients().length, processStart(pid) !== undefined]).toEqual([1, true])
  answer()
  await expect.poll(() => processStart(pid), { timeout: 20_000 }).toBeUndefined()
  await sweeping
  await bed.lab.trench.nfqlb('lb-1', 'flow-list')
  expect([pidsNow(), bed.incidents()]).toEqual([balancers, []])
})

test('traffic flows as before', async () => {
  expect(trouble(await bed.sweep())).toEqual([])
  expect(isHealthy(await bed.lab.trench.traffic('long'))).toBe(true)
})

/** What no probe can prevent; also the proof that the tests above would have seen harm. */
test('the window that remains: a probe ended by SIGKILL takes its client along, and nfqlb dies of its own reply', async () => {
  hold()
  const sweeping = bed.sweep()
  await inFlight()
  await bed.lab.kubelets.get('worker1')?.killContainer(`red/${podNamed('lb-1').podName}`, probeOf(bed, 'lb-1').name)
  answer()
  await expect.poll(() => bed.incidents(), { timeout: 20_000 }).toEqual([expect.stringMatching(/^SIGPIPE: client left before its reply was written/)])
  await sweeping
  expect(pidsNow()).toEqual([undefined, balancers[1]])
})
