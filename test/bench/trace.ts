// `npm run bench:trace [RUNS]`: what a live capture costs beside `tcpdump -w - | cat`, in one interleaved run on one veth pair, how fast and how late it is: each bar with its target, and
// whether it is met, the cheap ones first. About five minutes with 3 runs; ended early (SIGTERM, Ctrl-C) it prints what it has. Run it on a machine that does nothing else.
import { loadavg } from 'node:os'
import { table } from '../../controller/cli/table.ts'
import { Wire } from '../captures/namespace.ts'
import { Chain, type Load, type Ran, runLimit } from './trace/chain.ts'
import { followSpeed, mergeSpeed, type Speed } from './trace/merge-speed.ts'

const runs = Number(process.argv[2] ?? 3)
if (!Number.isInteger(runs) || runs < 1) throw new Error(`usage: npm run bench:trace [RUNS], got ${process.argv[2]}`)
/** the targets: issue 4, performance.md */
const loads: readonly (Load & { readonly name: string; readonly probe?: number; readonly chain?: number })[] = [
  { name: '200 B, headers', size: 200, perSecond: 50_000, count: 150_000, snaplen: 128, probe: 4, chain: 12 },
  { name: '1400 B, headers', size: 1400, perSecond: 50_000, count: 150_000, snaplen: 128 },
  { name: '1400 B, whole', size: 1400, perSecond: 50_000, count: 150_000, snaplen: 1514 },
]
const warmUp = 150_000
const parts = ['tcpdump', 'probe', 'controller', 'client']

const bars: string[][] = [['BAR', 'MEASURED', 'TARGET', '']]
const bar = (name: string, measured: string, target?: string, isMet?: boolean) => bars.push([name, measured, target ?? '', isMet === undefined ? '' : isMet ? 'met' : 'NOT MET'])
const say = (text: string) => process.stdout.write(`${text}\n`)

const results = loads.map(load => ({ load, limit: [] as Ran[], ours: [] as Ran[] }))
const wire = new Wire()
let chain: Chain | undefined
// its processes end with this one
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => {
  tell()
  wire.close()
  process.exit(130)
})
try {
  speeds()
  chain = await Chain.start(wire)
  await delays(chain)
  await company(chain)
  await losses(chain)
  await costs(chain)
} finally {
  tell()
  try {
    await chain?.close()
  } finally {
    wire.close()
  }
}

/** Processor time per packet after the warm-up, ours and tcpdump's in turn. */
async function costs(chain: Chain): Promise<void> {
  for (let run = 0; run < runs; run++) {
    for (const { load, limit, ours } of results) {
      limit.push(await runLimit(wire, load))
      ours.push(await chain.run(load, { warmUp }))
    }
  }
}

/** All there is by now. */
function tell(): void {
  tellCosts()
  say(table(bars).join('\n'))
  say(`load at the end ${loadavg()[0]!.toFixed(1)}`)
}

function tellCosts(): void {
  const measured = results.filter(({ ours }) => ours.length > 0)
  if (measured.length === 0) return
  say(`us of processor time per packet at 50,000 a second, after ${warmUp} packets of warm-up; medians of ${Math.min(...measured.map(({ ours }) => ours.length))} runs; load ${loadavg()[0]!.toFixed(1)}`)
  const us = (of: readonly Ran[], names: readonly string[] = parts) => median(of.map(({ cpu }) => names.reduce((sum, name) => sum + (cpu[name] ?? 0), 0)))
  say(table([
    ['PACKETS', 'LIMIT', ...parts.map(part => part.toUpperCase()), 'ALL', 'DELIVERED (WARM-UP INCLUDED)', 'BY THE LIMIT'],
    ...measured.map(({ load, limit, ours }) => [load.name, us(limit, ['tcpdump', 'cat']).toFixed(2), ...parts.map(part => us(ours, [part]).toFixed(2)), us(ours).toFixed(2), range(ours), range(limit)]),
  ]).join('\n'))
  for (const { load, limit, ours } of measured) {
    const least = us(limit, ['tcpdump', 'cat'])
    const ratio = (what: string, names: readonly string[], most: number | undefined) => {
      const times = us(ours, names) / least
      bar(`${load.name}: ${what} / tcpdump | cat`, times.toFixed(1), most === undefined ? undefined : `<= ${most}`, most === undefined ? undefined : times <= most)
    }
    ratio('processor time of tcpdump and probe', ['tcpdump', 'probe'], load.probe)
    ratio('processor time of the whole chain', parts, load.chain)
    const open = ours.filter(({ sent, delivered, lost, unaccounted }) => unaccounted !== 0 || delivered + lost < sent)
    bar(`${load.name}: runs whose ledger holds every packet`, `${ours.length - open.length} of ${ours.length}`, 'all', open.length === 0)
  }
}

/** What is lost after the warm-up, by the numbers in the packets. */
async function losses(chain: Chain): Promise<void> {
  for (const load of loads) {
    const { client, lost, unaccounted } = await chain.run(load, { warmUp, look: true })
    const missing = load.count - client!.packets
    bar(`${load.name}: missing of ${load.count} after the warm-up, unaccounted`, `${missing}, ${unaccounted}`, '0, or in the ledger', unaccounted === 0 && missing <= lost)
    bar(`${load.name}: out of order, told twice`, `${client!.outOfOrder}, ${client!.repeated}`, '0, 0', client!.outOfOrder + client!.repeated === 0)
  }
}

async function delays(chain: Chain): Promise<void> {
  const { client } = await chain.run({ size: 200, perSecond: 100, count: 1000, snaplen: 128 }, { look: true })
  const sorted = client!.delaysMs.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  bar('from the kernel to the client at 100 pps, p50', `${at(0.5).toFixed(1)} ms`)
  bar('from the kernel to the client at 100 pps, p99', `${at(0.99).toFixed(1)} ms`, '<= 50 ms', at(0.99) <= 50)
  bar('at 100 pps: missing of 1000, out of order, told twice', `${1000 - client!.packets}, ${client!.outOfOrder}, ${client!.repeated}`, '0, 0, 0', client!.packets === 1000 && client!.outOfOrder + client!.repeated === 0)
}

/** Beside a client that reads 1 KB a second, another gets all that is delivered. */
async function company(chain: Chain): Promise<void> {
  const { client, delivered } = await chain.run({ size: 200, perSecond: 20_000, count: 100_000, snaplen: 128 }, { look: true, slow: true })
  bar('beside a client of 1 KB/s: another one got', `${client!.packets} of ${delivered}`, 'all that is delivered', client!.packets === delivered)
}

/** The first run warms the compiler up. */
function speeds(): void {
  const middle = (measure: () => Speed) => Array.from({ length: 4 }, measure).slice(1).toSorted((a, b) => a.perSecond - b.perSecond)[1]!
  const [merge, follow] = [middle(mergeSpeed), middle(followSpeed)]
  bar('8 sources merged and written, warm, per second of one core', `${Math.round(merge.perSecond / 1000)} kpkt`, '>= 300 kpkt', merge.perSecond >= 300_000 && merge.outOfOrder === 0)
  bar('merged, written, and each packet followed', `${Math.round(follow.perSecond / 1000)} kpkt`)
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** The least and the most that was delivered, in percent. */
function range(ran: readonly Ran[]): string {
  const shares = ran.map(({ sent, delivered }) => (100 * delivered) / sent)
  return `${Math.min(...shares).toFixed(2)}-${Math.max(...shares).toFixed(2)} %`
}
