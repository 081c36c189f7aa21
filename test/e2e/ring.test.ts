import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { ApiClient } from '../../controller/api/client.ts'
import type { JourneyEvent, RingRecord, RingRequest, StartedEvent, TraceEvent } from '../../controller/api/trace-events.ts'
import { faultNamed, healFault, injectFault } from '../lab/trench/faults/index.ts'
import { netnsPath } from '../lab/trench/record.ts'
import { processesIn } from '../lab/trench/system.ts'
import { pods } from '../lab/trench/topology.ts'
import { commandLine } from './command-line.ts'
import { killProbe, startTrenchBed, type TrenchBed } from './trench-bed.ts'

let bed: TrenchBed
let tokenFile: string
beforeAll(async () => {
  bed = await startTrenchBed()
  tokenFile = join(bed.lab.trench.dir, 'controller/api-token')
  await bed.sweep()
}, 180_000)
afterAll(() => bed?.close())
afterEach(async () => {
  await expect.poll(tcpdumps, { timeout: 10_000 }).toEqual([])
})

test('a check that turns red freezes the ring: the capture is attached to the finding, and holds the packets of the time before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trenchscope-ring-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'ring.pcapng')
  const arm = user('trace', 'arm', '-n', 'red', '--vip', '10.0.0.1', '--port', '5001', '--on', 'target-rule-missing')
  expect([await arm.code, arm.stderr()]).toEqual([0, ''])
  const [, id = ''] = /^ring (\S+) is armed: 26 interfaces of 8 pods of red\/red keep at most the last 60 s and 4 MiB a pod; filter: .+\nit freezes when target-rule-missing turns red in a sweep\n/.exec(arm.stdout()) ?? []
  const traffic = await bed.lab.trench.traffic('short')
  // a sweep that finds nothing wrong leaves it armed
  expect((await bed.sweep()).findings).toEqual([])
  await expect.poll(async () => (await ringOf(id)).taps.reduce((sum, { matched }) => sum + matched, 0), { timeout: 10_000 }).toBeGreaterThan(0)
  expect(Math.max(...bed.controller.registry.probes().map(({ cost }) => cost.rssBytes))).toBeLessThan(70e6)
  const fault = faultNamed('f03')
  const before = Date.now()
  await injectFault(bed.lab.trench, fault)
  try {
    await delay(fault.settleMs)
    const red = (await bed.sweep()).findings.find(({ check }) => check === 'target-rule-missing')!
    expect(red.captures).toEqual([{ ring: id, frozenAt: expect.any(Number) }])
    await expect.poll(async () => (await ringOf(id)).state, { timeout: 30_000 }).toBe('frozen')
    const ring = await ringOf(id)
    expect([ring.reason, ring.findings]).toEqual(['target-rule-missing turned red', [red.key]])
    expect(ring.capture!.rows.filter(row => !row.closed || row.unaccounted !== 0 || row.kernelDropped + row.probeShed + row.late > 0)).toEqual([])
    // whoever asks of the finding is shown the way to it
    expect(await client().json(`/v1/findings/${red.key}`)).toMatchObject({ finding: { captures: red.captures } })
    const [{ id: sweep } = { id: '' }] = (await client().json<{ items: { id: string }[] }>('/v1/sweeps?limit=1')).items
    for (const kind of ['sarif.json', 'junit.xml']) expect(await client().text(`/v1/sweeps/${sweep}/${kind}`)).toContain(`/v1/rings/${id}/file`)
    // each connection of the time before, from hop to hop
    const freeze = user('trace', 'freeze', id, '-w', file)
    expect([await freeze.code, freeze.stdout()]).toEqual([0, expect.stringContaining(`attached to finding ${red.key}\nINTERFACE`)])
    const events = (await client().text(`/v1/rings/${id}/events`)).trim().split('\n').map(line => JSON.parse(line) as TraceEvent)
    const journeys = events.filter((event): event is JourneyEvent => event.type === 'journey')
    expect([...new Set(journeys.map(({ outcome }) => outcome))]).toEqual(['arrived'])
    const syns = journeys.filter(({ way, packet }) => way === 'request' && packet.what.startsWith('tcp SYN seq'))
    expect(syns).toHaveLength(Object.values(traffic.v4).reduce((sum, count) => sum + count, 0))
    expect(events.at(-1)).toMatchObject({ type: 'ended', rows: ring.capture!.rows })
    const times = execFileSync('tshark', ['-r', file, '-T', 'fields', '-e', 'frame.time_epoch'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n')
    expect([times.length, times]).toEqual([ring.capture!.packets, [...times].sort()])
    expect(times.every(time => Number(time) * 1000 < before)).toBe(true)
    // the same check stays red: nothing more is frozen, and the finding keeps its capture
    expect((await bed.sweep()).findings.find(({ key }) => key === red.key)?.captures).toEqual(red.captures)
  } finally {
    await healFault(bed.lab.trench, fault, { timeoutMs: 60_000 })
  }
  const part = await fetch(`${bed.controller.url}/v1/rings/${id}/file`, { headers: { authorization: `Bearer ${token()}`, range: 'bytes=4-7' } })
  expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, readFileSync(file).subarray(4, 8)])
})

