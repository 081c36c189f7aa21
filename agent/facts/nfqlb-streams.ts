import { parseDevShm } from '#parsers/dev-shm.ts'
import { type NfqlbShow, parseNfqlbShow } from '#parsers/nfqlb-show.ts'
import { commandText, defineFact, FactError, type FactErrorCode, type Run } from './fact.ts'
import { listFlows } from './nfqlb-flows.ts'

/** A stream's target table, or why it cannot be shown: a flow may name a stream whose memory is gone. */
export type NfqlbStream = { readonly stream: string; readonly shm: string; readonly command: string } &
  (({ readonly error?: never } & Omit<NfqlbShow, 'shm'>) | { readonly error: { readonly code: FactErrorCode; readonly message: string } })

/**
 * Every stream in the pod's shared memory and every stream a flow names, flows first, in their order. Streams live in files: they are
 * shown also when the load balancer is gone or does not answer; then only what flows alone name is missing (see nfqlb-flows).
 */
export const nfqlbStreams = defineFact({
  id: 'nfqlb-streams',
  version: 1,
  read: async run => {
    const [named, files] = await Promise.all([namedByFlows(run), run(['ls', '-ln', '--time-style=+', '/dev/shm'])])
    const kept = parseDevShm(files).map(file => file.name).filter(name => name.startsWith(prefix))
    return Promise.all([...new Set([...named, ...kept])].map(shm => showStream(run, shm)))
  },
})

/** Meridio's stream `S` lives in `tshm-S`. */
const prefix = 'tshm-'

async function namedByFlows(run: Run): Promise<string[]> {
  try {
    return (await listFlows(run)).flatMap(flow => flow.userRef ?? [])
  } catch (error) {
    if (error instanceof FactError || error instanceof SyntaxError) return []
    throw error
  }
}

async function showStream(run: Run, shm: string): Promise<NfqlbStream> {
  const argv = ['nfqlb', 'show', `--shm=${shm}`]
  const place = { stream: shm.startsWith(prefix) ? shm.slice(prefix.length) : shm, shm, command: commandText(argv) }
  try {
    const { shm: _, ...shown } = parseNfqlbShow(await run(argv))
    return { ...place, ...shown }
  } catch (error) {
    if (error instanceof SyntaxError) return { ...place, error: { code: 'unreadable', message: error.message } }
    // refused: a name the probe does not hand to a command
    if (error instanceof FactError && (error.code === 'failed' || error.code === 'refused')) return { ...place, error: { code: error.code, message: error.message } }
    throw error
  }
}
