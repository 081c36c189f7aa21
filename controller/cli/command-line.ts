import packageJson from '../../package.json' with { type: 'json' }
import { Argument, Command, CommanderError, Option } from 'commander'
import type { AnyCheck } from '#judge/check.ts'
import { ApiError } from '../api/client.ts'
import { explainLines, checkLines } from './checks-text.ts'
import { candidates, completionScript, type Shell, shells } from './completion.ts'
import { addConnection, Connection, type Ways } from './connect.ts'
import { addExtcapCommand } from './extcap-command.ts'
import { addListCommands } from './list-commands.ts'
import { addFlowCommand } from './flow-command.ts'
import { listFormats, type Print } from './output.ts'
import { addSnapshotCommand } from './snapshot-command.ts'
import { addSweepCommand } from './sweep-command.ts'
import { addRingCommands } from './ring-commands.ts'
import { addTraceCommand } from './trace-command.ts'
import { fold } from './fold.ts'
import { addUpkeepCommands } from './upkeep-commands.ts'
import { visible, visibleLines } from './visible.ts'

export interface CommandLine extends Ways {
  /** how it was called; default `trenchscope` */
  readonly name?: string
  /** the words that start this program again; default: those of this process */
  readonly self?: readonly string[]
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
  readonly stderr: NodeJS.WritableStream & { isTTY?: boolean }
  readonly checks: readonly AnyCheck[]
  readonly runController: (flags: Readonly<Record<string, string>>) => Promise<number>
  readonly runLab: (args: readonly string[]) => Promise<number>
  readonly signal: AbortSignal
}

