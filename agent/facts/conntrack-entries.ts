import { transcript } from './transcript.ts'

/** Connections the kernel tracks in the pod. 1 MB is some 5000 of them; where there are more, their number is all that is told (`sysctls`). */
export const conntrackEntries = transcript('conntrack-entries', run => run(['conntrack', '-L']))
