// `npm run bench`: what a probe and a sweep cost, each beside its target. Medians; run it on a machine that does nothing else.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { table } from '../../controller/cli/table.ts'
import { type Bed, startBed } from '../lab/bed.ts'
import { emptyNodeMs, firstLineMs } from './cold-start.ts'
import { ranMs } from './flow-list.ts'
import { helloMs } from './hello.ts'

/** Each role, layer and kind once: the checks the first issue asked for. */
const mainJob = [
  'pod-not-ready', 'container-restarted', 'conduit-interface-down', 'external-interface-down', 'external-address-missing', 'target-interface-down', 'lb-proxy-link-missing', 'proxy-lb-link-missing', 'proxy-target-link-missing',
  'bird-down', 'bgp-session-down', 'bfd-session-down', 'static-gateway-down', 'default-route-not-received', 'kernel-default-route-missing', 'vip-rule-missing', 'nfqueue-unbound', 'nfqueue-stalled', 'flow-missing', 'flow-differs',
  'target-not-active', 'target-rule-missing', 'target-route-missing', 'target-neighbour-failed', 'target-unreachable', 'lb-targets-differ', 'proxy-nexthop-dead', 'proxy-nexthop-missing', 'proxy-vip-rule-missing',
  'proxy-default-route-missing', 'target-vip-missing', 'target-vip-rule-missing', 'target-default-route-missing', 'bridge-unreachable',
]

const root = join(import.meta.dirname, '../..')
const rows: string[][] = [['WHAT', 'MEASURED', 'TARGET', '']]
const add = (what: string, value: number, unit: string, target: number) => rows.push([what, `${Math.round(value)} ${unit}`, `<= ${target} ${unit}`, value <= target ? 'met' : 'NOT MET'])
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

add('probe bundle', statSync(join(root, 'dist/agent.cjs')).size / 1000, 'kB', 260)
const starts: number[] = []
const empty: number[] = []
for (let run = 0; run < 15; run++) {
  empty.push(emptyNodeMs())
  starts.push(await firstLineMs())
}
add('spawn to first line, alone', median(starts), 'ms', 150)
add('spawn to hello accepted, alone', median(await helloMs(1, 9)), 'ms', 500)
add('spawn to hello accepted, 8 at once, slowest', median(await helloMs(8, 7)), 'ms', 2000)

/** What a sweep costs with some checks, or all: the probes are injected by the first one, then come twenty. */
async function sweeps(what: string, targetMs: number, checks?: readonly string[]): Promise<void> {
  const bed = await startBed(checks ? { checks } : {})
  try {
    const first = await bed.sweep()
    const idle = bed.controller.registry.probes().map(probe => probe.cost)
    const times: number[] = []
    for (let run = 0; run < 20; run++) {
      const report = await bed.sweep()
      times.push(report.endedAt - report.startedAt)
    }
    const costs = bed.controller.registry.probes().map(probe => probe.cost)
    add(`healthy sweep, probes up, ${what}`, median(times), 'ms', targetMs)
    add('  largest probe, resident', Math.max(...costs.map(({ rssBytes }) => rssBytes)) / 1e6, 'MB', 70)
    add('  busiest probe, processor time per sweep', Math.max(...costs.map(({ cpuMs }, index) => cpuMs - (idle[index]?.cpuMs ?? 0))) / 20, 'ms', 1000)
    notes.push(`first sweep, with injection, ${what}: ${first.endedAt - first.startedAt} ms`)
    if (!checks) await clients(bed)
  } finally {
    await bed.close()
  }
}

/** The same through Kubernetes' way, from the PATCH on: with the doubles of API server and kubelet, whose part is not the probe's. One fact of every role. */
async function injection(): Promise<void> {
  const bed = await startBed({ checks: ['conduit-interface-down', 'proxy-target-link-missing', 'target-interface-down'] })
  try {
    const first = await slowest(bed)
    const next: number[] = []
    for (let round = 0; round < 5; round++) next.push(await slowest(bed, await leave(bed)))
    const alone: number[] = []
    for (let round = 0; round < 5; round++) alone.push(await slowest(bed, await leave(bed, 1)))
    notes.push(`PATCH to hello in the lab: alone ${Math.round(median(alone))} ms; 8 at once, slowest ${Math.round(median(next))} ms, the first time after the controller started ${Math.round(first)} ms`)
  } finally {
    await bed.close()
  }
}

/** Sweeps and takes the time until the last of `expected` pods that had no probe has one, in ms. */
async function slowest(bed: Bed, expected = 8): Promise<number> {
  const reached: number[] = []
  await bed.sweep(event => {
    if (event.type === 'reached') reached.push(event.ms)
  })
  const slow = reached.filter(ms => ms > 100)
  if (slow.length !== expected) throw new Error(`${slow.length} probes were put into pods, not ${expected}`)
  return Math.max(...slow)
}

/** Tells probes to end and waits until the kubelets have said so. @returns how many */
async function leave(bed: Bed, count = 8): Promise<number> {
  const probes = bed.controller.registry.probes().slice(0, count)
  for (const probe of probes) probe.goodbye('killed', 'bench')
  await Promise.all(probes.map(probe => probe.ended))
  await delay(2000)
  return probes.length
}

async function clients(bed: Bed): Promise<void> {
  const flows = await ranMs(bed, 'nfqlb-flows', 20)
  const version = await ranMs(bed, 'nfqlb-version', 20)
  notes.push(`an nfqlb client lives: median ${median(flows)} ms, longest ${Math.max(...flows)} ms; one that asks nobody: median ${median(version)} ms (docs/harm.md)`)
}

const notes = [`a Node that does nothing, spawn to exit, taken in turns with the first line: ${Math.round(median(empty))} ms`]
await injection()
await sweeps(`${mainJob.length} checks of the main job`, 1000, mainJob)
await sweeps('all checks', 2000)
process.stdout.write(`${[...table(rows), ...notes].join('\n')}\n`)
