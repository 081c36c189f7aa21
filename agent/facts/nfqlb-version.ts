import { parseNfqlbVersion } from '#parsers/nfqlb-version.ts'
import { defineFact } from './fact.ts'

/** Version of the nfqlb the probe runs; it may differ from the one that balances, and both understand each other. */
export const nfqlbVersion = defineFact({
  id: 'nfqlb-version',
  version: 1,
  read: async run => ({ line: 1, version: parseNfqlbVersion(await run(['nfqlb', 'version'])) }),
})
