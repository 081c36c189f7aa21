import { type Command, InvalidArgumentError, Option } from 'commander'
import { severities } from '#judge/check.ts'
import { findingColumns, probeColumns, silenceColumns, sweepColumns, trenchColumns } from '../api/columns.ts'
import type { ApiClient, FindingQuery, FindingRecordView } from '../api/client.ts'
import type { Selection } from '../api/backend.ts'
import type { SweepRecord } from '../store/records.ts'
import { listFormats, listLines, type Print } from './output.ts'
import { spanMs } from './span.ts'
import { watchFindings } from './watch-findings.ts'

export interface ListCommands {
  readonly client: () => Promise<ApiClient>
  readonly print: Print
  /** ends what would go on */
  readonly signal: AbortSignal
  /** Unix ms */
  readonly now: () => number
}

type Flags = { readonly output: string; readonly namespace?: string; readonly trench?: string; readonly severity?: string; readonly state?: string; readonly all?: true; readonly watch?: true }

/** The commands that list what the controller knows and keeps. */
export function addListCommands(program: Command, { client, print, signal, now }: ListCommands): void {
  const list = (name: string, description: string) => program.command(name).description(description)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(listFormats).default('text'))
  const scoped = (command: Command) => command.option('-n, --namespace <namespace>', 'of one namespace').addOption(new Option('-A, --all-namespaces', 'of all namespaces (the default)').conflicts('namespace'))

  scoped(list('trenches', 'what the controller knows')).action(async (flags: Flags) => print(listLines(await (await client()).trenches(scope(flags)), flags.output, trenchColumns, ({ id }) => id), flags.output))
  scoped(list('probes', 'probes that run in pods')).action(async (flags: Flags) => {
    const probes = (await (await client()).probes()).filter(({ pod }) => flags.namespace === undefined || pod.startsWith(`${flags.namespace}/`))
    print(listLines(probes, flags.output, probeColumns, ({ pod, container }) => `${pod}/${container}`, { now: now() }), flags.output)
  })
  scoped(list('sweeps', 'sweeps, newest first')).option('-t, --trench <trench>', 'of trenches of this name').action(async (flags: Flags) => {
    const page = await (await client()).json<{ items: readonly SweepRecord[] }>(`/v1/sweeps?${queryOf({ namespace: flags.namespace, trench: flags.trench, limit: '50' })}`)
    print(listLines(page.items, flags.output, sweepColumns, ({ id }) => id, { value: page, now: now() }), flags.output)
  })
  scoped(list('findings', 'what stands now, worst first; since when')).option('-t, --trench <trench>', 'of trenches of this name').option('--severity <list>', `${severities.join(', ')}; comma-separated`, severityList).addOption(new Option('--state <state>', 'of the findings').choices(['current', 'open', 'flapping', 'gone', 'all']).default('current'))
    .option('-w, --watch', 'then a line for each change')
    .action(async (flags: Flags) => {
      const { namespace, trench, severity, state } = flags
      const query = Object.fromEntries(Object.entries({ namespace, trench, severity, state }).filter(([, value]) => value !== undefined)) as FindingQuery
      const list = (items: readonly FindingRecordView[]) => print(listLines(items, flags.output, findingColumns, ({ key }) => key, { now: now() }), flags.output)
      if (flags.watch) await watchFindings({ client: await client(), query, format: flags.output, list, print, signal })
      else list(await (await client()).findings(query))
    })
  list('silences', 'what does not count for now').option('--all', 'also those that ended').action(async (flags: Flags) => {
    print(listLines(await (await client()).silences(flags.all ? { all: true } : {}), flags.output, silenceColumns, ({ id }) => id), flags.output)
  })
  program.command('silence <what>').description('let a finding (its key), or a check in a trench (CHECK --trench TRENCH), not count for a time')
    .requiredOption('--reason <text>', 'told beside the finding, and kept').requiredOption('--until <time>', 'RFC 3339, or a span from now: 2h, 3d', timeOf(now)).option('-t, --trench <trench>', 'where the check does not count')
    .action(async (what: string, flags: { reason: string; until: number; trench?: string }) => {
      const silence = await (await client()).silence({ ...(flags.trench === undefined ? { finding: what } : { check: what, trench: flags.trench }), reason: flags.reason, until: flags.until })
      print([`silence ${silence.id} holds until ${new Date(silence.until).toISOString()}`])
    })
  program.command('unsilence <id>').description('end a silence now').action(async (id: string) => {
    await (await client()).endSilence(id)
    print([`silence ${id} ended`])
  })
}

const scope = ({ namespace }: Flags): Selection => (namespace === undefined ? {} : { namespace })
const queryOf = (given: Readonly<Record<string, string | undefined>>): URLSearchParams => new URLSearchParams(Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

/** Unix ms; the past is the API's to refuse. */
const timeOf = (now: () => number) => (text: string): number => {
  const ms = spanMs(text)
  const at = ms === undefined ? Date.parse(text) : now() + ms
  if (Number.isNaN(at)) throw new InvalidArgumentError('a time is needed: 2026-01-31T12:00:00Z, or a span from now: 2h, 3d')
  return at
}

function severityList(text: string): string {
  const unknown = text.split(',').find(word => !(severities as readonly string[]).includes(word))
  if (unknown !== undefined) throw new InvalidArgumentError(`a severity is one of ${severities.join(', ')}`)
  return text
}
