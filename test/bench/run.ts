// `npm run bench`: what a probe and a sweep cost, each beside its target. Medians; run it on a machine that does nothing else.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { table } from '../../controller/cli/table.ts'
import { startBed } from '../lab/bed.ts'
import { firstLineMs } from './cold-start.ts'
import { ranMs } from './flow-list.ts'

const root = join(import.meta.dirname, '../..')
const rows: string[][] = [['WHAT', 'MEASURED', 'TARGET', '']]
const add = (what: string, value: number, unit: string, target: number) => rows.push([what, `${Math.round(value)} ${unit}`, `<= ${target} ${unit}`, value <= target ? 'met' : 'NOT MET'])
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

add('probe bundle', statSync(join(root, 'dist/agent.cjs')).size / 1000, 'kB', 260)
const starts: number[] = []
for (let run = 0; run < 15; run++) starts.push(await firstLineMs())
add('spawn to first line, alone', median(starts), 'ms', 150)

const bed = await startBed()
try {
  const reached: number[] = []
  const first = await bed.sweep(event => {
    if (event.type === 'reached') reached.push(event.ms)
  })
  add('PATCH to hello, 8 at once, slowest', Math.max(...reached), 'ms', 2000)
  const idle = bed.controller.registry.probes().map(probe => probe.cost)
  const times: number[] = []
  for (let run = 0; run < 20; run++) {
    const report = await bed.sweep()
    times.push(report.endedAt - report.startedAt)
  }
  const probes = bed.controller.registry.probes()
  add('healthy sweep, probes up', median(times), 'ms', 1000)
  add('largest probe, resident', Math.max(...probes.map(probe => probe.cost.rssBytes)) / 1e6, 'MB', 70)
  add('busiest probe, processor time per sweep', Math.max(...probes.map((probe, index) => probe.cost.cpuMs - (idle[index]?.cpuMs ?? 0))) / 20, 'ms', 1000)
  const flows = await ranMs(bed, 'nfqlb-flows', 20)
  const version = await ranMs(bed, 'nfqlb-version', 20)
  process.stdout.write(`${table(rows).join('\n')}\nfirst sweep, with injection: ${first.endedAt - first.startedAt} ms\nan nfqlb client lives: median ${median(flows)} ms, longest ${Math.max(...flows)} ms; one that asks nobody: median ${median(version)} ms (docs/harm.md)\n`)
} finally {
  await bed.close()
}
