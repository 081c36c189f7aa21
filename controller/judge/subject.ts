/** What a pod is to us. `cluster`: the API server, asked like a pod. `trench`: the whole, judged across its pods. */
export type Role = 'lb' | 'proxy' | 'tapa' | 'cilium' | 'cluster' | 'trench'

/** One pod of a trench (or the trench itself) as the inventory knows it; frozen for the length of a sweep. */
export interface Subject {
  readonly role: Role
  readonly namespace: string
  readonly name: string
  /** pod UID; empty for `cluster` and `trench` */
  readonly uid: string
  readonly node: string
  /** what the profile learnt from the pod's spec, e.g. `{ attractor, conduit, interface }`; flat, for checks and display */
  readonly traits: Readonly<Record<string, string>>
  /** why no probe may enter the pod (`phase Pending`, `terminating`, `node worker2 is NotReady`); absent = reachable */
  readonly unreachable?: string
}

/** A trench as the inventory knows it. `id` is `cluster/namespace/name`. */
export interface Trench {
  readonly id: string
  readonly cluster: Cluster
  readonly namespace: string
  readonly name: string
  readonly pods: readonly Subject[]
}

/** `uid` is that of the kube-system namespace; `name` is for people. */
export interface Cluster {
  readonly uid: string
  readonly name: string
}

/** Unique within a cluster: `namespace/pod`; `cluster` and `trench` subjects use their role as the pod. */
export function subjectKey(subject: Pick<Subject, 'namespace' | 'name'>): string {
  return `${subject.namespace}/${subject.name}`
}
