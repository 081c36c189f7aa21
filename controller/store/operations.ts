import { addAudit, breakPromise, listAudit, promise } from './audit.ts'
import { changedBy, changesAfter, lastChange } from './changes.ts'
import { countFindings, finding, listFindings } from './findings.ts'
import { findingsOf, report, reportBefore, reportsOf, saveReport } from './reports.ts'
import { bytesUsed, retain } from './retention.ts'
import { dropSchedule, noteRun, putSchedule, schedule, schedules } from './schedules.ts'
import { addSilence, endSilence, listSilences, silence, silencesAt } from './silences.ts'
import { snapshotsOf } from './snapshots.ts'
import { beginSweep, endSweep, interruptSweeps, listSweeps, namespaces, newestSweep, sweep } from './sweeps.ts'

/** What the store's thread can be asked to do. Writes run in a transaction of their own; `retain` makes its own. */
export const reads = { bytesUsed, changedBy, changesAfter, countFindings, finding, findingsOf, lastChange, listAudit, listFindings, listSilences, listSweeps, namespaces, newestSweep, report, reportBefore, reportsOf, schedule, schedules, silence, silencesAt, snapshotsOf, sweep }
export const writes = { addAudit, addSilence, beginSweep, breakPromise, dropSchedule, endSilence, endSweep, interruptSweeps, noteRun, promise, putSchedule, saveReport }
export const operations = { ...reads, ...writes, retain }
export type Operations = typeof operations
export type OperationName = keyof Operations
