import { kustomized } from '../../deploy/kustomize.ts'
import type { KubeObject } from './apiserver/objects.ts'

/** Service account of the lab's controller. */
export const controllerUser = 'system:serviceaccount:trenchscope:controller'

const kinds = ['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding', 'Lease', 'ConfigMap']

/** What the controller may do, and no more: the manifests that ship. The double refuses the rest, as a cluster would. */
export const accessOf = (overlay: string): readonly KubeObject[] => kustomized(overlay).filter(({ kind }) => kinds.includes(kind))
export const controllerAccess = accessOf('overlays/cluster-wide')
