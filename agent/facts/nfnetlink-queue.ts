import { parseNfnetlinkQueue } from '#parsers/nfnetlink-queue.ts'
import { defineFact } from './fact.ts'

/** Netfilter queues a program is bound to, as the kernel counts them. A kernel without the module has no such file: `not-found` or `failed`. */
export const nfnetlinkQueue = defineFact({
  id: 'nfnetlink-queue',
  version: 1,
  read: async run => parseNfnetlinkQueue(await run(['cat', '/proc/net/netfilter/nfnetlink_queue'])),
})
