import { readFileSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { packSnapshots, readSnapshots, type SnapshotFile, SnapshotFileError } from '#judge/snapshot-file.ts'
import { subjectKey } from '#judge/subject.ts'
import { terminalLines } from '#judge/terminal-lines.ts'
import { diffVerdicts, type VerdictChange } from '#judge/verdict-diff.ts'
import { meridio } from '#profiles/meridio/profile.ts'
import { type ApiClient, ApiError } from '../api/client.ts'
import { judgeAgain } from '../sweep/judge-again.ts'
import type { SweepReport } from '../sweep/report.ts'
import { exitCodeOf, reportLines } from './report-text.ts'
import { table } from './table.ts'
import type { Print } from './output.ts'

export interface SnapshotCommand {
  readonly client: () => Promise<ApiClient>
  readonly print: Print
  /** folded to the terminal; for lines with colours of ours, in which nothing else commands one */
  readonly show: (lines: readonly string[]) => void
  readonly stderr: NodeJS.WritableStream
  /** sets the exit code */
  readonly end: (code: number) => void
  /** Unix ms */
  readonly now: () => number
  readonly colour: boolean
}

/** `snapshot save|show|judge|diff`: a sweep as one file, looked at without a cluster. */
export function addSnapshotCommand(program: Command, { client, print, show, stderr, end, now, colour }: SnapshotCommand): void {
  const snapshot = program.command('snapshot').description('a sweep as one file: save it, look into it, judge it again, compare two')
  const open = (file: string): SnapshotFile | undefined => {
    try {
      return readSnapshots(readFileSync(file))
    } catch (error) {
      if (!(error instanceof SnapshotFileError) && (error as NodeJS.ErrnoException).code === undefined) throw error
      stderr.write(`trenchscope: ${file}: ${(error as Error).message}\n`)
      end(2)
      return undefined
    }
  }

  snapshot.command('save <file> [trench]').description('sweep now and save all that was seen (or save a sweep that was kept: --sweep)')
    .option('-n, --namespace <namespace>', 'trenches of one namespace').option('--sweep <id>', 'a kept sweep, as `trenchscope sweeps` lists it')
    .action(async (file: string, trench: string | undefined, flags: { namespace?: string; sweep?: string }) => {
      const selection = { ...(trench !== undefined && { trench }), ...(flags.namespace !== undefined && { namespace: flags.namespace }) }
      const sweep = flags.sweep ?? await swept(await client(), selection)
      const { looks } = readSnapshots(Buffer.from(await (await client()).text(`/v1/sweeps/${encodeURIComponent(sweep)}/snapshots`)))
      const bytes = packSnapshots(looks, now())
      try {
        writeFileSync(file, bytes)
      } catch (error) {
        throw new ApiError('file-unwritable', `${file} could not be written: ${(error as Error).message}; the sweep is kept: trenchscope snapshot save FILE --sweep ${sweep}`, { cause: error })
      }
      print([`${file}: ${looks.length} looks at ${new Set(looks.map(look => look.trench.id)).size} trenches, ${Math.ceil(bytes.length / 1000)} kB`])
    })
  snapshot.command('show <file> [pod]').description('what was looked at; of one pod, the terminal as it was recorded').action((file: string, pod: string | undefined) => {
    const saved = open(file)
    if (!saved) return
    const lines = pod === undefined ? contents(saved) : saved.looks.flatMap(look => terminalLines(look, pod))
    if (lines.length > 0) return print(lines, pod === undefined ? 'text' : undefined)
    stderr.write(`trenchscope: ${file} holds no pod ${pod}\n`)
    end(64)
  })
  snapshot.command('judge <file>').description('judge what was seen with the checks of this version').option('--all', 'unfold symptoms and unknowns, and show the evidence').option('--json', 'the reports as JSON')
    .action(async (file: string, flags: { all?: true; json?: true }) => {
      const saved = open(file)
      if (!saved) return
      const reports = await judgeAgain(saved.looks, profiles)
      if (flags.json) print([JSON.stringify({ reports }, null, 2)])
      else show(reportLines(reports, { colour, all: flags.all ?? false }))
      end(exitCodeOf(reports))
    })
  snapshot.command('diff <before> <after>').description('what two snapshots say differently, by check, subject and verdict; exit code 1 when they do')
    .action(async (before: string, after: string) => {
      const [a, b] = [open(before), open(after)]
      if (!a || !b) return
      const changes = changesOf(await judgeAgain(a.looks, profiles), await judgeAgain(b.looks, profiles))
      print(changes.length === 0 ? ['no difference'] : table(changes), 'text')
      end(changes.length === 0 ? 0 : 1)
    })
}

const profiles = [meridio]

async function swept(client: ApiClient, selection: Parameters<ApiClient['sweep']>[0]): Promise<string> {
  let id = ''
  await client.sweep(selection, { onEvent: event => { if (event.type === 'started') id = event.sweep } })
  return id
}

function contents({ looks }: SnapshotFile): readonly string[] {
  return table([['TRENCH', 'TAKEN', 'POD', 'ROLE', 'FACTS', 'COMMANDS', 'UNREACHABLE'], ...looks.flatMap(({ trench, takenAt, sights }) => sights.map(({ subject, observations, records, unreachable = '' }) =>
    [`${trench.namespace}/${trench.name}`, new Date(takenAt).toISOString(), subjectKey(subject), subject.role, String(observations.length), String(records.length), unreachable]))])
}

/** `lb-1  target-rule-missing  ok → fail` per change, trench by trench; for failures what was found. */
function changesOf(before: readonly SweepReport[], after: readonly SweepReport[]): readonly string[][] {
  const ids = new Set([...before, ...after].map(({ trench }) => trench.id))
  return [...ids].flatMap(id => {
    const [a, b] = [before, after].map(reports => reports.find(({ trench }) => trench.id === id))
    const name = (b ?? a)?.trench.name ?? id
    return diffVerdicts(a?.verdicts ?? [], b?.verdicts ?? []).map(change => [name, change.subject.role === 'trench' ? '-' : change.subject.name, change.check, `${stateOf(change.before)} → ${stateOf(change.after)}`, found(change)])
  })
}

const stateOf = (verdict: VerdictChange['before']): string => verdict?.verdict ?? 'not judged'
const found = ({ before, after }: VerdictChange): string => (after?.verdict === 'fail' || after?.verdict === 'flapping' ? after : before)?.findings.map(({ text }) => text).join('; ') ?? ''
