// `npm run soak:trace [ROUNDS]`: TCP of both families through the lab, 80 connections a round (default 13), traced over all hops: every connection and every packet must be accounted for, the
// file strictly in order. Then packets are made to die at each kind of hop, and the trace must name it. Exit 1 on any that does not hold.
import { setTimeout as delay } from 'node:timers/promises'
import type { EndedEvent } from '../../controller/api/trace-events.ts'
import { Tracing } from './tracing.ts'
import { startBed } from './bed.ts'
import { faultNamed, healFault, injectFault } from './trench/faults/index.ts'

const rounds = Number(process.argv[2] ?? 13)
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`usage: npm run soak:trace [ROUNDS], got ${process.argv[2]}`)
/** Where packets die, and what findings or outcomes must say then. */
const deaths: readonly (readonly [fault: string, where: string, said: RegExp])[] = [
  ['f09', 'load balancer: no flow', /no flow matches/],
  ['f03', 'load balancer: no rule for the mark', /no rule takes/],
  ['f06', 'load balancer: wrong neighbour', /02:fe:de:ad:be:ef/],
  ['f23', 'proxy: port not in the bridge', /never at proxy-\w+\/proxy\.load/],
  ['f02', 'target: interface down', /tg-2\/nsm-0 is down/],
  ['f31', 'target: the reply leaves by eth0', /the reply left by target-tg-2\/eth0/],
  ['f18', 'load balancer: the reply leaves by eth0', /the reply left by lb-\w+\/eth0/],
]

const bed = await startBed()
let bad = 0
const say = (isWell: boolean, text: string) => {
  if (!isWell) bad += 1
  process.stdout.write(`${isWell ? 'ok   ' : 'WRONG'} ${text}\n`)
}
try {
  await bed.sweep()
  await count()
  for (const death of deaths) await die(...death)
} finally {
  await bed.close()
}
process.exitCode = bad === 0 ? 0 : 1

async function count(): Promise<void> {
  const trace = await Tracing.begin(bed, { filter: 'tcp port 5001' })
  const file = trace.file()
  let connections = 0
  let answered = 0
  for (let round = 0; round < rounds; round++) {
    const { v4, v6 } = await bed.lab.trench.traffic('short')
    for (const [who, number] of [...Object.entries(v4), ...Object.entries(v6)]) {
      connections += number
      if (who.includes('tg-')) answered += number
    }
  }
  const { journeys, ended } = await trace.stop()
  const { packets, outOfOrder } = await file
  const syns = journeys.filter(({ way, packet, again }) => way === 'request' && !again && packet.what.startsWith('tcp SYN seq')).length
  const sum = (of: (row: EndedEvent['rows'][number]) => number) => ended.rows.reduce((total, row) => total + of(row), 0)
  const delivered = sum(row => row.delivered)
  say(syns === connections && answered === connections, `${connections} connections of both families, ${syns} followed, ${answered} answered`)
  say(journeys.every(({ outcome }) => outcome === 'arrived'), `${journeys.length} packets followed: ${JSON.stringify(ended.outcomes)}`)
  say(journeys.every(({ hops }) => hops.length >= 5), `${journeys.filter(({ hops }) => hops.length < 5).length} not seen at all five places`)
  say(ended.rows.every(({ unaccounted, closed }) => unaccounted === 0 && closed), `${sum(row => row.matched)} looks: ${delivered} delivered, ${sum(row => row.kernelDropped)} dropped by the kernel, ${sum(row => row.probeShed)} by probes, ${sum(row => row.late)} late, ${sum(row => row.unaccounted)} unaccounted`)
  say(packets === delivered && outOfOrder === 0, `${packets} packets in the file, ${outOfOrder} pairs out of order`)
  say(ended.findings.length === 0, `${ended.findings.length} findings in a healthy trench${ended.findings.map(({ text }) => `; ${text}`).join('')}`)
}

async function die(id: string, where: string, said: RegExp): Promise<void> {
  const fault = faultNamed(id)
  const trace = await Tracing.begin(bed, { filter: 'tcp port 5001' })
  await injectFault(bed.lab.trench, fault)
  try {
    await delay(fault.settleMs)
    await bed.lab.trench.traffic('short')
    const { journeys, ended } = await trace.stop()
    const texts = [...new Set([...ended.findings.map(({ text }) => text), ...journeys.filter(({ outcome }) => outcome === 'unclear').map(({ text = '' }) => text)])]
    say(texts.some(text => said.test(text)), `${id} ${where}: ${JSON.stringify(ended.outcomes)}: ${texts.slice(0, 3).join(' | ') || 'nothing said'}`)
  } finally {
    await healFault(bed.lab.trench, fault, { timeoutMs: 60_000 })
  }
}
