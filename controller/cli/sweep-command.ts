import { setTimeout as delay } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import type { AnyCheck } from '#judge/check.ts'
import type { Selection } from '../api/backend.ts'
import { type ApiClient, ApiError } from '../api/client.ts'
import type { StreamEvent } from '../api/event-stream.ts'
import { Progress } from './progress.ts'
import { exitCodeOf, failLevels, type FailLevel } from './report-text.ts'
import { span } from './span.ts'
import { sweepFormats, sweepLines } from './sweep-output.ts'
import { visibleLines } from './visible.ts'

export interface SweepCommand {
  readonly client: () => Promise<ApiClient>
  /** a controller of this process alone */
  readonly withoutController: () => Promise<ApiClient>
  readonly checks: readonly AnyCheck[]
  readonly stderr: NodeJS.WritableStream & { isTTY?: boolean }
  readonly colour: boolean
  /** cancels the sweep */
  readonly signal: AbortSignal
  readonly print: (lines: readonly string[]) => void
  /** folded to the terminal */
  readonly show: (lines: readonly string[]) => void
  readonly end: (code: number) => void
}

interface Flags { readonly output: string; readonly json?: true; readonly namespace?: string; readonly all?: true; readonly failOn: FailLevel; readonly timeout?: number; readonly withoutController?: true }

/** `trenchscope sweep`: exit code 1 with findings from `--fail-on` on, 2 where something could not be looked at. */
export function addSweepCommand(program: Command, options: SweepCommand): void {
  program.command('sweep [trench]').description('judge trenches now').addOption(new Option('-o, --output <format>', 'how to print').choices(sweepFormats).default('text'))
    .option('-n, --namespace <namespace>', 'trenches of one namespace').addOption(new Option('-A, --all-namespaces', 'trenches of all namespaces (the default)').conflicts('namespace'))
    .option('--all', 'unfold symptoms and unknowns, and show the evidence').option('--json', 'same as -o json')
    .addOption(new Option('--fail-on <severity>', 'from which severity on a finding makes the exit code 1').choices(failLevels).default('risk'))
    .option('--without-controller', 'from here, with your own kubeconfig and rights: nothing is installed, pods are asked through their logs')
    .option('--timeout <span>', 'give up and cancel it after so long: 30s, 5m', span)
    .action((trench: string | undefined, flags: Flags) => sweep(trench, flags, options))
}

async function sweep(trench: string | undefined, flags: Flags, { client, withoutController, checks, stderr, colour, signal, print, show, end }: SweepCommand): Promise<void> {
  const progress = new Progress(stderr)
  const troubles: string[] = []
  const onEvent = (event: StreamEvent) => {
    progress.show(event)
    if (event.type === 'problem') troubles.push(`trenchscope: ${event.code}: ${event.detail}\n`)
  }
  const late = AbortSignal.any(flags.timeout === undefined ? [] : [AbortSignal.timeout(flags.timeout)])
  const asked = flags.withoutController ? await withoutController() : await client()
  try {
    const reports = await asked.sweep(selectionOf(trench, flags), { onEvent, signal: AbortSignal.any([signal, late]) }).finally(() => progress.end())
    for (const trouble of troubles) stderr.write(visibleLines(trouble))
    const format = flags.json ? 'json' : flags.output
    const tell = format === 'text' || format === 'wide' ? show : print
    tell(sweepLines(reports, format, checks, { colour, all: flags.all ?? false }))
    end(exitCodeOf(reports, flags.failOn))
  } catch (error) {
    if (!late.aborted) throw error
    throw new ApiError('timeout', `the sweep did not end within ${(flags.timeout ?? 0) / 1000} s and is cancelled`, { cause: error })
  } finally {
    if (flags.withoutController) stderr.write(await leftLine(asked, signal))
  }
}

/** What a sweep without a controller leaves in the cluster. Its containers end a moment after their last answer; one that was cut off answers first. */
async function leftLine(asked: ApiClient, signal: AbortSignal): Promise<string> {
  const running = async () => (await asked.probes()).filter(({ state }) => state === 'planned').length
  let left = await running()
  for (const until = performance.now() + endingMs; left > 0 && performance.now() < until && !signal.aborted; left = await running()) await delay(200)
  const ran = left === 0 ? 'nothing of ours runs any more' : `${left} of our containers still answer, and end by themselves when they have`
  return `trenchscope: ${ran}; containers trenchscope-NNNN stay listed, ended, until their pods are replaced (Kubernetes cannot remove them)\n`
}

/** for a kubelet to say that a container has ended */
const endingMs = 5000

function selectionOf(trench: string | undefined, flags: { readonly namespace?: string }): Selection {
  return { ...(trench !== undefined && { trench }), ...(flags.namespace !== undefined && { namespace: flags.namespace }) }
}
