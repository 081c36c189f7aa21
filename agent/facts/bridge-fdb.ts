import { transcript } from './transcript.ts'

/** Which MAC is behind which port of the proxy's bridge; it is always called bridge0. */
export const bridgeFdb = transcript('bridge-fdb', run => run(['bridge', '-j', 'fdb', 'show', 'br', 'bridge0']))
