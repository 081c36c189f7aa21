import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { ApiClient, linesOf } from '../../controller/api/client.ts'
import type { EndedEvent, FlowWay, JourneyEvent, StartedEvent, TraceEvent, TraceRequest } from '../../controller/api/trace-events.ts'
import { faultNamed, healFault, injectFault } from '../lab/trench/faults/index.ts'
import { netnsPath } from '../lab/trench/record.ts'
import { processesIn } from '../lab/trench/system.ts'
import { pods } from '../lab/trench/topology.ts'
import { commandLine } from './command-line.ts'
import { killProbe, startTrenchBed, type TrenchBed } from './trench-bed.ts'

let bed: TrenchBed
let client: ApiClient
let tokenFile: string
beforeAll(async () => {
  bed = await startTrenchBed()
  tokenFile = join(bed.lab.trench.dir, 'controller/api-token')
  client = new ApiClient({ url: bed.controller.url, token: readFileSync(tokenFile, 'utf8').trim() })
  // every probe is in its pod, every neighbour known
  await bed.sweep()
}, 180_000)
afterAll(() => bed?.close())
afterEach(async () => {
  await expect.poll(tcpdumps, { timeout: 10_000 }).toEqual([])
  await expect.poll(() => client.json('/v1/traces'), { timeout: 10_000 }).toEqual({ items: [] })
})

