import { transcript } from './transcript.ts'

/** TCP, UDP and Unix sockets of the pod, in all states. Process names only where the probe shares the owner's PID namespace. */
export const sockets = transcript('sockets', run => run(['ss', '-H', '-a', '-n', '-t', '-u', '-x', '-p'], { maxBytes: 4 * 1024 * 1024 }))
