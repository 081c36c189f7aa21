import { transcript } from './transcript.ts'

/** Counters of the pod's IP, TCP and UDP since it began. */
export const networkCounters = transcript('network-counters', run => Promise.all([run(['cat', '/proc/net/snmp']), run(['cat', '/proc/net/netstat']), run(['cat', '/proc/net/snmp6'])]))
