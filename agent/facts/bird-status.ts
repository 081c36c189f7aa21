import { parseBirdStatus } from '#parsers/bird-status.ts'
import { askBird } from './bird-ask.ts'
import { defineFact } from './fact.ts'

/** Version, clock and state of the pod's BIRD. Its clock is what every `since` of BIRD is told by. */
export const birdStatus = defineFact({
  id: 'bird-status',
  version: 1,
  read: run => askBird(run, ['birdc', 'show', 'status'], parseBirdStatus),
})
