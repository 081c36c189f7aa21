import { transcript } from './transcript.ts'

/** What nfqlb counts of fragments; it counts nothing else. */
export const nfqlbStats = transcript('nfqlb-stats', run => run(['nfqlb', 'stats']))
