// Keeps sweeps, silences, schedules and audit as fast as it can and says each on standard output once the store has it; for kill.test.ts, which ends it.
import { writeSync } from 'node:fs'
import { openStore } from '../../controller/store/store.ts'
import { findingOf, lookOf, reportOf, silent } from './synthetic.ts'

const [file = '', round = ''] = process.argv.slice(2)
const say = (line: string) => writeSync(1, `${line}\n`)
const store = await openStore({ file, retention: { maxAgeMs: 1e15, maxBytes: 1e12 }, log: silent }).catch(error => {
  say(`failed ${error.code}`)
  process.exit(1)
})
say('open')
for (let count = 0; ; count++) {
  const id = `${round}-${count}`
  try {
    const report = reportOf([findingOf('bad-word', { target: id })], { id: `report-${id}` })
    await store.beginSweep({ id, selection: {}, startedBy: 'tester', origin: 'api', startedAt: count, trenches: [report.trench] })
    say(`begun ${id}`)
    await store.addSilence({ id, namespace: 'red', trench: report.trench.id, check: 'bad-word', reason: 'because', by: 'tester', createdAt: count, until: count + 1000 })
    await store.putSchedule({ id, namespace: 'red', body: { cron: '0 3 * * *' } })
    await store.addAudit({ at: count, caller: 'tester', action: id, namespace: 'red', details: {} })
    say(`written ${id}`)
    await store.saveReport({ sweep: id, report, snapshots: [lookOf(`${id} `.repeat(20_000 + count * 7), count)] })
    say(`reported ${id}`)
    await store.endSweep({ id, state: 'done', endedAt: count })
    say(`done ${id}`)
  } catch (error) {
    say(`failed ${(error as { code?: string }).code}`)
    const { items } = await store.listSweeps({ limit: 1000 })
    const reports = await Promise.all(items.map(sweep => store.reportsOf({ sweep: sweep.id })))
    say(`readable ${reports.flat().length}`)
    break
  }
}
await store.close()
