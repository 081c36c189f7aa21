import { commandText, FactError, type Params, type Run } from '#facts/fact.ts'
import type { KubeObject } from '#judge/profile.ts'

/** A Kubernetes object and where it stands in the recorded list. */
export interface Listed {
  readonly object: KubeObject
  readonly command: string
  readonly pointer: string
}

/** Parameters of every fact of the API server: one trench, and the namespaces its pods live in. */
export interface TrenchParams extends Params {
  readonly namespace: string
  readonly trench: string
  readonly namespaces: readonly string[]
}

const label = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/

/** @throws {FactError} `refused` on anything but names */
export function trenchParams(given: Params): TrenchParams {
  const { namespace, trench, namespaces } = given
  const names = [namespace, trench, ...(Array.isArray(namespaces) ? namespaces : [undefined])]
  if (!names.every(name => typeof name === 'string' && label.test(name))) throw new FactError('refused', `not a trench: ${JSON.stringify(given)}`)
  return { namespace: namespace as string, trench: trench as string, namespaces: namespaces as readonly string[] }
}

/** Objects of one kind in a namespace, as `kubectl get KIND -n NAMESPACE -o json` prints them (`items`). @throws {SyntaxError} on another shape */
export async function listKube(run: Run, kind: string, namespace: string): Promise<readonly Listed[]> {
  return (await listed(run, ['kubectl', 'get', kind, '-n', namespace, '-o', 'json'])).items
}

/** Objects of one kind in the whole cluster, those that a label selector chooses. @throws {SyntaxError} on another shape */
export async function everywhere(run: Run, kind: string, selector: string): Promise<readonly Listed[]> {
  return (await listed(run, ['kubectl', 'get', kind, '-A', '-l', selector, '-o', 'json'])).items
}

/** What such a command prints; `more`: the API server has objects beyond those. @throws {SyntaxError} on another shape */
export async function listed(run: Run, argv: readonly string[]): Promise<{ readonly items: readonly Listed[]; readonly more: boolean }> {
  const { items, metadata } = JSON.parse(await run(argv)) as { items?: unknown; metadata?: { continue?: string } }
  if (!Array.isArray(items)) throw new SyntaxError(`not a list: ${commandText(argv)}`)
  return { items: items.map((object: KubeObject, index) => ({ object, command: commandText(argv), pointer: `/items/${index}` })), more: Boolean(metadata?.continue) }
}
