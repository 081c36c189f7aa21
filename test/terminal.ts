import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type CommandRecord, commandText, type Run } from '../agent/facts/fact.ts'
import { answerOf } from '../agent/facts/read.ts'
import { sysctlCommand } from '../agent/facts/sysctls.ts'
import { commandsOf } from './recorded-commands.ts'
import { birdDefaultRoutes, type Recorded, routeGets, secondReadings, sysctlLines, tablesInUse } from './recorded-parts.ts'

export interface TerminalOptions {
  /** a fault or variant, `trench/faults/f11-nfqlb-dead`: its pod folder's files replace the healthy ones */
  readonly overlay?: string
  readonly edit?: Edit | readonly Edit[]
}

/** One change of one command's output. `command` is as `commandText` prints it; `sysctl` stands for all keys together. `to` may hold `$1`. */
export interface Edit {
  readonly command: string
  readonly from: string | RegExp
  readonly to: string
}

/**
 * A terminal in a recorded pod: answers the commands of the recording, `not-found` for all others.
 *     recordedPod('trench/healthy/lb-1', { overlay: 'trench/faults/f11-nfqlb-dead' })
 * `path` is below test/fixtures. `sysctl -e KEY…` is answered for whatever keys, `*` included.
 * @throws {Error} at once, when an edit does not match the output it names
 */
export function recordedPod(path: string, options: TerminalOptions = {}): Run {
  const terminal = openTerminal(path, options)
  return async (argv, runOptions) => answerOf(terminal.answer(argv), runOptions)
}

/** Every command of the recording (and `sysctl` as the fact asks it), for snapshots. */
export function recordedRecords(path: string, options: TerminalOptions = {}): CommandRecord[] {
  const terminal = openTerminal(path, options)
  return [...terminal.commands, ...(terminal.hasSysctl ? [sysctlCommand] : [])].map(argv => terminal.answer(argv))
}

function openTerminal(path: string, { overlay, edit = [] }: TerminalOptions) {
  const files = readFiles(path, overlay)
  const sysctl: Recorded = { commands: [['sysctl']], text: (files.get('sysctl.txt') ?? '') + (files.get('sysctl-per-if.txt') ?? '') }
  const recorded: Recorded[] = [
    ...[...files].map(([file, text]) => ({ commands: commandsOf(file), text })),
    ...routeGets(files),
    ...birdDefaultRoutes(files),
    ...tablesInUse(files),
    ...secondReadings(files),
  ]
  for (const one of [edit].flat() as readonly Edit[]) applyEdit(one, [...recorded, sysctl], path)
  recorded.push(...linksWithAddresses(recorded))
  // a fault's recording holds some of the commands; a BIRD that refuses one refuses all
  const refusal = recorded.find(({ text }) => text.startsWith('Unable to connect to server control socket'))?.text
  const texts = new Map(recorded.flatMap(({ commands, text }) => commands.map(argv => [commandText(argv), text])))
  return {
    commands: recorded.flatMap(({ commands }) => commands),
    hasSysctl: sysctl.text !== '',
    answer: (argv: readonly string[]): CommandRecord => {
      if (argv[0] === 'birdc' && refusal !== undefined) return recordOf(argv, refusal)
      if (argv[0] === 'sysctl' && argv[1] === '-e' && sysctl.text !== '') return recordOf(argv, sysctlLines(sysctl.text, argv.slice(2)))
      const text = texts.get(commandText(argv))
      return text === undefined
        ? ended(argv, null, '', '', { code: 'not-found', message: `${commandText(argv)} was not recorded in ${path}` })
        : recordOf(argv, text)
    },
  }
}

function readFiles(path: string, overlay?: string): Map<string, string> {
  const fixtures = join(import.meta.dirname, 'fixtures')
  const folders = [join(fixtures, path), ...(overlay === undefined ? [] : [join(fixtures, overlay, basename(path))])]
  if (overlay !== undefined && !existsSync(join(fixtures, overlay))) throw new Error(`no recording ${overlay}`)
  return new Map(folders.flatMap(folder =>
    existsSync(folder) || folder === folders[0] ? readdirSync(folder).map(file => [file, readFileSync(join(folder, file), 'utf8')] as const) : []))
}

function applyEdit(edit: Edit, recorded: readonly Recorded[], path: string): void {
  const target = recorded.find(({ commands }) => commands.some(argv => commandText(argv) === edit.command))
  if (!target) throw new Error(`edit: ${edit.command} was not recorded in ${path}`)
  const edited = target.text.replace(edit.from, edit.to)
  if (edited === target.text) throw new Error(`edit: ${edit.from} changes nothing in the output of ${edit.command} in ${path}`)
  target.text = edited
}

/** `ip -j -d -s addr` prints each link of `ip -j -d -s link` with its `addr_info` of `ip -j addr`: made of these two recordings. Edits name those. */
function linksWithAddresses(recorded: readonly Recorded[]): Recorded[] {
  const textOf = (command: string) => recorded.find(({ commands }) => commands.some(argv => commandText(argv) === command))?.text
  const [links, addresses] = [textOf('ip -j -d -s link'), textOf('ip -j addr')]
  if (links === undefined || addresses === undefined) return []
  const infos = new Map((JSON.parse(addresses) as { ifname: string; addr_info: unknown }[]).map(row => [row.ifname, row.addr_info]))
  const rows = (JSON.parse(links) as { ifname: string }[]).map(row => ({ ...row, addr_info: infos.get(row.ifname) ?? [] }))
  return [{ commands: [['ip', '-j', '-d', '-s', 'addr']], text: `${JSON.stringify(rows)}\n` }]
}

/** What the program did when it printed `text`: the recordings hold stdout and stderr in one, without the exit code. */
function recordOf(argv: readonly string[], text: string): CommandRecord {
  const command = commandText(argv)
  const said = text.trim()
  const noSocket = argv[0] === 'birdc' && /^Unable to connect to server control socket \(.*\): (.*)$/m.exec(text)
  if (noSocket) {
    const code = noSocket[1] === 'No such file or directory' ? 'not-found' : 'refused'
    return ended(argv, null, '', '', { code, message: `${command}: ${said}` })
  }
  if (command === 'nfqlb flow-list' && said === '') return ended(argv, null, '', '', { code: 'timeout', message: `${command} did not end within 5000 ms` })
  if (argv[0] === 'nfqlb' && /^(Connect failed|FAILED)/.test(text)) return ended(argv, 1, '', text)
  if (text.startsWith('RTNETLINK answers:')) return ended(argv, 2, '', text)
  // its summary on stderr was recorded wherever it came, also within a line
  const summary = /conntrack v\S+ \(conntrack-tools\): .*\n/.exec(text)?.[0]
  if (summary !== undefined) return ended(argv, 0, text.replace(summary, ''), summary)
  return ended(argv, 0, text, '')
}

function ended(argv: readonly string[], exitCode: number | null, stdout: string, stderr: string, error?: CommandRecord['error']): CommandRecord {
  return { argv, exitCode, stdout, stderr, startedAt: 0, ms: 0, ...(error && { error }) }
}
