// `npm run bench:trace`: what a live capture costs beside `tcpdump -w - | cat`, in one interleaved run on one veth pair, and how fast and how late it is. Run it on a machine that does nothing else.
import { loadavg } from 'node:os'
import { table } from '../../controller/cli/table.ts'
import { Wire } from '../captures/namespace.ts'
import { Chain, type Load, type Ran, runLimit } from './trace/chain.ts'
import { followSpeed, mergeSpeed } from './trace/merge-speed.ts'

const runs = Number(process.argv[2] ?? 3)
const loads: Readonly<Record<string, Load>> = {
  '200 B, headers': { size: 200, perSecond: 50_000, count: 200_000, snaplen: 128 },
  '1400 B, headers': { size: 1400, perSecond: 50_000, count: 200_000, snaplen: 128 },
  '1400 B, whole': { size: 1400, perSecond: 50_000, count: 200_000, snaplen: 1514 },
}
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
const total = ({ cpu }: Ran) => Object.values(cpu).reduce((sum, us) => sum + us, 0)
const say = (text: string) => process.stdout.write(`${text}\n`)
const met = (isMet: boolean) => (isMet ? 'met' : 'NOT MET')

const wire = new Wire()
let chain: Chain | undefined
// its processes end with this one
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => {
  wire.close()
  process.exit(130)
})
try {
  chain = await Chain.start(wire)
  await chain.run({ size: 200, perSecond: 50_000, count: 100_000, snaplen: 128 })
  const results: Record<string, { readonly limit: Ran[]; readonly ours: Ran[] }> = {}
  for (let run = 0; run < runs; run++) {
    for (const [name, load] of Object.entries(loads)) {
      const { limit, ours } = (results[name] ??= { limit: [], ours: [] })
      limit.push(await runLimit(wire, load))
      ours.push(await chain.run(load))
    }
  }
  const parts = ['tcpdump', 'probe', 'controller', 'client']
  const us = (of: readonly Ran[], part: string) => median(of.map(({ cpu }) => cpu[part] ?? 0)).toFixed(2)
  const share = ({ sent, delivered }: Ran) => delivered / sent
  say(`us of processor time per packet, medians of ${runs} runs at 50,000 packets a second; load ${loadavg()[0]!.toFixed(1)}`)
  say(table([
    ['PACKETS', 'LIMIT', ...parts.map(part => part.toUpperCase()), 'ALL', 'PROBE/LIMIT', 'ALL/LIMIT', 'DELIVERED', 'UNACCOUNTED'],
    ...Object.entries(results).map(([name, { limit, ours }]) => {
      const least = median(limit.map(total))
      const probe = median(ours.map(({ cpu }) => (cpu['tcpdump'] ?? 0) + (cpu['probe'] ?? 0)))
      const all = median(ours.map(total))
      return [name, least.toFixed(2), ...parts.map(part => us(ours, part)), all.toFixed(2), (probe / least).toFixed(1), (all / least).toFixed(1), `${(100 * Math.min(...ours.map(share))).toFixed(2)} % (limit ${(100 * Math.min(...limit.map(share))).toFixed(2)} %)`, String(Math.max(...ours.map(({ unaccounted }) => Math.abs(unaccounted))))]
    }),
  ]).join('\n'))
  const all = Object.values(results).flatMap(({ ours }) => ours)
  const honest = all.every(({ sent, delivered, lost, unaccounted }) => delivered + lost >= sent && unaccounted === 0)
  const { client } = await chain.run({ size: 200, perSecond: 100, count: 1000, snaplen: 128 }, { look: true })
  const delays = client!.delaysMs.toSorted((a, b) => a - b)
  const p99 = delays[Math.floor(delays.length * 0.99)] ?? NaN
  const middle = (measure: typeof mergeSpeed) => Array.from({ length: 5 }, measure).toSorted((a, b) => a.perSecond - b.perSecond)[2]!
  const [merge, follow] = [middle(mergeSpeed), middle(followSpeed)]
  say(table([
    ['ledger balances at 50 kpps, every packet in it', honest ? 'yes' : 'no', 'yes', met(honest)],
    ['packets lost at 50 kpps, after warm-up', String(all.reduce((sum, { lost }) => sum + lost, 0)), '0, or in the ledger', met(honest)],
    ['from the kernel to the client at 100 pps, p50', `${(delays[delays.length >> 1] ?? NaN).toFixed(1)} ms`, '', ''],
    ['from the kernel to the client at 100 pps, p99', `${p99.toFixed(1)} ms`, '<= 50 ms', met(p99 <= 50)],
    ['packets out of order, told twice, missing, of 1000', `${client!.outOfOrder}, ${client!.repeated}, ${1000 - client!.packets}`, '0, 0, 0', met(client!.outOfOrder + client!.repeated === 0 && client!.packets === 1000)],
    ['8 sources merged and written, per second of one core', `${Math.round(merge.perSecond / 1000)} kpkt`, '>= 300 kpkt', met(merge.perSecond >= 300_000 && merge.outOfOrder === 0)],
    ['merged, written, and each packet followed', `${Math.round(follow.perSecond / 1000)} kpkt`, '', ''],
  ]).join('\n'))
} finally {
  await chain?.close()
  wire.close()
}
