import { type CommandRecord, commandText, FactError, type Run } from '#facts/fact.ts'
import { answerOf } from '#facts/read.ts'
import type { Inventory } from '#judge/profile.ts'

export interface ClusterSourceOptions {
  readonly inventory: Inventory
  /** why a resource cannot be listed (`not installed`, `forbidden`), or undefined */
  readonly problem: (plural: string) => { readonly code: 'not-found' | 'refused' | 'gone'; readonly message: string } | undefined
  /** one object that no watch holds */
  readonly get: (plural: string, namespace: string, name: string) => Promise<unknown>
  readonly now: () => number
}

/** The API server, asked like a pod: `kubectl get KIND[.GROUP] [NAME] -n NAMESPACE -o json`, answered from the watches and recorded. */
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

async function answer(argv: readonly string[], { inventory, problem, get, now }: ClusterSourceOptions): Promise<CommandRecord> {
  const startedAt = now()
  const base = { argv, stderr: '', startedAt }
  try {
    const { plural, name, namespace } = parse(argv)
    const trouble = name === undefined ? problem(plural) : undefined
    if (trouble) throw new FactError(trouble.code, trouble.message)
    const found = name === undefined ? { kind: 'List', items: inventory.list(plural).filter(object => object.metadata.namespace === namespace) } : await get(plural, namespace, name)
    return { ...base, exitCode: 0, stdout: JSON.stringify(found), ms: now() - startedAt }
  } catch (error) {
    if (!(error instanceof FactError)) throw error
    return { ...base, exitCode: null, stdout: '', ms: now() - startedAt, error: { code: error.code, message: error.message } }
  }
}

function parse(argv: readonly string[]): { plural: string; name?: string; namespace: string } {
  const [program, verb, kind, ...rest] = argv
  const name = rest[0] === '-n' ? undefined : rest[0]
  const [flag, namespace, output, format] = name === undefined ? rest : rest.slice(1)
  if (program !== 'kubectl' || verb !== 'get' || kind === undefined || flag !== '-n' || namespace === undefined || output !== '-o' || format !== 'json') {
    throw new FactError('refused', `the API server is not asked by ${commandText(argv)}`)
  }
  const plural = kind.split('.')[0] ?? kind
  return { plural: plural === 'configmap' ? 'configmaps' : plural, namespace, ...(name !== undefined && { name }) }
}
