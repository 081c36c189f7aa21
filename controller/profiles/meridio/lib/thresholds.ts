/** Kernel table of the gateways' default routes (NFE_TABLE_ID, default of Meridio v0.7–v1.2.8). */
export const gatewayTable = '4096'
/** Kernel table of the blackhole behind it: packets from a VIP must not leak while no gateway is up. */
export const blackholeTable = '4097'
/** Packets a queue holds before the kernel drops (`--qlength` of Meridio v1.0.5–v1.2.8). */
export const queueLength = 1024
/** Share of `queueLength` from which a queue counts as stalled: a healthy one is emptied within a millisecond. */
export const queueStalledShare = 0.5
/** Our containers in one pod: a second one comes with a new version of ours, a third says that probes end too early. */
export const probesPerPod = 2
/** Routes in one of BIRD's master tables: a trench needs a default and its VIPs; from here on the gateway sends a table it should not (Meridio #453, #460). */
export const manyRoutes = 1000
/** How often a session may come up again within `flapWindowS` of the log before it is called flapping. */
export const manyFlaps = 3
/** Seconds: BIRD's log holds some minutes to days; an hour is what an operator remembers. */
export const flapWindowS = 3600
/** Packets of a stream from which a target without any is worth a note: fewer may be the packets of a handful of flows. */
export const manyHits = 10_000
/** Packets to VIPs within a sweep that no target got, from which they are worth a note: fewer may be on their way, or a client that tries a wrong port. */
export const manyUnmatched = 20
/** Share of the packets to VIPs within a sweep: less may be on their way between the two counters. */
export const unmatchedShare = 0.1
/** Packets within a sweep with marks that no table has active: fewer may have been on their way when their target left. */
export const manyStray = 5
