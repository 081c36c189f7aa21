import { parseBridgeFdb } from '#parsers/bridge-fdb.ts'
import { defineFact } from './fact.ts'

/** Which MAC is behind which port of the proxy's bridge; it is always called bridge0. */
export const bridgeFdb = defineFact({
  id: 'bridge-fdb',
  version: 1,
  read: async run => parseBridgeFdb(await run(['bridge', '-j', 'fdb', 'show', 'br', 'bridge0'])),
})