test('TCP of both families is seen at every hop, in order, and every packet is accounted for', async () => {
  const trace = await begin({ filter: 'tcp port 5001' })
  expect(trace.started.taps.map(({ place }) => place).sort()).toEqual([...Array<string>(8).fill('aside'), ...Array<string>(4).fill('conduit'), ...Array<string>(2).fill('external'), ...Array<string>(4).fill('proxy-lb'), ...Array<string>(4).fill('proxy-target'), ...Array<string>(4).fill('target')])
  const traffic = await bed.lab.trench.traffic('short')
  const { journeys, ended } = await trace.stop()
  const places = (journey: JourneyEvent) => journey.hops.map(({ tap }) => trace.started.taps[tap]!.place)
  const way = ['external', 'conduit', 'proxy-lb', 'proxy-target', 'target']
  expect(journeys.filter(({ outcome }) => outcome !== 'arrived')).toEqual([])
  // nothing lost, and every flow went as predicted
  expect(ended.findings).toEqual([])
  expect(journeys.filter(journey => places(journey).join() !== (journey.way === 'request' ? way : [...way].reverse()).join())).toEqual([])
  // a SYN per connection, and who answered it is who the client heard
  const syns = journeys.filter(({ packet, way: direction }) => direction === 'request' && packet.what.startsWith('tcp SYN seq'))
  for (const family of ['v4', 'v6'] as const) {
    const answered = syns.filter(({ packet }) => packet.source.includes(':') === (family === 'v6')).map(({ hops }) => labOf(trace.started.taps[hops.at(-1)!.tap]!.pod))
    expect(Object.fromEntries([...Map.groupBy(answered, name => name)].map(([name, list]) => [name, list.length]))).toEqual(traffic[family])
  }
  // sorted by first sight
  expect(journeys.map(({ at }) => at)).toEqual(journeys.map(({ at }) => at).sort())
  expect(ended.rows.filter(row => !row.closed || row.unaccounted !== 0 || row.kernelDropped + row.probeShed + row.late > 0)).toEqual([])
  expect(ended.rows.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(journeys.reduce((sum, { hops }) => sum + hops.length, 0))
})

test('between pods of one node time is the kernel\'s own; between nodes nothing below the clocks\' error is claimed', async () => {
  const trace = await begin({ filter: 'tcp port 5001' })
  await bed.lab.trench.traffic('short')
  const { journeys } = await trace.stop()
  const node = (tap: number) => trace.started.taps[tap]!.node
  const steps = journeys.flatMap(({ hops }) => hops.slice(1).map((hop, index) => ({ same: node(hop.tap) === node(hops[index]!.tap), ...hop })))
  expect(steps.filter(({ same, withinNs }) => (same ? withinNs !== 0 : withinNs! < 1e6))).toEqual([])
  expect(steps.filter(({ same, afterNs }) => same && afterNs! < 0)).toEqual([])
})

// before any fault: half-open connections go on sending SYN,ACK for a minute
test('trenchscope trace prints a line per packet, writes a file that tshark reads in order, and ends by itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trenchscope-trace-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'trace.pcapng')
  const command = user('trace', '-n', 'red', '--vip', '10.0.0.1', '--port', '5001', '-w', file, '-c', '40')
  await expect.poll(() => command.stderr(), { timeout: 60_000 }).toContain('tracing red/red: 26 interfaces of 8 pods')
  await bed.lab.trench.traffic('short')
  expect(await command.code).toBe(0)
  const lines = command.stdout().trim().split('\n')
  expect(lines).toHaveLength(40)
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{9} request 192\.0\.2\.10:\d+ > 10\.0\.0\.1:5001 tcp SYN seq \d+ len 0 \| lb-\w+\/nsm-1 \S+ lb-\w+\/load-balan-\w+ \S+ proxy-\w+\/load-balan-\w+ \S+ proxy-\w+\/proxy\.load-\w+ \S+ target-tg-\d\/nsm-0$/)
  expect(command.stderr()).toContain('40 packets followed: 40 arrived')
  const tshark = (...args: string[]) => execFileSync('tshark', ['-r', file, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n')
  const times = tshark('-T', 'fields', '-e', 'frame.time_epoch')
  expect(times.length).toBeGreaterThanOrEqual(200)
  expect(times).toEqual([...times].sort())
  expect(tshark('-Y', 'frame.packet_id == 1', '-T', 'fields', '-e', 'frame.interface_name')).toHaveLength(5)
  expect(tshark('-Y', 'ip.addr != 10.0.0.1 || tcp.port != 5001')).toEqual([''])
})

test.each<[string, string]>([
  ['f23', 'last seen at proxy-5slff/load-balan-… in a frame for meridio-app-74f796dd77-tg-2/nsm-0, never at proxy-5slff/proxy.load-52c1'],
  ['f31', 'the reply left by target-tg-2/eth0, where no packet of a VIP belongs'],
  ['f18', 'the reply left by lb-46qjc/eth0, where no packet of a VIP belongs'],
])('%s: the trace says where packets died', async (id, text) => {
  const fault = faultNamed(id)
  const trace = await begin({ filter: 'tcp port 5001' })
  await injectFault(bed.lab.trench, fault)
  try {
    await delay(fault.settleMs)
    const traffic = await bed.lab.trench.traffic('short')
    const { journeys, ended } = await trace.stop()
    const lost = journeys.filter(({ outcome }) => outcome === 'lost' || outcome === 'aside')
    expect([...new Set(lost.map(journey => journey.text!.replace(/load-balan-\w+/, 'load-balan-…')))]).toEqual([text])
    // each lost packet is in a finding, with the first few as evidence
    expect(ended.findings.reduce((sum, { packets }) => sum + packets, 0)).toBe(lost.length)
    expect(ended.findings.every(({ severity, text: said, evidence, vouching }) => severity === 'loss' && said.includes(evidence[0]!.text!) && vouching.every(row => row.kernelDropped + row.probeShed === 0))).toBe(true)
    // a connect that timed out has lost a packet
    const timeouts = (traffic.v4['connect_timeout'] ?? 0) + (traffic.v6['connect_timeout'] ?? 0)
    expect([timeouts > 0, lost.length >= timeouts]).toEqual([true, true])
  } finally {
    await healFault(bed.lab.trench, fault, { timeoutMs: 60_000 })
  }
})

test('Wireshark finds each trench as an interface, once it is installed, and tshark captures from it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trenchscope-extcap-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  execFileSync(join(import.meta.dirname, '../../bin/trenchscope'), ['--server', bed.controller.url, '--token-file', tokenFile, 'extcap', 'install', '--dir', folder])
  // root's Wireshark looks into one folder only: ours takes its place, in a mount namespace
  const [, system = ''] = /^(?:Global )?Extcap path:\s*(.+)$/m.exec(execFileSync('tshark', ['-G', 'folders'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) ?? []
  const tshark = (...args: string[]) => promisify(execFile)('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', 'mount --bind "$1" "$2" && shift 2 && exec tshark "$@"', 'sh', folder, system, ...args], { encoding: 'utf8', timeout: 60_000 })
  expect((await tshark('-D')).stdout).toContain('trench.red.red (Trench red/red)')
  const captured = tshark('-i', 'trench.red.red', '-f', 'tcp port 5001', '-o', 'extcap.trench_red_red.vip:10.0.0.1', '-c', '60', '-w', join(folder, 'out.pcapng'))
  await expect.poll(async () => (await client.json<{ items: unknown[] }>('/v1/traces')).items.length, { timeout: 30_000 }).toBe(1)
  await expect.poll(() => tcpdumps().length, { timeout: 10_000 }).toBe(26)
  await bed.lab.trench.traffic('short')
  await captured
  const { stdout } = await tshark('-r', join(folder, 'out.pcapng'), '-T', 'fields', '-e', 'frame.interface_name', '-e', 'tcp.port')
  const lines = stdout.trim().split('\n')
  expect([lines.length, lines.every(line => line.startsWith('red/') && line.includes('5001'))]).toEqual([60, true])
})

test('a client that does not read loses its own lines only, and is told how many', async () => {
  const trace = await begin({ filter: 'udp port 5003' })
  const slow = await client.open(`/v1/traces/${trace.started.id}/stream?packets=true`)
  await bed.lab.trench.flood()
  const { journeys, ended } = await trace.stop()
  expect(journeys.filter(({ way }) => way === 'request')).toHaveLength(2600)
  expect(ended.rows.filter(row => row.unaccounted !== 0)).toEqual([])
  const events = (await slow.text()).trim().split('\n').map(line => JSON.parse(line) as TraceEvent)
  const told = events.filter(({ type }) => type === 'packet').length
  const shed = events.reduce((sum, event) => sum + (event.type === 'shed' ? event.events : 0), 0)
  expect([events[0]?.type, events.at(-1)?.type, told + shed >= ended.rows.reduce((sum, { delivered }) => sum + delivered, 0)]).toEqual(['started', 'ended', true])
})

test.each<[string, TraceRequest, string, RegExp]>([
  ['a filter that is none', { filter: 'host 10.0.0.1 andd port 1' }, 'trace-refused', /nothing is captured: can't parse filter expression: syntax error/],
  ['an option as filter', { filter: '-w /tmp/x' }, 'trace-refused', /begins with a dash/],
  ['no address', { vip: '::::' }, 'trace-refused', /:::: is no address/],
  ['another trench', { trench: 'blue' }, 'trench-not-found', /no trench blue/],
  ['a snaplen beyond all bounds', { snaplen: 262_144 }, 'invalid-request', /must be <= 9216/],
  ['a filter beyond all bounds', { filter: `port 1${' or port 1'.repeat(100)}` }, 'invalid-request', /must NOT have more than 800 characters/],
  ['a port that is none', { port: 70_000 }, 'invalid-request', /must be <= 65535/],
  ['packets without end', { count: 1e9 }, 'invalid-request', /must be <= 1000000/],
  ['a trace without end', { seconds: 86_400 }, 'invalid-request', /must be <= 3600/],
])('%s: a problem with a stable code, and nothing is left', async (_, request, code, message) => {
  const error = await begin(request).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
})

test('a trace ends when its last client has left', async () => {
  const left = new AbortController()
  const response = await client.open('/v1/traces', { body: { trench: 'red' }, signal: left.signal })
  expect(tcpdumps().length).toBe(26)
  left.abort()
  await response.text().catch(() => undefined)
  await expect.poll(tcpdumps, { timeout: 15_000 }).toEqual([])
})

test('a probe that is killed takes its captures along; the trace goes on and calls nothing lost that it cannot see', async () => {
  const trace = await begin({ filter: 'tcp port 5001' })
  await killProbe(bed, 'tg-1')
  await delay(500)
  await bed.lab.trench.traffic('short')
  const { journeys, ended } = await trace.stop()
  const blind = journeys.filter(({ text = '' }) => text.includes('target-tg-1/nsm-0'))
  expect(blind.length).toBeGreaterThan(0)
  expect([...new Set(journeys.map(({ outcome }) => outcome))].sort()).toEqual(['arrived', 'unclear'])
  expect(ended.rows.filter(({ closed }) => !closed).map(({ tap }) => trace.started.taps[tap]!.label)).toEqual(['target-tg-1/nsm-0', 'target-tg-1/eth0'])
  await bed.sweep()
})

test('a way that is predicted is the way that is gone', async () => {
  const trace = await begin({ filter: 'tcp port 5001' })
  await bed.lab.trench.traffic('short')
  const { journeys } = await trace.stop()
  const syns = journeys.filter(({ way, packet }) => way === 'request' && packet.what.startsWith('tcp SYN seq')).slice(0, 12)
  for (const { packet, hops } of syns) {
    const [lb, target] = [trace.started.taps[hops[0]!.tap]!.pod, trace.started.taps[hops.at(-1)!.tap]!.pod]
    const { source, sourcePort, destination, destinationPort } = packet
    const { items } = await client.json<{ items: readonly FlowWay[] }>('/v1/traces/explain', { body: { trench: 'red', protocol: 'tcp', source, sourcePort, destination, destinationPort } })
    expect(items.find(({ pod }) => pod === lb)?.target).toBe(target)
  }
})

test('trenchscope explain-flow says where a packet would go, and where it would stop', async () => {
  const good = user('explain-flow', 'red', '--src', '192.0.2.10:40000', '--dst', '10.0.0.1:5001')
  expect(await good.code).toBe(0)
  expect(good.stdout()).toMatch(/^red\/stateless-lb-frontend-\S+\n {2}flow {7}flow tshm-stream1-flow1 \(priority 1\) matches, stream tshm-stream1\n {2}target {5}hash \d+ modulo 9973 is slot \d+: index \d+, mark 50\d\d\n {2}rule {7}.*\n {2}route {6}.*\n {2}neighbour .*\n {2}arrives {4}red\/meridio-app-74f796dd77-tg-\d\/nsm-0\n/)
  const bad = user('explain-flow', 'red', '--src', '[2001:db8::1]:1', '--dst', '[1000::1:a00:1]:80')
  expect([await bad.code, bad.stdout().match(/STOPS.*/g)]).toEqual([1, Array(2).fill('STOPS      no flow matches: the packet is dropped, and counted nowhere')])
})

/** A trace of red, from when every tap listens. */
async function begin(request: TraceRequest) {
  const response = await client.open('/v1/traces', { body: { trench: 'red', ...request } })
  const lines = linesOf(response)
  const started = JSON.parse((await lines.next()).value as string) as StartedEvent
  return {
    started,
    stop: async () => {
      // packets under way, and the counters that vouch for what was not seen
      await delay(4000)
      const ended = await client.json<EndedEvent>(`/v1/traces/${started.id}/stop`, { method: 'POST' })
      const events: TraceEvent[] = []
      for await (const line of lines) events.push(JSON.parse(line) as TraceEvent)
      return { ended, journeys: events.filter((event): event is JourneyEvent => event.type === 'journey') }
    },
  }
}

const user = (...argv: string[]) => commandLine({ url: bed.controller.url, tokenFile }, argv)

function labOf(pod: string): string {
  return pods.find(({ podName }) => pod.endsWith(`/${podName}`))?.name ?? pod
}

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
