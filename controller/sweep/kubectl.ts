import { commandText, FactError } from '#facts/fact.ts'

/** What a command asks the API server for. */
export type Asking =
  | { readonly verb: 'get'; readonly plural: string; readonly group: string; readonly name?: string; /** absent: a resource of the cluster, or (without a name) one of all namespaces */ readonly namespace?: string; readonly labelSelector?: string; readonly fieldSelector?: string }
  | { readonly verb: 'logs'; readonly namespace: string; readonly pod: string; readonly container: string; readonly tailLines: number; readonly limitBytes: number }

/**
 * `kubectl get KIND[.GROUP] [NAME] [-n NAMESPACE | -A] [-l SELECTOR] [--field-selector SELECTOR] -o json`, and
 * `kubectl logs POD -c CONTAINER -n NAMESPACE --tail=LINES --limit-bytes=BYTES`: what facts of the API server may ask.
 * @throws {FactError} `refused` on anything else
 */
export function parseKubectl(argv: readonly string[]): Asking {
  const [program, verb, ...words] = argv
  const { values, plain, all } = optionsOf(words)
  const unknown = [...values.keys()].filter(name => !known.has(name))
  if (program === 'kubectl' && verb === 'get' && values.get('-o') === 'json' && unknown.length === 0 && plain.length >= 1 && plain.length <= 2) {
    const [kind = '', name] = plain
    const [singular = '', ...group] = kind.split('.')
    const namespace = all ? undefined : values.get('-n')
    const [labelSelector, fieldSelector] = [values.get('-l'), values.get('--field-selector')]
    return { verb, plural: plurals[singular] ?? singular, group: group.join('.'), ...(name !== undefined && { name }), ...(namespace !== undefined && { namespace }), ...(labelSelector !== undefined && { labelSelector }), ...(fieldSelector !== undefined && { fieldSelector }) }
  }
  const [pod, namespace, container] = [plain[0], values.get('-n'), values.get('-c')]
  const [tailLines, limitBytes] = [Number(values.get('--tail')), Number(values.get('--limit-bytes'))]
  if (program === 'kubectl' && verb === 'logs' && unknown.length === 0 && plain.length === 1 && pod !== undefined && namespace !== undefined && container !== undefined && tailLines > 0 && limitBytes > 0) {
    return { verb, namespace, pod, container, tailLines, limitBytes }
  }
  throw new FactError('refused', `the API server is not asked by ${commandText(argv)}`)
}

const plurals: Readonly<Record<string, string>> = { configmap: 'configmaps', node: 'nodes' }
const known: ReadonlySet<string> = new Set(['-n', '-o', '-l', '-c', '--field-selector', '--tail', '--limit-bytes'])

function optionsOf(words: readonly string[]): { readonly values: ReadonlyMap<string, string>; readonly plain: readonly string[]; readonly all: boolean } {
  const values = new Map<string, string>()
  const plain: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    const [, long, value] = /^(--[a-z-]+)=(.+)$/.exec(word) ?? []
    if (long !== undefined && value !== undefined) values.set(long, value)
    else if (word.startsWith('-') && word !== '-A') values.set(word, words[++at] ?? '')
    else if (word !== '-A') plain.push(word)
  }
  return { values, plain, all: words.includes('-A') }
}
