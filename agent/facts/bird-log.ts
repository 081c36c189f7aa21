import { FactError, type Run } from './fact.ts'
import { transcript } from './transcript.ts'

/** The log of the pod's BIRD, the part before the last rotation first (20 kB each, bird.md §7). Without a rotation yet there is no such part. */
export const birdLog = transcript('bird-log', async run => ({ older: await olderPart(run), log: await run(['cat', '/var/log/bird.log']) }))

async function olderPart(run: Run): Promise<string> {
  try {
    return await run(['cat', '/var/log/bird.log.backup'])
  } catch (error) {
    if (error instanceof FactError && error.code === 'not-found') return ''
    throw error
  }
}
