import { transcript } from './transcript.ts'

/** The configuration the frontend wrote for BIRD, without passwords. */
export const birdConfig = transcript('bird-config', run => run(['cat', '/etc/bird/bird-fe-meridio.conf']))
