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

/** A trench as the inventory knows it. `id` is `cluster uid/namespace/name`. */
export interface Trench {
  readonly id: string
  readonly cluster: Cluster
  readonly namespace: string
  readonly name: string
  readonly pods: readonly Subject[]
  /** where its pods live, its own first */
  readonly namespaces: readonly string[]
}

/** `uid` is that of the kube-system namespace; `name` is for people. */
export interface Cluster {
  readonly uid: string
  readonly name: string
}

/** The API server as a subject of this trench's facts. */
export function clusterSubject(trench: Trench): Subject {
  return { role: 'cluster', namespace: trench.namespace, name: 'cluster', uid: '', node: '', traits: {} }
}

/** The trench as the subject of cross-pod checks. */
export function trenchSubject(trench: Trench): Subject {
  return { role: 'trench', namespace: trench.namespace, name: trench.name, uid: '', node: '', traits: {} }
}

/** Unique within a trench: `namespace/pod`; the API server and the trench itself are `cluster` and `trench`, which no pod's key can be. */
export function subjectKey(subject: Pick<Subject, 'role' | 'namespace' | 'name'>): string {
  return subject.role === 'cluster' || subject.role === 'trench' ? subject.role : `${subject.namespace}/${subject.name}`
}
