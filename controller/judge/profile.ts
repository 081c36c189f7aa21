import type { AnyFact } from '#facts/fact.ts'
import type { AnyCheck, About, Evidence, Reads } from './check.ts'
import type { Cluster, Role, Subject, Trench } from './subject.ts'
import type { Snapshot } from './snapshot.ts'

/** A Kubernetes resource a profile needs watched: `pods`, or a custom resource `{ group, version, plural }`. */
export interface Resource {
  readonly group: string
  readonly version: string
  readonly plural: string
}

/** A Kubernetes object as the watch keeps it: projected, but with its own field names. */
export interface KubeObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string; readonly labels?: Readonly<Record<string, string>>; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

/** What the API server said last: objects by resource plural (`pods`, `nodes`, `namespaces`, `attractors` …). */
export interface Inventory {
  readonly cluster: Cluster
  list(plural: string): readonly KubeObject[]
}

/** One kind of data plane we can judge. A new profile is a new folder. */
export interface Profile {
  readonly id: string
  /** roles a probe enters, in path order */
  readonly roles: readonly Role[]
  readonly resources: readonly Resource[]
  readonly facts: readonly AnyFact[]
  readonly checks: readonly AnyCheck[]
  /** Trenches and their pods, from what the API server said. Pure. */
  trenches(inventory: Inventory): readonly Trench[]
  /** Pods that turn out, by what the first wave saw, not to belong to the trench after all (several trenches in one namespace). */
  strangers?(snapshot: Snapshot): readonly Subject[]
  /** Where a finding stands, so that cause and symptom can meet across pods. */
  standing?(snapshot: Snapshot): (subject: Subject, about: About) => Standing
  /** Where packets of a trench can be seen. */
  readonly path?: PathProfile
  /** Where a packet would go. */
  readonly flowWay?: FlowProfile
}

/** How the way of one flow is computed from facts. */
export interface FlowProfile {
  readonly reads: Reads
  /** one per load balancer: which of them a packet meets is the gateway's choice */
  ways(snapshot: Snapshot, tuple: FlowTuple): readonly FlowWay[]
}

/** A flow as its client begins it. Ports are 0 where there are none. */
export interface FlowTuple {
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp'
  readonly source: string
  readonly sourcePort: number
  readonly destination: string
  readonly destinationPort: number
  /** of a ping */
  readonly echoId?: number
}

/** Where a packet would go, step by step, as far as facts tell. */
export interface FlowWay {
  /** the load balancer */
  readonly pod: string
  readonly steps: readonly WayStep[]
  readonly fwmark?: number
  /** the target it reaches, and the interface it comes in by */
  readonly target?: string
  readonly interface?: string
  /** why it reaches none */
  readonly stops?: string
  /** the facts do not tell whether it stops there */
  readonly unclear?: true
}

export interface WayStep {
  readonly what: 'flow' | 'target' | 'rule' | 'route' | 'neighbour'
  readonly text: string
  /** where that is written */
  readonly evidence: Evidence
}

/** The way of a packet through a trench, as places where it is seen. */
export interface PathProfile {
  /**
   * Places in the order a request passes them; a reply passes them backwards. `in`: a request comes into the pod there.
   * `routed`: the pod routes or takes what comes in, so that a frame for another MAC address is only flooded there.
   */
  readonly places: readonly { readonly name: string; readonly request: 'in' | 'out'; readonly routed: boolean }[]
  /** what must be read to know the points, as a check of the trench reads */
  readonly reads: Reads
  points(snapshot: Snapshot): Path
}

/** Where the packets of one trench can be seen. */
export interface Path {
  readonly points: readonly CapturePoint[]
  /** what goes to one is a request, what comes from one a reply */
  readonly vips: readonly string[]
  /** where load balancers change the port a VIP is spoken to by */
  readonly portNats: readonly PortNat[]
  /** what addresses are called */
  readonly names: readonly { readonly address: string; readonly names: readonly string[] }[]
  /** whose MAC addresses are whose, of all interfaces seen; also of those that are no points */
  readonly interfaces: readonly { readonly pod: string; readonly interface: string; readonly mac: string }[]
  /** pods whose points could not be told, and why */
  readonly unseen: readonly { readonly pod: string; readonly reason: string }[]
}

export interface PortNat {
  readonly vip: string
  /** `tcp`, `udp`, `sctp` */
  readonly protocol: string
  /** before and behind the load balancer */
  readonly port: number
  readonly targetPort: number
}

/** An interface where packets of a trench pass. */
export interface CapturePoint {
  readonly subject: Subject
  readonly interface: string
  /** one of the profile's places; `aside`: where no packet of a VIP belongs */
  readonly place: string
  readonly mac?: string
  /** the pod at the far end of the link, where it is known */
  readonly leadsTo?: string
  /** `address/length` */
  readonly addresses: readonly string[]
}

/** `about` with one name for one thing (a target's address, its mark and its pod become equal), and the other places the finding touches. */
export interface Standing {
  readonly about: About
  readonly places: readonly string[]
  /** the row its pod stands in, side by side with others: what is wrong in one of a row never follows from another of it */
  readonly row?: string
}
