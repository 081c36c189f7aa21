import type { Trench } from '#judge/subject.ts'
import type { Schedule } from '../schedule/scheduler.ts'
import { type Selection, SelectionError } from '../schedule/sweeper.ts'
import type { Caller } from './auth/access.ts'
import type { ApiContext } from './context.ts'
import { Problem } from './problems.ts'

/** The trenches of a selection the caller may look at, and by whose words. Pods in other namespaces, where he may not, are not entered. */
export async function lookable({ backend, guard }: Pick<ApiContext, 'backend' | 'guard'>, caller: Caller, selection: Selection): Promise<{ readonly trenches: readonly Trench[]; readonly reasons: ReadonlyMap<string, string> }> {
  const readable = await guard.namespaces(caller)
  const found = backend.trenches(selection).filter(trench => readable?.includes(trench.namespace) ?? true)
  if (found.length === 0) throw new SelectionError(selection)
  const namespaces = [...new Set(found.flatMap(trench => [trench.namespace, ...trench.pods.map(pod => pod.namespace)]))]
  const decisions = new Map(await Promise.all(namespaces.map(async namespace => [namespace, await guard.decide(caller, 'look', namespace)] as const)))
  const allowed = found.filter(trench => decisions.get(trench.namespace)?.allowed)
  if (allowed.length === 0) throw new Problem('forbidden', decisions.get(found[0]?.namespace ?? '')?.reason ?? 'not allowed')
  const reasons = new Map([...decisions].flatMap(([namespace, decision]) => (decision.allowed ? [[namespace, decision.reason] as const] : [])))
  const trenches = allowed.map(trench => ({ ...trench, pods: trench.pods.map(pod => {
    const decision = decisions.get(pod.namespace)
    return decision?.allowed ? pod : { ...pod, unreachable: `not entered on behalf of ${caller.name}: ${decision?.reason}` }
  }) }))
  return { trenches, reasons }
}


/** What a schedule may look at by the rights its owner has now; written to the audit in his name. */
export async function prepareRun({ id, selection, owner }: Schedule, { backend, guard }: Pick<ApiContext, 'backend' | 'guard'>): Promise<readonly Trench[]> {
  const caller = owner as Caller
  const { trenches, reasons } = await lookable({ backend, guard }, caller, selection)
  for (const [namespace, reason] of reasons) await guard.note(caller, 'schedule.run', namespace, { schedule: id, selection, trenches: trenches.filter(trench => trench.namespace === namespace).map(({ name }) => name), allowedBy: reason })
  return trenches
}
