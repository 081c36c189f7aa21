import { defineFact, FactError, type Run } from '#facts/fact.ts'
import { partOf } from '../roles.ts'
import { listKube, trenchParams } from './kube-list.ts'

export interface TrenchNode {
  readonly name: string
  /** LB/FE, proxy and target pods of the trench on it */
  readonly pods: number
  /** the API server has no such node */
  readonly missing?: true
  /** `not ready (KubeletNotReady: …)`, `under memory pressure`; empty: nothing */
  readonly troubles: readonly string[]
  readonly command: string
}

/** The nodes that pods of the trench are on, by their conditions (Kubernetes NodeConditionType). */
export const trenchNodes = defineFact({
  id: 'trench-nodes',
  version: 1,
  params: trenchParams,
  read: async (run, { namespace, trench, namespaces }): Promise<readonly TrenchNode[]> => {
    const pods = (await Promise.all(namespaces.map(name => listKube(run, 'pods', name)))).flat().filter(({ object }) => {
      const part = partOf(object)
      return part?.namespace === namespace && (part.trench === undefined || part.trench === trench)
    })
    const nodes = Map.groupBy(pods, ({ object }) => (object['spec'] as { nodeName?: string } | undefined)?.nodeName ?? '')
    return Promise.all([...nodes].filter(([name]) => name !== '').map(([name, on]) => nodeOf(run, name, on.length)))
  },
})

interface Condition { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string }

async function nodeOf(run: Run, name: string, pods: number): Promise<TrenchNode> {
  const argv = ['kubectl', 'get', 'node', name, '-o', 'json']
  try {
    const { status } = JSON.parse(await run(argv)) as { status?: { conditions?: readonly Condition[] } }
    return { name, pods, troubles: (status?.conditions ?? []).flatMap(condition => troubleOf(condition) ?? []), command: argv.join(' ') }
  } catch (error) {
    if (!(error instanceof FactError) || error.code !== 'not-found') throw error
    return { name, pods, missing: true, troubles: [], command: argv.join(' ') }
  }
}

const pressures: Readonly<Record<string, string>> = { MemoryPressure: 'short of memory', DiskPressure: 'short of disk', PIDPressure: 'short of process ids', NetworkUnavailable: 'without its network' }

function troubleOf({ type, status, reason, message }: Condition): string | undefined {
  const words = [reason, message].filter(Boolean).join(': ')
  if (type === 'Ready') return status === 'True' ? undefined : `not ready${words && ` (${words})`}`
  return pressures[type] !== undefined && status === 'True' ? `${pressures[type]}${words && ` (${words})`}` : undefined
}
