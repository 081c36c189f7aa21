/** One number of the catalogue of what to look at in a trench (the knowledge page on Meridio, §7), and what of it is not judged. */
export interface CatalogueEntry {
  readonly number: string
  readonly looksAt: string
  /** what no check judges, and why; a number without any check has one */
  readonly limit?: string
}

/** The whole catalogue, in its order. Which checks carry a number stands in their `source`. */
export const catalogue: readonly CatalogueEntry[] = `
K01 | pods and containers ready
K02 | restarts of containers | without a clock in checks: each restart since the pod began is a note, whenever it was
K03 | workloads complete: a proxy on every node with targets
K04 | two or more LB/FE on different nodes
K05 | health services of stateless-lb and frontend | the kubelet asks them, pod-not-ready tells the container, log-complaint what its log says; which sub-service it is would need a gRPC client in each probe
K06 | health services of proxy, NSP, IPAM, TAPA | as K05
K07 | NSP and IPAM reachable | by their pods; Services and EndpointSlices are not read
K08 | references between resources resolve
K09 | ConfigMap says what the resources say
K10 | each family has a gateway and VIPs
K11 | VIPs of flows are the attractor's
K12 | each flow has a VIP
K13 | no port range that begins with 0
K14 | port-NAT for TCP only
K15 | no flow leads to a port that a port-NAT leads to
K16 | no tie of priorities between overlapping flows
K17 | IPAM's pools apart from the cluster's networks | by addresses of the trench's pods; networks of Services and nodes are not read
K18 | environment and owners agree, identity label | owners are not compared with the environment
K19 | one version per trench
K20 | targets within max-targets
K21 | events of Kubernetes | of pods that are not ready, and of what cannot make one: what a ready pod went through within the hour events are kept is history; without any pod of a workload nothing ties its events to the trench
K22 | Secret of BGP authentication exists | by the gateway that the frontend leaves out without it: Kubernetes has no right to see that a Secret exists without reading it, and this controller holds none on Secrets. A wrong password shows as bgp-session-down
K23 | volume claims of NSP and IPAM bound and not full | how full a volume is only the kubelet tells, behind a right on all of the node
K24 | operator, webhook and CRDs | by the operator's pod, which serves the webhook; Service and configuration of the webhook are not read. Without CRDs the trench is judged by its ConfigMap
K25 | network attachment exists and is attached | by what is attached to the pods; an attachment that does not exist keeps the pod from starting, pod-held-up tells
K26 | our own ephemeral containers
L01 | external interface is there and up
L02 | external address per family, inside the prefix
L03 | BIRD answers
L04 | BIRD restarted or configured lately | checks have no clock, and a restart by itself is no fault: sessions that flap are told by bgp-session-flapping, restarts of the container by container-restarted
L05 | one protocol per gateway
L06 | BGP established
L07 | BFD up
L08 | family of the session
L09 | a default route comes from each gateway
L10 | VIPs are exported
L11 | VIPs are announced while there are targets
L12 | BIRD's best routes are in the kernel
L13 | blackhole behind the default routes
L14 | rules from each VIP
L15 | gateway is a neighbour
L16 | gateway answers ping
L17 | forwarding is on
L18 | hash policy, port range, fwmark_reflect
L19 | no strict reverse-path filter towards proxies
L20 | BIRD listens
L21 | nfqlb has its queues
L22 | nfqlb takes its packets
L23 | packets to VIPs go to the queues
L24 | flows in nfqlb are those of the resources
L25 | flows have their stream's table
L26 | tables have the size of the stream
L27 | active targets are those of the stream
L28 | rule per target
L29 | route per target
L30 | route leads to the target
L31 | kernel lookup per target
L32 | targets answer ping
L33 | targets are neighbours
L34 | an interface per proxy
L35 | interfaces to proxies up, one network each
L36 | no leftover rules and tables
L37 | nothing is tracked
L38 | defragmentation chains
L39 | packets to VIPs that match no flow | as a note, by what comes and goes within a sweep, where the load balancer counts packets per target (NSM_METRICS_ENABLED); which ports they were for a trace shows
L40 | every target gets hits
L41 | errors and drops of interfaces do not grow
L42 | errors of the IP stack do not grow
L43 | no VIP packet leaves by the primary network | by the kernel's lookups, without capture; a trace of the VIP on eth0 shows the packets
L44 | port-NAT chains are those of the conduit
L45 | VIPs are announced with active targets only
L46 | few routes
L47 | BIRD 3 scans the kernel
L48 | packet-too-big reaches clients
L49 | no duplicate IPv6 address
L50 | nfqlb uses the table that nfqlb show reads | by packets that leave with a mark no table has active while the sweep looks, where the load balancer counts them: /proc/PID/maps of nfqlb needs the process namespace of stateless-lb, and a probe put there ends when that container does. Without traffic stream-without-target and lb-targets-differ tell that the table shown is not that of the other load balancers
L51 | no leftover tables
L52 | fragments at nfqlb
L53 | nfqlb has CPU | threads and throttling stand in the process namespace and cgroup of stateless-lb, which a probe does not enter (see L50); what traffic feels of it is nfqueue-drops-growing and nfqueue-stalled
L54 | logs of the containers | of containers that are not ready, the last 100 lines of six at most; a log costs its kubelet a read, so those of ready ones are not read. BIRD's is read whole from its volume
P01 | bridge is there and up
P02 | an interface per load balancer
P03 | bridge has its addresses
P04 | an interface per target
P05 | ports in the bridge, with carrier, forwarding
P06 | MACs learned on the right port
P07 | addresses of ports in the node's prefix, once
P10 | rules from each VIP
P11 | a next hop per load balancer
P12 | next hops answer
P13 | kernel lookup of replies
P14 | no table 253 to 255 for a VIP | Meridio up to v1.1.7 only, which numbers one table per VIP: 253 to 255 are the kernel's default, main and local tables. Which way such replies take proxy-return-lookup-astray tells, whatever the table; that the number is the cause it does not
P15 | forwarding, reverse-path filter, hash policy
P16 | one MTU on the bridge
P17 | targets are neighbours with their MAC | frames to targets are routed by load balancers: target-neighbour-stale and bridge-mac-misplaced judge where it matters
P18 | errors of bridge and IP stack do not grow
P19 | no VIP packet on the primary network | by the kernel's lookups (proxy-return-lookup-astray) and the MTU (target-mtu-too-large), without capture
P20 | neighbour table below its limit | the limit is the node's, not the pod's; a full table shows as target-unreachable
T01 | interface per conduit, up
T02 | one network per interface
T03 | VIPs on the interface
T04 | rules from each VIP
T05 | default route by the bridge
T06 | kernel lookup of replies
T07 | bridge answers
T08 | streams of the TAPA are open | the TAPA's socket is in a volume whose name and API are the user's; what an open stream leaves in the kernel is judged instead (T01 to T06)
T09 | target is registered | NSP's registry needs an identity of Spire, which a probe has not: by what nfqlb has active
T10 | the application listens
T11 | reverse-path filter of the target | a strict filter drops nothing there: the kernel's reverse lookup has the VIP as its source, so the rule from the VIP makes it succeed (measured); without that rule target-vip-rule-missing tells
T12 | listen queue, buffers, checksums | since the pod began, as a note
T13 | no policy touches the interface | policies act on the primary network; what is dropped all the same shows as target-unreachable
T14 | targets on nodes with a proxy | by proxy-missing
N01 | nsmgr, forwarder, registry | by readiness of their pods; the admission webhook only matters to pods that are annotated for it, Meridio's are not
N02 | Spire | by readiness of its pods; a pod without the label is pod-without-identity
N03 | endpoints in the NSM registry | as a note, by their number: names and expiry of endpoints were not seen on a live cluster; more than pods is told by nobody, an endpoint outlives its pod by minutes
N04 | logs of NSM | a right on the logs of NSM's namespaces would let this controller read what all tenants of the mesh do; what its pods fail to make is missing in ours (L01, L34, P02, P04, T01)
N05 | drops in the forwarder | only vppctl in the forwarder tells: it is privileged, on the host's network, and carries every tenant's traffic, so it is never entered; drops of a tap show as lb-drops-growing and proxy-drops-growing at our end
N06 | VXLAN tunnels | by what passes between two nodes, where each has a load balancer and a target (nodes-cut-off); which tunnel it is only the forwarder tells (N05)
N07 | taps and bridge domains | as N05; a tap that is in no bridge shows as target-unreachable or gateway-unreachable while carrier is there
N08 | nodes under pressure, MTU of nodes | the MTU of a node's interfaces is in no resource; a path that takes less shows as drops of packets too large
N09 | VLAN and base interface are the attractor's | that the base interface exists on the node is not read
N10 | gateways' packets arrive | by ping, neighbour, BFD and BGP; a trace on the external interface shows the packets
X01 | VIPs at every stage
X02 | load balancers at every stage | NSP's registry is not read; NSM's endpoints by their number
X03 | targets at every stage | NSP's registry is not read
X04 | load balancers reach targets | each trench by itself; two nodes that reach each other in no direction are told once (nodes-cut-off), a row by the load balancer, a column by the target or proxy that explains it; one direction only stays with that load balancer
X05 | proxies reach load balancers
X06 | targets reach their bridge
X07 | both ends of each link | by carrier on both sides (conduit-interface-no-carrier, bridge-port-no-carrier) and the links that are missing
X08 | tables of all load balancers are one
X09 | external addresses once
X10 | internal addresses once
X11 | load balancers have the targets' MACs
X12 | targets have the bridge's MAC
X13 | a prefix per node
X14 | all load balancers announce
X15 | no load balancer without a way out in the proxies' next hops | by kernel-default-route-missing at the load balancer, which loses every reply that proxies hash to it; that proxies go on doing so for seconds is normal, later proxy-nexthop-dead tells a next hop that nobody has
X16 | MTU falls towards targets
X17 | the same count at every stage of the path | a trace with follow counts each packet at each hop; counters of different pods have no common moment
X18 | hits as the table shares them | counters are of packets, not of flows: a target without any is told, an uneven share is not
X19 | versions and settings equal
X20 | replies use all load balancers
X21 | trenches apart | a sweep judges one trench at a time
X22 | registry entries have a live pod, identifiers are unique | NSP's registry is not read; an active target whose route leads to nobody is told by target-route-wrong
X23 | timers as configured | negotiated timers are not compared; the hold time a gateway refuses stands in bird-log-complaint
X24 | end-to-end probe | a sweep sends nothing to VIPs: explain and trace follow real traffic
`.trim().split('\n').map(row => {
  const [head = '', looksAt = '', limit] = row.split(' | ')
  return { number: head, looksAt, ...(limit !== undefined && { limit }) }
})
