import { parseBirdRouteCount } from '#parsers/bird-route-count.ts'
import { askBird } from './bird-ask.ts'
import { defineFact } from './fact.ts'

/** How many routes master4 and master6 hold. */
export const birdRouteCount = defineFact({
  id: 'bird-route-count',
  version: 1,
  read: run => askBird(run, ['birdc', 'show', 'route', 'count'], parseBirdRouteCount),
})
