import { type Command, Option } from 'commander'
import type { Trench } from '#judge/subject.ts'
import type { ApiClient, FindingQuery, FindingRecordView } from '../api/client.ts'
import type { ProbeView, Selection } from '../api/backend.ts'
import type { Silence, SweepRecord } from '../store/records.ts'
import { age, type Column, listFormats, listLines } from './output.ts'
import { spanMs } from './span.ts'
import { watchFindings } from './watch-findings.ts'

export interface ListCommands {
  readonly client: () => ApiClient
  readonly print: (lines: readonly string[]) => void
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
  const scoped = (command: Command) => command.option('-n, --namespace <namespace>').option('-A, --all-namespaces', 'of all namespaces (the default)')
  const since = (at: number | undefined) => (at === undefined ? '-' : age(at, now()))

  scoped(list('trenches', 'what the controller knows')).action(async (flags: Flags) => print(listLines(await client().trenches(scope(flags)), flags.output, trenchColumns, ({ id }) => id)))
  scoped(list('probes', 'probes that run in pods')).action(async (flags: Flags) => {
    const probes = (await client().probes()).filter(({ pod }) => flags.namespace === undefined || pod.startsWith(`${flags.namespace}/`))
    print(listLines(probes, flags.output, probeColumns, ({ pod, container }) => `${pod}/${container}`))
  })
  scoped(list('sweeps', 'sweeps, newest first')).option('-t, --trench <trench>').action(async (flags: Flags) => {
    const columns: readonly Column<SweepRecord>[] = [
      { title: 'SWEEP', cell: ({ id }) => id }, { title: 'STATE', cell: ({ state }) => state }, { title: 'TRENCHES', cell: ({ planned, trenches }) => `${trenches.length}/${planned.length}` },
      { title: 'WORST', cell: ({ trenches }) => worstOf(trenches) }, { title: 'BY', cell: ({ startedBy }) => startedBy, wide: true }, { title: 'ORIGIN', cell: ({ origin }) => origin, wide: true }, { title: 'AGE', cell: ({ startedAt }) => since(startedAt) },
    ]
    const page = await client().json<{ items: readonly SweepRecord[] }>(`/v1/sweeps?${queryOf({ namespace: flags.namespace, trench: flags.trench, limit: '50' })}`)
    print(listLines(page.items, flags.output, columns, ({ id }) => id, page))
  })
  scoped(list('findings', 'what stands now, worst first; since when')).option('-t, --trench <trench>').option('--severity <list>', 'outage, loss, risk, note; comma-separated').addOption(new Option('--state <state>').choices(['current', 'open', 'flapping', 'gone', 'all']).default('current'))
    .option('-w, --watch', 'then a line for each change')
    .action(async (flags: Flags) => {
      const columns: readonly Column<FindingRecordView>[] = [
        { title: 'TRENCH', cell: ({ finding }) => finding.trench.split('/').slice(1).join('/') }, { title: 'SEVERITY', cell: ({ finding, state }) => (finding.silenced ? 'silenced' : state === 'open' ? finding.severity : state) },
        { title: 'KEY', cell: ({ key }) => key }, { title: 'POD', cell: ({ finding }) => finding.subject.name }, { title: 'CHECK', cell: ({ finding }) => finding.check }, { title: 'FIRST', cell: ({ firstSeen }) => since(firstSeen) },
        { title: 'LAST', cell: ({ lastSeen }) => since(lastSeen) }, { title: 'FLAPS', cell: ({ flaps }) => String(flaps), wide: true }, { title: 'TEXT', cell: ({ finding }) => finding.text },
      ]
      const { namespace, trench, severity, state } = flags
      const query = Object.fromEntries(Object.entries({ namespace, trench, severity, state }).filter(([, value]) => value !== undefined)) as FindingQuery
      const list = (items: readonly FindingRecordView[]) => print(listLines(items, flags.output, columns, ({ key }) => key))
      if (flags.watch) await watchFindings({ client: client(), query, format: flags.output, list, print, signal })
      else list(await client().findings(query))
    })
  list('silences', 'what does not count for now').option('--all', 'also those that ended').action(async (flags: Flags) => {
    const columns: readonly Column<Silence>[] = [
      { title: 'SILENCE', cell: ({ id }) => id }, { title: 'TRENCH', cell: ({ trench }) => trench.split('/').slice(1).join('/') }, { title: 'WHAT', cell: ({ finding, check }) => finding ?? check ?? '' },
      { title: 'UNTIL', cell: ({ until }) => new Date(until).toISOString() }, { title: 'BY', cell: ({ by }) => by }, { title: 'REASON', cell: ({ reason }) => reason },
    ]
    print(listLines(await client().silences(flags.all ? { all: true } : {}), flags.output, columns, ({ id }) => id))
  })
  program.command('silence <what>').description('let a finding (its key), or a check in a trench (CHECK --trench TRENCH), not count for a time')
    .requiredOption('--reason <text>').requiredOption('--until <time>', 'RFC 3339, or a span from now: 2h, 3d').option('-t, --trench <trench>')
    .action(async (what: string, flags: { reason: string; until: string; trench?: string }) => {
      const silence = await client().silence({ ...(flags.trench === undefined ? { finding: what } : { check: what, trench: flags.trench }), reason: flags.reason, until: timeOf(flags.until, now()) })
      print([`silence ${silence.id} holds until ${new Date(silence.until).toISOString()}`])
    })
  program.command('unsilence <id>').description('end a silence now').action(async (id: string) => {
    await client().endSilence(id)
    print([`silence ${id} ended`])
  })
}