test('what a ring has no room for gives way to what comes later: every packet of a flood is in the file or in the ledger', async () => {
  const { id } = await arm({ filter: 'udp port 5003', bytes: 1 << 20 })
  for (let round = 0; round < 4; round++) await bed.lab.trench.flood()
  const { state, capture } = await client().json<RingRecord>(`/v1/rings/${id}/freeze`, { method: 'POST' })
  const rows = capture!.rows
  expect([state, rows.filter(row => !row.closed || row.unaccounted !== 0)]).toEqual(['frozen', []])
  const events = (await client().text(`/v1/rings/${id}/events`)).trim().split('\n').map(line => JSON.parse(line) as TraceEvent)
  const { taps } = events[0] as StartedEvent
  const external = rows.filter(({ tap }) => taps[tap]!.place === 'external')
  const sum = (of: (row: (typeof rows)[number]) => number) => external.reduce((total, row) => total + of(row), 0)
  expect(sum(({ matched }) => matched)).toBeGreaterThanOrEqual(4 * 2600)
  expect(sum(({ overwritten }) => overwritten)).toBeGreaterThan(0)
  // what may have given way elsewhere is not called lost
  expect(capture!.findings).toEqual([])
})

test.each<[string, (id: string) => Promise<unknown>, string, string]>([
  ['after its time', () => Promise.resolve(), 'ended', '2 s are over'],
  ['with its controller, which says so when it is back', async () => {
    await bed.controller.close()
    await bed.restartController()
  }, 'forgotten', 'the controller was restarted: what probes kept is gone'],
])('an armed ring ends %s, and leaves nothing behind', async (_, act, state, reason) => {
  const { id } = await arm({ filter: 'tcp port 5001', seconds: state === 'ended' ? 2 : 60 })
  await bed.lab.trench.traffic('short')
  await act(id)
  await expect.poll(() => ringOf(id).catch(() => undefined), { timeout: 30_000 }).toMatchObject({ state, reason })
  await expect(client().json(`/v1/rings/${id}/freeze`, { method: 'POST' })).rejects.toMatchObject({ code: 'ring-over', message: `ring ${id} is ${state}: ${reason}` })
  await client().json(`/v1/rings/${id}`, { method: 'DELETE' })
  await bed.sweep()
})

test('a probe that is killed takes its part along: the rest is frozen, and calls nothing lost that it cannot see', async () => {
  const { id } = await arm({ filter: 'tcp port 5001' })
  await bed.lab.trench.traffic('short')
  await killProbe(bed, 'tg-1')
  await expect.poll(async () => (await ringOf(id)).taps.filter(({ state }) => state === 'ended').map(({ label }) => label)).toEqual(['target-tg-1/nsm-0', 'target-tg-1/eth0'])
  const { capture } = await client().json<RingRecord>(`/v1/rings/${id}/freeze`, { method: 'POST' })
  const { arrived = 0, unclear = 0, open = 0, ...others } = capture!.outcomes
  expect([arrived > 0, unclear + open > 0, others, capture!.findings]).toEqual([true, true, {}, []])
  await bed.sweep()
})

test('a ring that is disarmed is gone, and what it kept with it', async () => {
  const { id } = await arm({ filter: 'tcp port 5001' })
  await bed.lab.trench.traffic('short')
  const disarm = user('trace', 'disarm', id)
  expect([await disarm.code, disarm.stdout()]).toEqual([0, `ring ${id} of red/red is gone; it was armed\n`])
  expect(tcpdumps()).toEqual([])
  await expect(ringOf(id)).rejects.toMatchObject({ code: 'not-found' })
})

test('a filter that is none is refused, and nothing is left', async () => {
  await expect(arm({ filter: 'host 10.0.0.1 andd port 1' })).rejects.toMatchObject({ code: 'trace-refused', message: expect.stringContaining("nothing is kept: can't parse filter expression: syntax error") })
})

/** A ring of red, from when every interface is kept. */
function arm(request: RingRequest): Promise<RingRecord> {
  return client().json<RingRecord>('/v1/rings', { body: { trench: 'red', ...request } })
}

function ringOf(id: string): Promise<RingRecord> {
  return client().json<RingRecord>(`/v1/rings/${id}`)
}

/** of the controller that runs now */
function client(): ApiClient {
  return new ApiClient({ url: bed.controller.url, token: token() })
}

function token(): string {
  return readFileSync(tokenFile, 'utf8').trim()
}

const user = (...argv: string[]) => commandLine({ url: bed.controller.url, tokenFile }, argv)

/** tcpdump processes in the lab's pods. */
function tcpdumps(): number[] {
  return processesIn(pods.map(({ name }) => netnsPath(bed.lab.trench.id, name))).filter(pid => {
    try {
      return readFileSync(`/proc/${pid}/comm`, 'utf8') === 'tcpdump\n'
    } catch {
      return false
    }
  })
}
