import { kustomized } from '../../deploy/kustomize.ts'
import type { KubeObject } from './apiserver/objects.ts'

/** Service account of the lab's controller. */
export const controllerUser = 'system:serviceaccount:trenchscope:controller'

const kinds = ['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding', 'Lease']

/** What the controller may do, and no more: the manifests that ship. The double refuses the rest, as a cluster would. */
export const controllerAccess: readonly KubeObject[] = kustomized('overlays/cluster-wide').filter(({ kind }) => kinds.includes(kind))
