import { defineFact, FactError } from '#facts/fact.ts'
import { partOf } from '../roles.ts'
import { type Listed, listKube, trenchParams } from './kube-list.ts'

/** The end of the log of a container of the trench that is not ready. */
export interface UnreadyLog {
  /** `namespace/name` */
  readonly pod: string
  readonly container: string
  /** lines that complain, the newest last; `line` is 1-based in what was read */
  readonly complaints: readonly { readonly line: number; readonly text: string }[]
  /** why there is no log */
  readonly error?: string
  readonly command: string
}

/** logs read in one sweep of a trench: a log costs its kubelet a read, and one tells what ten say */
const mostLogs = 6
const tailLines = 100
const limitBytes = 32_768

/**
 * Complaints in the logs of the trench's containers that are not ready: of the rest nothing is read. Meridio and NSM log lines of JSON with a level (`severity`, `level`), or plain text;
 * a line that is no JSON complains by its words.
 */
export const unreadyLogs = defineFact({
  id: 'unready-logs',
  version: 1,
  params: trenchParams,
  read: async (run, { namespace, trench, namespaces }): Promise<readonly UnreadyLog[]> => {
    const pods = (await Promise.all(namespaces.map(name => listKube(run, 'pods', name)))).flat()
    const unready = pods.filter(({ object }) => {
      const part = partOf(object)
      return part?.namespace === namespace && (part.trench === undefined || part.trench === trench)
    }).flatMap(unreadyContainers).slice(0, mostLogs)
    return Promise.all(unready.map(async ({ pod, container }) => {
      const [of = '', name = ''] = pod.split('/')
      const argv = ['kubectl', 'logs', name, '-c', container, '-n', of, `--tail=${tailLines}`, `--limit-bytes=${limitBytes}`]
      const found = { pod, container, command: argv.join(' ') }
      try {
        return { ...found, complaints: complaintsOf(await run(argv)) }
      } catch (error) {
        if (!(error instanceof FactError)) throw error
        return { ...found, complaints: [], error: error.message }
      }
    }))
  },
})

interface Status { readonly phase?: string; readonly containerStatuses?: readonly { readonly name: string; readonly ready?: boolean; readonly restartCount?: number; readonly state?: { readonly running?: object; readonly terminated?: object } }[] }

/** Those that have begun: others have no log. */
function unreadyContainers({ object }: Listed): readonly { readonly pod: string; readonly container: string }[] {
  const { containerStatuses = [] } = (object['status'] ?? {}) as Status
  if (object.metadata['deletionTimestamp'] !== undefined) return []
  return containerStatuses.filter(({ ready, state, restartCount = 0 }) => ready !== true && (state?.running !== undefined || state?.terminated !== undefined || restartCount > 0)).map(({ name }) => ({ pod: `${object.metadata.namespace}/${object.metadata.name}`, container: name }))
}

function complaintsOf(text: string): UnreadyLog['complaints'] {
  const rows = text.split('\n').map((line, index) => ({ line: index + 1, ...sayingOf(line) }))
  return rows.filter(({ complains, text: said }) => complains && said !== '').map(({ line, text: said }) => ({ line, text: said.slice(0, 200) }))
}

const complaint = /\b(error|fatal|panic|x509|context deadline exceeded|connection refused|not serving|no candidates|exhausted)\b/i

function sayingOf(line: string): { readonly complains: boolean; readonly text: string } {
  try {
    const { severity, level, message, msg, error } = JSON.parse(line) as Partial<Record<'severity' | 'level' | 'message' | 'msg' | 'error', unknown>>
    const text = [message ?? msg, error].filter(part => typeof part === 'string' && part !== '').join(': ')
    return { complains: /^(error|critical|fatal|panic|alert|emergency)$/i.test(String(severity ?? level ?? '')) || complaint.test(text), text }
  } catch {
    return { complains: complaint.test(line), text: line.trim() }
  }
}
