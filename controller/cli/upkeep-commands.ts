import { type Command, Option } from 'commander'
import type { ApiClient, PreflightView } from '../api/client.ts'
import { dataLines, type Print } from './output.ts'
import { table } from './table.ts'

export interface UpkeepCommands {
  readonly client: () => Promise<ApiClient>
  /** a controller of this process alone */
  readonly withoutController: () => Promise<ApiClient>
  readonly print: Print
  readonly end: (code: number) => void
}

interface Flags { readonly namespace?: string; readonly output: 'text' | 'json'; readonly reason?: string; readonly withoutController?: true }

/** `preflight` and `drain`: before probes come, and their end. */
export function addUpkeepCommands(program: Command, { client, withoutController, print, end }: UpkeepCommands): void {
  const output = () => new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text')
  program.command('preflight [trench]').description('who would refuse a probe, and how to mend it; changes nothing').addOption(output())
    .option('-n, --namespace <namespace>', 'trenches of one namespace').addOption(new Option('-A, --all-namespaces', 'trenches of all namespaces (the default)').conflicts('namespace'))
    .option('--without-controller', 'from here, with your own kubeconfig and rights')
    .action(async (trench: string | undefined, { namespace, output: format, withoutController: alone }: Flags) => {
      const report = await (alone ? await withoutController() : await client()).preflight({ ...(namespace !== undefined && { namespace }), ...(trench !== undefined && { trench }) })
      print(format === 'json' ? dataLines(report, 'json') : preflightLines(report), format)
      end(preflightExitCode(report))
    })
  program.command('drain').description('tell all probes to end; a later sweep brings new ones (the kill switch keeps them out: see docs/operations.md)')
    .option('-n, --namespace <namespace>', 'only there').option('--reason <text>', 'for the audit and the probes\' last words').addOption(output())
    .action(async ({ namespace, reason, output: format }: Flags) => {
      const pods = await (await client()).drain({ ...(namespace !== undefined && { namespace }), ...(reason !== undefined && { reason }) })
      print(format === 'json' ? dataLines({ pods }, 'json') : [`${pods.length} probes told to end`, ...pods])
    })
}

/** Namespaces, then pods: those that would be refused first, each with who says so and how to mend it. */
export function preflightLines({ image, namespaces, pods, problems }: PreflightView): readonly string[] {
  const sorted = [...pods.filter(({ allowed }) => !allowed), ...pods.filter(({ allowed }) => allowed)]
  const missing = (rights: PreflightView['namespaces'][number]['rights']) => rights.filter(({ allowed }) => !allowed).map(({ right }) => right).join(', ')
  const answer = ({ allowed, code, reuse }: PreflightView['pods'][number]) => (!allowed ? `refused: ${code}` : reuse === undefined ? 'a probe may enter' : `its probe ${reuse} is used`)
  const [head, ...rows] = table([['POD', 'ROLE', 'NODE', 'OF-20', 'ANSWER'], ...sorted.map(pod => [pod.pod, pod.role ?? '-', pod.node || '-', String(pod.entries), answer(pod)])])
  return [
    ...table([['NAMESPACE', 'OPT-IN', 'POD-SECURITY', 'MISSING-RIGHTS'], ...namespaces.map(({ namespace, optIn, podSecurity, rights }) => [namespace, optIn ? 'yes' : 'no', podSecurity || '-', missing(rights) || '-'])]),
    '',
    head ?? '',
    ...sorted.flatMap((pod, index) => [rows[index] ?? '', ...[...(pod.message === undefined ? [] : [pod.message]), ...pod.warnings].map(text => `    ${text}`)]),
    '',
    ...problems.map(problem => `could not look: ${problem}`),
    `${pods.filter(({ allowed }) => allowed).length} of ${pods.length} pods take ${image}; nothing was changed`,
  ]
}

/** 0 every pod takes a probe, 1 some refuse, 2 not everything could be asked. */
export function preflightExitCode({ pods, problems }: PreflightView): number {
  if (problems.length > 0 || pods.some(({ code }) => code === 'api-unreachable' || code === 'policy-unreachable' || code === 'aborted' || code === 'pod-unknown')) return 2
  return pods.every(({ allowed }) => allowed) ? 0 : 1
}
