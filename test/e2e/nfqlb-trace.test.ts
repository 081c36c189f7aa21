import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { ApiClient, linesOf } from '../../controller/api/client.ts'
import type { EndedEvent, FlowWay, JourneyEvent, NfqlbEvent, NfqlbStateEvent, StartedEvent, TraceEvent, TraceRequest } from '../../controller/api/trace-events.ts'
import { commandLine } from './command-line.ts'
import { killProbe, podNamed, startTrenchBed, type TrenchBed } from './trench-bed.ts'

const lbs = ['lb-1', 'lb-2'] as const
const flow: TraceRequest = { vip: '10.0.0.1', port: 5001, protocol: 'tcp' }

let bed: TrenchBed
let client: ApiClient
let tokenFile: string
beforeAll(async () => {
  bed = await startTrenchBed()
  tokenFile = join(bed.lab.trench.dir, 'controller/api-token')
  client = new ApiClient({ url: bed.controller.url, token: readFileSync(tokenFile, 'utf8').trim() })
  await bed.sweep()
}, 180_000)
afterAll(() => bed?.close())
afterEach(async () => {
  await expect.poll(() => client.json('/v1/traces'), { timeout: 15_000 }).toEqual({ items: [] })
  await expect.poll(left, { timeout: 30_000 }).toEqual({ 'lb-1': [[], 0, []], 'lb-2': [[], 0, []] })
  expect(bed.incidents()).toEqual([])
})

test('each request has the mark its load balancer gave it; it is the predicted one, and leads to the target that was reached', async () => {
  const trace = await begin(flow)
  await trace.state('active', 2)
  expect((await left())['lb-1']).toEqual([[expect.stringMatching(/^probe-ts[\da-f]{12}-1$/)], 0x40, [expect.stringMatching(/^probe-ts/)]])
  await bed.lab.trench.traffic('short')
  const { journeys, ended, events } = await trace.stop()
  const requests = journeys.filter(({ way, packet }) => way === 'request' && packet.protocol === 'tcp')
  expect(requests.length).toBeGreaterThan(50)
  expect(requests.filter(({ mark }) => mark?.stream !== 'tshm-stream1')).toEqual([])
  expect(ended.findings).toEqual([])
  for (const { packet, mark, hops } of requests.filter(({ packet: { what } }) => what.startsWith('tcp SYN seq')).slice(0, 8)) {
    const { source, sourcePort, destination, destinationPort } = packet
    const { items } = await client.json<{ items: readonly FlowWay[] }>('/v1/traces/explain', { body: { trench: 'red', protocol: 'tcp', source, sourcePort, destination, destinationPort } })
    const way = items.find(({ pod }) => pod === trace.started.taps[hops[0]!.tap]!.pod)
    expect([way?.fwmark, way?.target]).toEqual([mark!.fwmark, trace.started.taps[hops.at(-1)!.tap]!.pod])
  }
  // every word of nfqlb is told once, with its packet
  const said = events.filter((event): event is NfqlbEvent => event.type === 'nfqlb')
  expect(said.filter(({ packet }) => packet.protocol === 'tcp').map(({ journey }) => journey).sort()).toEqual(requests.map(({ id }) => id).sort())
  expect(states(events, 'ended').map(({ message }) => message)).toEqual(['it was ended', 'it was ended'])
})