/** Runs one command; resolves with its exit code (`exitCodes`, below). */
export async function runCommandLine(line: CommandLine): Promise<number> {
  let code = 0
  const connection = new Connection(line)
  const program = programOf(line, connection, ended => { code = ended })
  try {
    if (line.argv[0] === '__complete') {
      await complete(program, line, connection)
      return 0
    }
    await program.parseAsync([...line.argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64
    if (!(error instanceof ApiError)) throw error
    if (line.signal.aborted) {
      line.stderr.write('trenchscope: interrupted\n')
      return 130
    }
    line.stderr.write(`trenchscope: ${visibleLines(wordsOf(error))}\n`)
    const hint = hints[error.code]
    if (hint !== undefined) line.stderr.write(`  ${hint}\n`)
    return error.code === 'usage' || error.code === 'invalid-request' ? 64 : 2
  } finally {
    await connection.close()
  }
}

const hints: Readonly<Record<string, string>> = {
  unreachable: 'start one with: npm start (the lab), or: npx trenchscope controller (a cluster)',
  unauthorized: 'tokens come from --token-file (TRENCHSCOPE_TOKEN_FILE) or a kubeconfig; on its own machine the controller keeps one in <data dir>/api-token',
}

/** What the API says of a field of ours, without where in the request it stood. */
function wordsOf({ code, message }: ApiError): string {
  return code === 'invalid-request' ? message.replace(/^(?:body|querystring|params)\/(\S+) /, '$1 ').replace(/ must match pattern ".*"$/s, ': there can be nothing of such a name') : message
}

/** Never in the way: without a controller that answers at once, there are no names. */
async function complete(program: Command, line: CommandLine, connection: Connection): Promise<void> {
  const late = new Promise<readonly []>(resolve => setTimeout(() => resolve([]), 1500).unref())
  const { TRENCHSCOPE_SERVER: server, TRENCHSCOPE_TOKEN_FILE: tokenFile, TRENCHSCOPE_CA_FILE: caFile } = line.environment
  const trenches = async () => {
    try {
      return await Promise.race([connection.client({ ...(server && { server }), ...(tokenFile && { tokenFile }), ...(caFile && { caFile }) }).then(client => client.trenches()), late])
    } catch {
      return []
    }
  }
  const found = await candidates(program, line.argv.slice(1), { checks: line.checks.map(({ id }) => id), trenches })
  for (const word of found) line.stdout.write(`${word}\n`)
}

function programOf(line: CommandLine, connection: Connection, end: (code: number) => void): Command {
  const printPainted = (lines: readonly string[]) => line.stdout.write(lines.length === 0 ? '' : `${lines.join('\n')}\n`)
  const show = (lines: readonly string[]) => printPainted(lines.map(text => (line.stdout.isTTY && line.stdout.columns ? fold(text, line.stdout.columns) : text)))
  const print: Print = (lines, format) => (format === 'text' || format === 'wide' ? show : printPainted)(lines.map(visibleLines))
  const program = addConnection(new Command(line.name ?? 'trenchscope')).description('Looks into every Meridio trench: what is wrong, why, how to mend it, with the proof.')
    .version(packageJson.version, '-V, --version', 'print the version').addHelpText('after', `\n${exitCodes}`)
    .configureHelp({ minWidthToWrap: 20 }).exitOverride().configureOutput({ writeOut: text => line.stdout.write(text), writeErr: text => line.stderr.write(text), outputError: (text, write) => write(oneLine(text)) })
  const output = () => new Option('-o, --output <format>', 'how to print').choices(listFormats).default('text')
  const client = () => connection.client(program.opts())
  const withoutController = () => connection.withoutController(program.opts())
  const colour = line.stdout.isTTY === true && !line.environment['NO_COLOR']

  addSweepCommand(program, {
    client, withoutController, checks: line.checks, stderr: line.stderr, colour, signal: line.signal, print: printPainted, show, end,
  })
  addUpkeepCommands(program, { client, withoutController, print, end })
  addFlowCommand(program, { client, print, end })
  const trace = addTraceCommand(program, { client, stdout: line.stdout, stderr: line.stderr, signal: line.signal, end })
  addRingCommands(trace, { client, print, stdout: line.stdout, end })
  addExtcapCommand(program, { client, self: line.self ?? [process.execPath, process.argv[1] ?? ''], connection: () => program.opts(), print, stdout: line.stdout, signal: line.signal })
  addListCommands(program, { client, print, signal: line.signal, now: Date.now })
  addSnapshotCommand(program, { client, print, show, stderr: line.stderr, end, now: Date.now, colour })
  program.command('checks').description('what is judged').addOption(output())
    .action((flags: { output: string }) => void print(checkLines(line.checks, flags.output), flags.output))
  program.command('explain <check>').description('why a check matters, how to mend it, what it reads').addOption(output())
    .action((id: string, flags: { output: string }) => {
      const check = line.checks.find(known => known.id === id)
      if (!check) {
        line.stderr.write(`trenchscope: no check is called ${visible(id)}; npx trenchscope checks lists them\n`)
        return end(64)
      }
      print(explainLines(check, flags.output), flags.output)
    })
  program.command('completion').description('a script for your shell: source <(trenchscope completion bash)').addArgument(new Argument('<shell>').choices(shells))
    .action((shell: Shell) => void print([completionScript(shell)]))
  program.command('controller').description('run the controller in the foreground, against the cluster of KUBECONFIG or its own')
    .option('--link-listen <address>', 'where probes connect: host:port or unix:/path; default 0.0.0.0:7443').option('--link-advertise <addresses>', 'what probes are told: literal address:port, comma-separated; needed')
    .option('--api-listen <address>', 'the HTTP API; default 127.0.0.1:7480').option('--data-dir <dir>', 'must outlive the process: link key, pins, store; default /var/lib/trenchscope')
    .option('--image <image>', 'of the probe, as nodes have it; default trenchscope/agent:0.1.0').option('--namespaces <list>', 'only these, comma-separated; default: all that carry the opt-in label')
    .option('--log-level <level>', 'silent, error, warn, info, debug, trace; default info')
    .addHelpText('after', '\nEach is a variable, too (TRENCHSCOPE_LINK_LISTEN …); there are\nmore: docs/controller.md. A flag wins.')
    .action(async (flags: Record<string, string>) => {
      const { kubeconfig, context } = program.opts<{ kubeconfig?: string; context?: string }>()
      end(await line.runController({ ...flags, ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) }))
    })
  program.command('lab').description('a trench on this machine: up, down, status, faults, fault NAME, heal').argument('[words...]').helpOption(false).allowUnknownOption()
    .action(async (words: readonly string[]) => end(await line.runLab(words)))
  return program
}

const exitCodes = 'Exit codes: 0 ok, 1 findings, 2 something could not be looked at,\n64 usage, 69 cannot run here, 130 interrupted.'

/** What commander says of a wrong word, as everything else of ours is said. */
function oneLine(text: string): string {
  return `${text.trim().replace(/^error: /, 'trenchscope: ').replace(/\s*\n\s*\(Did/, ' (did').replace(/ is invalid(?: for argument '\w+')?\. (.)/, (_, first: string) => ` is invalid: ${first.toLowerCase()}`)}\n`
}
