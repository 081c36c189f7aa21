import type { Run } from './fact.ts'
import { transcript } from './transcript.ts'

const read = (run: Run, root: string) => Promise.all(['dev', 'snmp', 'netstat', 'snmp6'].map(name => run(['cat', `/proc/${root}${name}`])))

/** Counters of the pod's interfaces and of its IP stack, to be compared with `counters-again`. */
export const counters = transcript('counters', run => read(run, 'net/'))

/** The same files by another name: equal commands run once per pass. Asked in the second wave. */
export const countersAgain = transcript('counters-again', run => read(run, 'self/net/'))

/** The netfilter queues by another name, in the second wave. */
export const queuesAgain = transcript('queues-again', run => run(['cat', '/proc/self/net/netfilter/nfnetlink_queue']))
