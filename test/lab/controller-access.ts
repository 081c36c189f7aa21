import type { KubeObject } from './apiserver/objects.ts'

/** Service account of the lab's controller. */
export const controllerUser = 'system:serviceaccount:trenchscope:controller'

const rbac = (kind: string, name: string, rest: object): KubeObject => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name }, ...rest })

/** What the controller may do, and no more (kubernetes.md §4): the double refuses the rest, as a cluster would. */
export const controllerAccess: readonly KubeObject[] = [
  rbac('ClusterRole', 'trenchscope-controller', {
    rules: [
      { apiGroups: [''], resources: ['pods', 'nodes', 'namespaces'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['patch'] },
      { apiGroups: [''], resources: ['pods/log', 'configmaps'], verbs: ['get'] },
      { apiGroups: ['meridio.nordix.org'], resources: ['trenches', 'attractors', 'gateways', 'vips', 'conduits', 'streams', 'flows'], verbs: ['get', 'list', 'watch'] },
    ],
  }),
  rbac('ClusterRoleBinding', 'trenchscope-controller', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'trenchscope-controller' },
    subjects: [{ kind: 'ServiceAccount', name: 'controller', namespace: 'trenchscope' }],
  }),
]
