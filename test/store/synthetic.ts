import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Severity } from '#judge/check.ts'
import { type Finding, findingKey, type Verdict } from '#judge/finding.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import type { Trench } from '#judge/subject.ts'
import { createLog } from '../../controller/log.ts'
import { openStore, type Store } from '../../controller/store/store.ts'
import { countVerdicts, type SweepReport } from '../../controller/sweep/report.ts'
import { pod, snapshotOf, trenchOf } from '../judge/synthetic.ts'

export const silent = createLog('silent')
export const lb = pod('lb', 'lb-1')
export const red = trenchOf(lb)
export const blue: Trench = { ...red, id: 'c/blue/blue', namespace: 'blue', name: 'blue', pods: [{ ...lb, namespace: 'blue' }], namespaces: ['blue'] }

/** Synthetic: a finding of check `id` about a target of the trench's load balancer. */
export function findingOf(id: string, { trench = red, severity = 'loss' as Severity, target = 'target-1', flapping = false } = {}): Finding {
  const [subject = lb] = trench.pods
  const evidence = [{ pod: `${subject.namespace}/lb-1`, fact: 'words', command: 'cat /words', line: 1, argv: ['cat', '/words'], exitCode: 0, at: 1, excerpt: 'bad' }]
  return { key: findingKey(trench, id, subject, { target }), check: id, severity, trench: trench.id, subject, message: 'bad', text: `${target} is bad`, about: { target }, evidence, why: 'why', fix: 'fix', ...(flapping && { flapping: true }) }
}

let made = 0
/** Synthetic: a trench's report that says these findings; `unknown` checks could not look. */
export function reportOf(findings: readonly Finding[], { trench = red, at = 1000, unknown = [] as readonly string[], id = `report-${++made}` } = {}): SweepReport {
  const [subject = lb] = trench.pods
  const verdicts: Verdict[] = [
    ...findings.map((finding): Verdict => ({ check: finding.check, subject: finding.subject, severity: finding.severity, verdict: finding.flapping ? 'flapping' : 'fail', unseen: [], findings: [finding] })),
    ...unknown.map((check): Verdict => ({ check, subject, severity: 'loss', verdict: 'unknown', reason: 'no probe', unseen: ['no probe'], findings: [] })),
  ]
  return { id, profile: 'synthetic', trench: { id: trench.id, cluster: trench.cluster, namespace: trench.namespace, name: trench.name }, startedAt: at - 10, endedAt: at, pods: [], counts: countVerdicts(verdicts), findings, verdicts }
}

/** Synthetic: what one load balancer showed; `text` is the output of its one command. */
export function lookOf(text: string, startedAt = 1): Snapshot {
  return snapshotOf({ subject: lb, container: 'trenchscope-0001', records: [{ argv: ['cat', '/words'], exitCode: 0, stdout: text, stderr: '', startedAt, ms: 1 }], observations: [{ fact: 'words', version: 2, params: {}, startedAt, ms: 1, commands: ['cat /words'], data: text.split('\n') }] })
}

/** A store in a folder of its own, gone after `work`. */
export async function withStore<T>(work: (store: Store, file: string) => Promise<T>, { maxAgeMs = 1e12, maxBytes = 1e12, now = () => 1000 } = {}): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'trenchscope-store-'))
  const file = join(dir, 'store.db')
  const store = await openStore({ file, retention: { maxAgeMs, maxBytes }, log: silent, now })
  try {
    return await work(store, file)
  } finally {
    await store.close()
    rmSync(dir, { recursive: true })
  }
}

/** Keeps one whole sweep of these reports. */
export async function keep(store: Store, id: string, reports: readonly SweepReport[], snapshots: readonly Snapshot[] = [], startedAt = 990): Promise<void> {
  await store.beginSweep({ id, selection: {}, startedBy: 'tester', origin: 'api', startedAt, trenches: reports.map(({ trench }) => trench) })
  for (const report of reports) await store.saveReport({ sweep: id, report, snapshots })
  await store.endSweep({ id, state: 'done', endedAt: startedAt + 10 })
}
