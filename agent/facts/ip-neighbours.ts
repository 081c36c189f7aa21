import { parseIpNeighbours } from '#parsers/ip-neighbours.ts'
import { defineFact } from './fact.ts'

/** ARP and neighbour discovery entries, both families. */
export const ipNeighbours = defineFact({
  id: 'ip-neighbours',
  version: 1,
  read: async run => parseIpNeighbours(await run(['ip', '-j', '-d', '-s', 'neigh'])),
})
