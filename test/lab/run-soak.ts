// `npm run soak [N]`: sweeps a healthy trench N times (default 20) and prints what was said above a note, what was unknown, times and the probes' growth. Exit 1 on any.
import { said, startBed, unknowns } from './bed.ts'
import { isWell } from './fault-round.ts'

const rounds = Number(process.argv[2] ?? 20)
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`usage: npm run soak [N], got ${process.argv[2]}`)
const bed = await startBed()
const times: number[] = []
let bad = 0
try {
  await bed.sweep()
  const before = residentMb()
  for (let round = 1; round <= rounds; round++) {
    const report = await bed.sweep()
    times.push(report.endedAt - report.startedAt)
    if (isWell(report)) continue
    bad++
    process.stdout.write(`sweep ${round}: ${[...said(report, { all: true }), ...unknowns(report)].join('; ')}\n`)
  }
  times.sort((a, b) => a - b)
  process.stdout.write(`${rounds} sweeps of a healthy trench: ${bad} with findings above note or unknowns; median ${times[Math.floor(rounds / 2)]} ms, slowest ${times.at(-1)} ms; probes ${before} MB after the first sweep, ${residentMb()} MB after the last\n`)
} finally {
  await bed.close()
}
process.exitCode = bad === 0 ? 0 : 1

/** The largest probe. */
function residentMb(): number {
  return Math.round(Math.max(...bed.controller.registry.probes().map(probe => probe.cost.rssBytes)) / 1e6)
}
