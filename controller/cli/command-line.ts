import { readFileSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import type { AnyCheck } from '#judge/check.ts'
import { ApiClient, ApiError } from '../api/client.ts'
import type { Selection } from '../api/backend.ts'
import type { StreamEvent } from '../api/event-stream.ts'
import { explainLines, checkLines } from './checks-text.ts'
import { addListCommands } from './list-commands.ts'
import { addFlowCommand } from './flow-command.ts'
import { listFormats } from './output.ts'
import { Progress } from './progress.ts'
import { exitCodeOf, failLevels, type FailLevel } from './report-text.ts'
import { addSnapshotCommand } from './snapshot-command.ts'
import { sweepFormats, sweepLines } from './sweep-output.ts'
import { addTraceCommand } from './trace-command.ts'
import { addUpkeepCommands } from './upkeep-commands.ts'

export interface CommandLine {
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdout: NodeJS.WritableStream & { isTTY?: boolean }
  readonly stderr: NodeJS.WritableStream & { isTTY?: boolean }
  readonly checks: readonly AnyCheck[]
  /** the controller of this machine, if one runs */
  readonly meet: () => { readonly url: string; readonly tokenFile: string } | undefined
  readonly runController: (flags: Readonly<Record<string, string>>) => Promise<number>
  readonly runLab: (args: readonly string[]) => Promise<number>
  readonly signal: AbortSignal
}

/** Runs one command; resolves with the exit code: 0 ok, 1 findings, 2 could not look, 64 usage. */
export async function runCommandLine(line: CommandLine): Promise<number> {
  let code = 0
  const program = programOf(line, ended => { code = ended })
  try {
    await program.parseAsync([...line.argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64
    if (!(error instanceof ApiError)) throw error
    line.stderr.write(`trenchscope: ${error.message}\n`)
    if (error.code === 'unreachable') line.stderr.write('  start one with: npm start (the lab), or: npx trenchscope controller (a cluster)\n')
    return 2
  }
}

function programOf(line: CommandLine, end: (code: number) => void): Command {
  const print = (lines: readonly string[]) => line.stdout.write(lines.length === 0 ? '' : `${lines.join('\n')}\n`)
  const program = new Command('trenchscope').description('Looks into every Meridio trench: what is wrong, why, how to mend it, with the proof.')
    .exitOverride().configureOutput({ writeOut: text => line.stdout.write(text), writeErr: text => line.stderr.write(text) })
    .addOption(new Option('--server <url>', 'the controller\'s API').env('TRENCHSCOPE_SERVER'))
    .addOption(new Option('--token-file <file>', 'file with the API token').env('TRENCHSCOPE_TOKEN_FILE'))
  const output = () => new Option('-o, --output <format>', 'how to print').choices(listFormats).default('text')
  const client = () => clientOf(program.opts(), line)

  program.command('sweep [trench]').description('judge trenches now').addOption(new Option('-o, --output <format>', 'how to print').choices(sweepFormats).default('text'))
    .option('-n, --namespace <namespace>', 'trenches of one namespace').option('-A, --all-namespaces', 'trenches of all namespaces (the default)')
    .option('--all', 'unfold symptoms and unknowns, and show the evidence').option('--json', 'same as -o json')
    .addOption(new Option('--fail-on <severity>', 'from which severity on a finding makes the exit code 1').choices(failLevels).default('risk'))
    .action(async (trench: string | undefined, flags: { output: string; json?: true; namespace?: string; all?: true; failOn: FailLevel }) => {
      const progress = new Progress(line.stderr)
      const troubles: string[] = []
      const onEvent = (event: StreamEvent) => {
        progress.show(event)
        if (event.type === 'problem') troubles.push(`trenchscope: ${event.code}: ${event.detail}\n`)
      }
      const reports = await client().sweep(selectionOf(trench, flags), { onEvent, signal: line.signal }).finally(() => progress.end())
      for (const trouble of troubles) line.stderr.write(trouble)
      const colour = line.stdout.isTTY === true && !line.environment['NO_COLOR']
      print(sweepLines(reports, flags.json ? 'json' : flags.output, line.checks, { colour, all: flags.all ?? false }))
      end(exitCodeOf(reports, flags.failOn))
    })
  addUpkeepCommands(program, { client, print, end })
  addFlowCommand(program, { client, print, end })
  addTraceCommand(program, { client, stdout: line.stdout, stderr: line.stderr, signal: line.signal, end })
  addListCommands(program, { client, print, now: Date.now })
  addSnapshotCommand(program, { client, print, stderr: line.stderr, end, now: Date.now, colour: line.stdout.isTTY === true && !line.environment['NO_COLOR'] })
  program.command('checks').description('what is judged').addOption(output())
    .action((flags: { output: string }) => void print(checkLines(line.checks, flags.output)))
  program.command('explain <check>').description('why a check matters, how to mend it, what it reads').addOption(output())
    .action((id: string, flags: { output: string }) => {
      const check = line.checks.find(known => known.id === id)
      if (!check) {
        line.stderr.write(`trenchscope: no check is called ${id}; npx trenchscope checks lists them\n`)
        return end(64)
      }
      print(explainLines(check, flags.output))
    })
  program.command('controller').description('run the controller in the foreground, against the cluster of KUBECONFIG or its own')
    .option('--kubeconfig <file>').option('--context <name>').option('--link-listen <address>').option('--link-advertise <addresses>').option('--api-listen <address>').option('--data-dir <dir>').option('--image <image>').option('--namespaces <list>').option('--log-level <level>')
    .action(async (flags: Record<string, string>) => end(await line.runController(flags)))
  program.command('lab').description('a trench on this machine: up, down, status, faults, fault NAME, heal').argument('[words...]').helpOption(false).allowUnknownOption()
    .action(async (words: readonly string[]) => end(await line.runLab(words)))
  return program
}

function selectionOf(trench: string | undefined, flags: { readonly namespace?: string }): Selection {
  return { ...(trench !== undefined && { trench }), ...(flags.namespace !== undefined && { namespace: flags.namespace }) }
}

function clientOf(flags: { server?: string; tokenFile?: string }, line: CommandLine): ApiClient {
  const found = line.meet()
  const url = flags.server ?? found?.url ?? 'http://127.0.0.1:7480'
  const file = flags.tokenFile ?? found?.tokenFile
  if (file === undefined) throw new ApiError('unreachable', 'no controller runs on this machine')
  try {
    return new ApiClient({ url, token: readFileSync(file, 'utf8').trim() })
  } catch (error) {
    throw new ApiError('token-unreadable', `the API token could not be read from ${file}: ${(error as Error).message}`, { cause: error })
  }
}
