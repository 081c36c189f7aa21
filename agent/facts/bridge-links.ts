import { parseBridgeLinks } from '#parsers/bridge-links.ts'
import { defineFact } from './fact.ts'

/** Ports of every bridge in the pod. */
export const bridgeLinks = defineFact({
  id: 'bridge-links',
  version: 1,
  read: async run => parseBridgeLinks(await run(['bridge', '-j', '-d', 'link'])),
})
