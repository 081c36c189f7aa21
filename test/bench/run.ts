// `npm run bench`: what a probe and a sweep cost, each beside its target. Medians; run it on a machine that does nothing else.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { table } from '../../controller/cli/table.ts'
import { type Bed, startBed } from '../lab/bed.ts'
import { firstLineMs } from './cold-start.ts'
import { ranMs } from './flow-list.ts'

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
for (let run = 0; run < 15; run++) starts.push(await firstLineMs())
add('spawn to first line, alone', median(starts), 'ms', 150)

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

/** One fact of every role: what is measured is how probes come up, not what they then read. */
async function injection(): Promise<void> {
  const bed = await startBed({ checks: ['conduit-interface-down', 'proxy-target-link-missing', 'target-interface-down'] })
  try {
    const reached: number[] = []
    await bed.sweep(event => {
      if (event.type === 'reached') reached.push(event.ms)
    })
    add(`PATCH to hello, ${reached.length} at once, slowest`, Math.max(...reached), 'ms', 2000)
  } finally {
    await bed.close()
  }
}

async function clients(bed: Bed): Promise<void> {
  const flows = await ranMs(bed, 'nfqlb-flows', 20)
  const version = await ranMs(bed, 'nfqlb-version', 20)
  notes.push(`an nfqlb client lives: median ${median(flows)} ms, longest ${Math.max(...flows)} ms; one that asks nobody: median ${median(version)} ms (docs/harm.md)`)
}

const notes: string[] = []
await injection()
await sweeps(`${mainJob.length} checks of the main job`, 1000, mainJob)
await sweeps('all checks', 2000)
process.stdout.write(`${[...table(rows), ...notes].join('\n')}\n`)
