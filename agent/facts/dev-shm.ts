import { parseDevShm } from '#parsers/dev-shm.ts'
import { defineFact } from './fact.ts'

/** Files in the pod's shared memory. */
export const devShm = defineFact({
  id: 'dev-shm',
  version: 1,
  read: async run => parseDevShm(await run(['ls', '-ln', '--time-style=+', '/dev/shm'])),
})
