import type { KubeObject } from './objects.ts'
import type { Store } from './store.ts'
import type { User } from './users.ts'

/** What is asked for; a resource request has no `path`, a path request nothing else but the verb. */
export interface Access {
  verb: string
  group: string
  resource: string
  subresource?: string
  namespace?: string
  name?: string
  path?: string
}

export interface Decision { allowed: boolean; reason?: string }

export interface PolicyRule {
  verbs: string[]
  apiGroups?: string[]
  resources?: string[]
  resourceNames?: string[]
  nonResourceURLs?: string[]
}

interface Binding extends KubeObject {
  roleRef: { kind: string; name: string }
  subjects?: { kind: string; name: string; namespace?: string }[]
}

/** Judges by the RBAC objects in the store (roles, bindings), so that real manifests can be tried; the reason names the binding, as recorded. */
export function authorize(store: Store, user: User, access: Access): Decision {
  for (const binding of bindingsFor(store, user, access.namespace)) {
    const rules = rulesOf(store, binding)
    if (rules.some(rule => covers(rule, access))) return { allowed: true, reason: `RBAC: allowed by ${binding.kind} "${nameOf(binding)}" of ${binding.roleRef.kind} "${binding.roleRef.name}" to ${subjectOf(binding, user)}` }
  }
  return { allowed: false }
}

/** All rules that hold for the user in the namespace. */
export function rulesFor(store: Store, user: User, namespace: string): PolicyRule[] {
  return bindingsFor(store, user, namespace).flatMap(binding => rulesOf(store, binding))
}

function bindingsFor(store: Store, user: User, namespace: string | undefined): Binding[] {
  const bindings = [...store.list('clusterrolebindings'), ...(namespace ? store.list('rolebindings', namespace) : [])] as Binding[]
  return bindings.filter(binding => binding.subjects?.some(subject => isSubject(binding, subject, user)))
}

type Subject = NonNullable<Binding['subjects']>[number]

function isSubject(binding: Binding, { kind, name, namespace }: Subject, user: User): boolean {
  if (kind === 'User') return user.username === name
  if (kind === 'Group') return user.groups.includes(name)
  return user.username === `system:serviceaccount:${namespace ?? binding.metadata.namespace}:${name}`
}

function subjectOf(binding: Binding, user: User): string {
  const subject = binding.subjects?.find(each => isSubject(binding, each, user))
  return `${subject?.kind} "${subject?.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace ?? binding.metadata.namespace}` : subject?.name}"`
}

const nameOf = ({ metadata }: KubeObject): string => (metadata.namespace ? `${metadata.name}/${metadata.namespace}` : metadata.name)

function rulesOf(store: Store, { roleRef, metadata }: Binding): PolicyRule[] {
  const role = roleRef.kind === 'ClusterRole' ? store.get('clusterroles', undefined, roleRef.name) : store.get('roles', metadata.namespace, roleRef.name)
  return (role?.['rules'] as PolicyRule[] | undefined) ?? []
}

function covers(rule: PolicyRule, access: Access): boolean {
  if (!hasOrAll(rule.verbs, access.verb)) return false
  if (access.path !== undefined) {
    const { path } = access
    return Boolean(rule.nonResourceURLs?.some(pattern => pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)))))
  }
  const { resource, subresource, name } = access
  const full = subresource ? `${resource}/${subresource}` : resource
  const resources = rule.resources ?? []
  return (
    hasOrAll(rule.apiGroups, access.group) &&
    (hasOrAll(resources, full) || Boolean(subresource && resources.includes(`*/${subresource}`))) &&
    (!rule.resourceNames?.length || Boolean(name && rule.resourceNames.includes(name)))
  )
}

const hasOrAll = (list: string[] | undefined, value: string): boolean => Boolean(list?.includes('*') || list?.includes(value))

/** The sentence of a 403 about a resource or a path. */
export function refusalText(user: User, { verb, group, resource, subresource, namespace, path }: Access): string {
  if (path !== undefined) return `User "${user.username}" cannot ${verb} path "${path}"`
  const full = subresource ? `${resource}/${subresource}` : resource
  return `User "${user.username}" cannot ${verb} resource "${full}" in API group "${group}" ${namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'}`
}

const kindOf = (kind: string, name: string, rest: object): KubeObject => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name }, ...rest })

/** The roles every cluster starts with, as far as the double's users need them (`bootstrappolicy`). */
export const bootstrapRoles: readonly KubeObject[] = [
  kindOf('ClusterRole', 'cluster-admin', { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, { nonResourceURLs: ['*'], verbs: ['*'] }] }),
  kindOf('ClusterRole', 'system:node', { rules: [
    { apiGroups: [''], resources: ['pods', 'pods/status', 'nodes', 'nodes/status', 'configmaps', 'events', 'namespaces'], verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update', 'patch'] },
  ] }),
  kindOf('ClusterRole', 'system:basic-user', { rules: [{ apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] }, { apiGroups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], verbs: ['create'] }] }),
  kindOf('ClusterRole', 'system:discovery', { rules: [{ nonResourceURLs: ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/readyz', '/version', '/openapi', '/openapi/*'], verbs: ['get'] }] }),
  ...([['cluster-admin', 'system:masters'], ['system:node', 'system:nodes'], ['system:basic-user', 'system:authenticated'], ['system:discovery', 'system:authenticated']] as const).map(([role, group]) =>
    kindOf('ClusterRoleBinding', role, { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role }, subjects: [{ kind: 'Group', name: group }] })),
]
