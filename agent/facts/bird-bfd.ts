import { fetchBird } from './bird-ask.ts'
import { transcript } from './transcript.ts'

/**
 * BFD sessions of the pod's BIRD. Once per sweep, never polled: BIRD 3.0.0 to 3.1.6, 3.2.0 and 3.2.1 may abort when they are listed
 * while sessions come and go.
 */
export const birdBfd = transcript('bird-bfd', run => fetchBird(run, birdBfdCommand))

export const birdBfdCommand: readonly string[] = ['birdc', 'show', 'bfd', 'sessions']
