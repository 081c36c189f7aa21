import { parseBirdProtocols } from '#parsers/bird-protocols.ts'
import { askBird } from './bird-ask.ts'
import { defineFact } from './fact.ts'

/** Every protocol of the pod's BIRD: gateways (`NBR-…`), VIPs, kernel tables, BFD. Order means nothing. */
export const birdProtocols = defineFact({
  id: 'bird-protocols',
  version: 1,
  read: run => askBird(run, ['birdc', 'show', 'protocols', 'all'], parseBirdProtocols),
})
