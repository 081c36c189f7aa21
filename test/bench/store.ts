// `npm run bench:store [findings]`: how the store fares with a million findings. Prints milliseconds; fails where a bar of issue 5 is missed.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../controller/store/store.ts'
import { findingOf, keep, red, reportOf, silent } from '../store/synthetic.ts'

const total = Number(process.argv[2] ?? 1_000_000)
const perReport = 10_000
const dir = mkdtempSync(join(tmpdir(), 'trenchscope-bench-'))
const file = join(dir, 'store.db')
const store = await openStore({ file, retention: { maxAgeMs: 1e15, maxBytes: 1e15 }, log: silent })
const bars: [string, number, number][] = []
const measure = async (name: string, barMs: number, work: () => Promise<unknown>) => {
  const times: number[] = []
  for (let round = 0; round < 7; round++) {
    const start = performance.now()
    await work()
    times.push(performance.now() - start)
  }
  const median = times.sort((a, b) => a - b)[3] ?? 0
  bars.push([name, median, barMs])
  console.log(`${name}: ${median.toFixed(1)} ms (bar ${barMs} ms)`)
}
try {
  const started = performance.now()
  for (let at = 0; at < total / perReport; at++) {
    const trench = { ...red, id: `c/red/t${at}`, name: `t${at}` }
    await keep(store, `s${at}`, [reportOf(Array.from({ length: perReport }, (_, index) => findingOf(`check-${index % 50}`, { trench, target: `target-${index}`, severity: (['outage', 'loss', 'risk', 'note'] as const)[index % 4] ?? 'note' })), { trench, at, id: `r${at}` })], [], at)
  }
  console.log(`${total} findings kept in ${Math.round((performance.now() - started) / 1000)} s, ${Math.round(statSync(file).size / 1e6)} MB`)
  const last = total / perReport - 1
  await measure('findings that stand in one trench, first part', 100, () => store.listFindings({ trench: `c/red/t${last}`, states: ['open', 'flapping'], limit: 100 }))
  await measure('findings that stand in one trench by its name, first part', 100, () => store.listFindings({ trench: `t${last}`, states: ['open', 'flapping'], limit: 100 }))
  await measure('findings that stand anywhere, worst first, first part', 100, () => store.listFindings({ states: ['open', 'flapping'], limit: 100 }))
  await measure('one part of a sweep of 10000 findings, from its middle', 50, () => store.findingsOf({ sweep: `s${last}`, limit: 500, after: [last + 1, 5000] }))
  await measure('counts for /metrics', 1000, () => store.countFindings())
  await measure('last sweeps', 50, () => store.listSweeps({ limit: 50 }))
} finally {
  await store.close()
  rmSync(dir, { recursive: true })
}
process.exitCode = bars.every(([, median, bar]) => median <= bar) ? 0 : 1
