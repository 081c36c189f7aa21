import type { Call } from '../lab/apiserver/faults.ts'
import type { KubeObject } from '../lab/apiserver/objects.ts'
import type { PolicyRule } from '../lab/apiserver/rbac.ts'

/** Requests about single pods: `namespace/name` → how many. */
export function podRequestsOf(calls: readonly Call[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { resource, namespace, name } of calls) {
    if (resource === 'pods' && name !== undefined) counts.set(`${namespace}/${name}`, (counts.get(`${namespace}/${name}`) ?? 0) + 1)
  }
  return counts
}

/** Every resource the ClusterRole names → whether it was asked with one of the rule's verbs; a call no rule covers is an entry of its own, `verb resource`. */
export function rulesUsed(access: readonly KubeObject[], calls: readonly Call[]): Record<string, boolean> {
  const rules = access.flatMap(object => (object.kind === 'ClusterRole' ? (object['rules'] as PolicyRule[]) : []))
  const granted = rules.flatMap(({ apiGroups = [], resources = [], verbs }) => apiGroups.flatMap(group => resources.map(resource => ({ group, resource, verbs }))))
  const asked = calls.filter(call => call.resource !== '').map(call => ({ ...call, full: call.subresource ? `${call.resource}/${call.subresource}` : call.resource }))
  const covers = (rule: (typeof granted)[number], call: (typeof asked)[number]) => rule.group === call.group && rule.resource === call.full && rule.verbs.includes(call.verb)
  return Object.fromEntries([
    ...granted.map(rule => [rule.resource, asked.some(call => covers(rule, call))]),
    ...asked.filter(call => !granted.some(rule => covers(rule, call))).map(call => [`${call.verb} ${call.full}`, false]),
  ])
}
