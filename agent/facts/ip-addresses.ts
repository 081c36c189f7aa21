import { parseIpAddresses } from '#parsers/ip-addresses.ts'
import { defineFact } from './fact.ts'

/** Every address of every interface, both families. */
export const ipAddresses = defineFact({
  id: 'ip-addresses',
  version: 1,
  read: async run => parseIpAddresses(await run(['ip', '-j', '-d', '-s', 'addr'])),
})
