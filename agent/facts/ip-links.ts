import { parseIpLinks } from '#parsers/ip-links.ts'
import { defineFact } from './fact.ts'

/** Every network interface of the pod, with its counters. */
export const ipLinks = defineFact({
  id: 'ip-links',
  version: 1,
  read: async run => parseIpLinks(await run(['ip', '-j', '-d', '-s', 'addr'])),
})