test('trenchscope trace --nfqlb prints the marks, and writes what nfqlb said into the file, in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trenchscope-nfqlb-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'trace.pcapng')
  const command = commandLine({ url: bed.controller.url, tokenFile }, ['trace', 'red', '--vip', '10.0.0.1', '--port', '5001', '--proto', 'tcp', '--nfqlb', '-w', file, '-c', '40'])
  await expect.poll(() => command.stdout().match(/^# nfqlb of .* traces, too$/gm)?.length, { timeout: 60_000 }).toBe(2)
  await bed.lab.trench.traffic('short')
  expect(await command.code).toBe(0)
  const requests = command.stdout().split('\n').filter(line => / request /.test(line))
  expect(requests.length).toBeGreaterThan(10)
  expect(requests.filter(line => !/ \| mark 50\d\d of tshm-stream1 \(nfqlb trace\)$/.test(line))).toEqual([])
  const tshark = (...args: string[]) => execFileSync('tshark', ['-r', file, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n')
  const times = tshark('-T', 'fields', '-e', 'frame.time_epoch')
  expect(times).toEqual([...times].sort())
  const said = tshark('-Y', 'frame.packet_id == 1 && frame.comment', '-T', 'fields', '-e', 'frame.interface_name', '-e', 'frame.comment')
  expect(said).toEqual([expect.stringMatching(/^red\/stateless-lb-frontend-\S+\/nfqlb\tnfqlb trace, which tells no times; this came at \S+: \S+ > 10\.0\.0\.1:5001 tcp len 60: mark 50\d\d of tshm-stream1$/)])
})

test('a load balancer that somebody else traces is left alone, and named; the other one is traced, and all packets are captured', async () => {
  await bed.lab.trench.nfqlb('lb-1', 'trace-flow-set', '--name=router-traffic', '--protocols=tcp', '--dports=9').catch(() => undefined) // 255 is success
  const trace = await begin(flow)
  await trace.state('active', 1)
  const [refused] = await trace.state('refused', 1)
  expect(refused).toMatchObject({ pod: `red/${podNamed('lb-1').podName}`, message: expect.stringMatching(/^trace flows of somebody else are set, and would be traced, too: router-traffic/) })
  await bed.lab.trench.traffic('short')
  const { journeys } = await trace.stop()
  const marked = journeys.filter(({ mark }) => mark).map(({ hops }) => trace.started.taps[hops[0]!.tap]!.pod)
  expect([...new Set(marked)]).toEqual([`red/${podNamed('lb-2').podName}`])
  expect(journeys.filter(({ outcome }) => outcome !== 'arrived')).toEqual([])
  expect((await left())['lb-1']![0]).toEqual(['router-traffic'])
  await bed.lab.trench.nfqlb('lb-1', 'trace-flow-delete', '--name=router-traffic')
})

test('what a killed probe has set is taken back by the probe that comes after it', async () => {
  const trace = await begin(flow)
  await trace.state('active', 2)
  await killProbe(bed, 'lb-1')
  await trace.state('failed', 1)
  await trace.stop()
  expect((await left())['lb-1']).toEqual([[expect.stringMatching(/^probe-ts/)], 0, [expect.stringMatching(/^probe-ts/)]])
  await bed.sweep()
})

test.each<[string, TraceRequest]>([['no port', { vip: '10.0.0.1' }], ['no VIP', { port: 5001 }], ['pings', { ...flow, protocol: 'icmp' }]])('nfqlb is not asked to trace %s', async (_, request) => {
  await expect(begin(request)).rejects.toMatchObject({ code: 'trace-refused', message: expect.stringContaining('nfqlb traces what has a VIP and a port') })
})

/** A trace of red with nfqlb's own; its events are gathered as they come. */
async function begin(request: TraceRequest) {
  const lines = linesOf(await client.open('/v1/traces', { body: { trench: 'red', nfqlb: true, ...request } }))
  const started = JSON.parse((await lines.next()).value as string) as StartedEvent
  const events: TraceEvent[] = []
  const read = (async () => { for await (const line of lines) events.push(JSON.parse(line) as TraceEvent) })()
  return {
    started,
    state: async (state: NfqlbStateEvent['state'], count: number) => {
      await expect.poll(() => states(events, state).length, { timeout: 45_000 }).toBe(count)
      return states(events, state)
    },
    stop: async () => {
      await new Promise(resolve => setTimeout(resolve, 4000))
      const ended = await client.json<EndedEvent>(`/v1/traces/${started.id}/stop`, { method: 'POST' })
      await read
      return { ended, events, journeys: events.filter((event): event is JourneyEvent => event.type === 'journey') }
    },
  }
}

function states(events: readonly TraceEvent[], state: NfqlbStateEvent['state']): NfqlbStateEvent[] {
  return events.filter((event): event is NfqlbStateEvent => event.type === 'nfqlb-trace' && event.state === state)
}

/** Of each load balancer: its trace flows, its mask, and what probes have written down in its shared memory. */
async function left(): Promise<Record<string, readonly [readonly string[], number, readonly string[]]>> {
  return Object.fromEntries(await Promise.all(lbs.map(async lb => {
    const shm = `/proc/${bed.lab.trench.pid(lb, 'nfqlb')}/root/dev/shm`
    const names = [...(await bed.lab.trench.nfqlb(lb, 'trace-flow-list')).matchAll(/"name": "(.*)"/g)].map(([, name]) => name!)
    return [lb, [names, readFileSync(join(shm, 'nfqlb-trace')).readUInt32LE(4), readdirSync(shm).filter(name => name.startsWith('probe-'))]] as const
  })))
}