const countOf = (trench: Trench, role: string): string => String(trench.pods.filter(pod => pod.role === role).length)
const trenchColumns: readonly Column<Trench>[] = [
  { title: 'CLUSTER', cell: ({ cluster }) => cluster.name }, { title: 'NAMESPACE', cell: ({ namespace }) => namespace }, { title: 'TRENCH', cell: ({ name }) => name },
  { title: 'LB', cell: trench => countOf(trench, 'lb') }, { title: 'PROXY', cell: trench => countOf(trench, 'proxy') }, { title: 'TARGET', cell: trench => countOf(trench, 'tapa') }, { title: 'ID', cell: ({ id }) => id, wide: true },
]
const probeColumns: readonly Column<ProbeView>[] = [
  { title: 'POD', cell: ({ pod }) => pod }, { title: 'CONTAINER', cell: ({ container }) => container }, { title: 'VERSION', cell: ({ version }) => version }, { title: 'STATE', cell: ({ state }) => state },
  { title: 'AGE', cell: ({ startedAt }) => (startedAt === undefined ? '-' : age(startedAt, Date.now())) }, { title: 'OF-20', cell: ({ entries }) => String(entries) },
  { title: 'RSS', cell: ({ rssBytes }) => `${Math.round(rssBytes / 1e6)} MB` }, { title: 'CPU', cell: ({ cpuMs }) => `${cpuMs} ms` }, { title: 'IMAGE', cell: ({ image }) => image, wide: true }, { title: 'REASON', cell: ({ reason = '' }) => reason, wide: true },
]

const worstOf = (trenches: SweepRecord['trenches']): string => (['outage', 'loss', 'risk', 'note'] as const).find(severity => trenches.some(({ worst }) => worst === severity)) ?? '-'
const scope = ({ namespace }: Flags): Selection => (namespace === undefined ? {} : { namespace })
const queryOf = (given: Readonly<Record<string, string | undefined>>): URLSearchParams => new URLSearchParams(Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

function timeOf(text: string, now: number): number {
  const ms = spanMs(text)
  const at = ms === undefined ? Date.parse(text) : now + ms
  // 0 lies in the past: the API refuses it with words
  return Number.isNaN(at) ? 0 : at
}
