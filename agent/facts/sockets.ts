import { parseSockets } from '#parsers/sockets.ts'
import { defineFact } from './fact.ts'

/** TCP, UDP and Unix sockets of the pod, in all states. Process names only where the probe shares the owner's PID namespace. */
export const sockets = defineFact({
  id: 'sockets',
  version: 1,
  read: async run => parseSockets(await run(['ss', '-H', '-a', '-n', '-t', '-u', '-x', '-p'], { maxBytes: 4 * 1024 * 1024 })),
})
