/** Kernel table of the gateways' default routes (NFE_TABLE_ID, default of Meridio v0.7–v1.2.8). */
export const gatewayTable = '4096'
/** Kernel table of the blackhole behind it: packets from a VIP must not leak while no gateway is up. */
export const blackholeTable = '4097'
/** Packets a queue holds before the kernel drops (`--qlength` of Meridio v1.0.5–v1.2.8). */
export const queueLength = 1024
/** Share of `queueLength` from which a queue counts as stalled: a healthy one is emptied within a millisecond. */
export const queueStalledShare = 0.5
