import { parseBirdBfd } from '#parsers/bird-bfd.ts'
import { askBird } from './bird-ask.ts'
import { defineFact } from './fact.ts'

/**
 * BFD sessions of the pod's BIRD. Once per sweep, never polled: BIRD 3.0.0 to 3.1.6, 3.2.0 and 3.2.1 may abort when they are listed
 * while sessions come and go.
 */
export const birdBfd = defineFact({
  id: 'bird-bfd',
  version: 1,
  read: run => askBird(run, ['birdc', 'show', 'bfd', 'sessions'], parseBirdBfd),
})
