import { type CommandRecord, commandText, FactError, type Run } from '#facts/fact.ts'
import { answerOf } from '#facts/read.ts'
import type { Inventory, KubeObject } from '#judge/profile.ts'
import { type Asking, parseKubectl } from './kubectl.ts'

type Get = Extract<Asking, { verb: 'get' }>
export type ListQuery = Omit<Get, 'verb' | 'name'>
export type LogQuery = Omit<Extract<Asking, { verb: 'logs' }>, 'verb'>

export interface ClusterSourceOptions {
  readonly inventory: Inventory
  /** whether watches hold what is asked for: a resource of a namespace, or, without one, of the whole cluster */
  readonly watched: (plural: string, namespace: string | undefined) => boolean
  /** why a watched resource cannot be listed (`not installed`, `forbidden`), or undefined */
  readonly problem: (plural: string) => { readonly code: 'not-found' | 'refused' | 'gone'; readonly message: string } | undefined
  /** one object, of a watch or of the API server; without a namespace one of the cluster. @throws {FactError} */
  readonly get: (plural: string, namespace: string | undefined, name: string) => Promise<unknown>
  /** what no watch holds, listed once; `metadata.continue` where there is more than is read. @throws {FactError} */
  readonly list: (query: ListQuery) => Promise<{ readonly items: readonly KubeObject[]; readonly metadata?: { readonly continue?: string } }>
  /** the end of a container's log. @throws {FactError} */
  readonly log: (query: LogQuery) => Promise<string>
  readonly now: () => number
}

/** The API server, asked like a pod: the commands of `parseKubectl`, answered from the watches where these hold the answer, and recorded. */
export function clusterSource(options: ClusterSourceOptions): { readonly run: Run; readonly records: () => readonly CommandRecord[] } {
  const records = new Map<string, Promise<CommandRecord>>()
  const done: CommandRecord[] = []
  const run: Run = async (argv, runOptions) => {
    const text = commandText(argv)
    const record = records.get(text) ?? answer(argv, options).then(answered => {
      done.push(answered)
      return answered
    })
    records.set(text, record)
    return answerOf(await record, runOptions)
  }
  return { run, records: () => done }
}

async function answer(argv: readonly string[], options: ClusterSourceOptions): Promise<CommandRecord> {
  const { now } = options
  const startedAt = now()
  const base = { argv, stderr: '', startedAt }
  try {
    const asking = parseKubectl(argv)
    const stdout = asking.verb === 'logs' ? await options.log(asking) : JSON.stringify(asking.name === undefined ? await listed(asking, options) : await options.get(asking.plural, asking.namespace, asking.name))
    return { ...base, exitCode: 0, stdout, ms: now() - startedAt }
  } catch (error) {
    if (!(error instanceof FactError)) throw error
    return { ...base, exitCode: null, stdout: '', ms: now() - startedAt, error: { code: error.code, message: error.message } }
  }
}

async function listed(asking: Get, { inventory, watched, problem, list }: ClusterSourceOptions): Promise<object> {
  const { plural, namespace, labelSelector, fieldSelector } = asking
  if (fieldSelector !== undefined || !watched(plural, namespace)) return { kind: 'List', ...(await list(asking)) }
  const trouble = problem(plural)
  if (trouble) throw new FactError(trouble.code, trouble.message)
  const chosen = labelSelector === undefined ? () => true : selector(labelSelector)
  return { kind: 'List', items: inventory.list(plural).filter(object => (namespace === undefined || object.metadata.namespace === namespace) && chosen(object)) }
}

/** `key=value` or `key in (a,b)`. @throws {FactError} `refused` on any other selector */
function selector(text: string): (object: KubeObject) => boolean {
  const [, key, one, several] = /^([\w./-]+)(?:=([\w.-]+)| in \(([\w.,-]+)\))$/.exec(text) ?? []
  if (key === undefined) throw new FactError('refused', `not a selector of labels: ${text}`)
  const values = new Set(several?.split(',') ?? [one])
  return ({ metadata }) => values.has(metadata.labels?.[key])
}
