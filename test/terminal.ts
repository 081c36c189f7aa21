import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type CommandRecord, commandText, type Run } from '../agent/facts/fact.ts'
import { answerOf } from '../agent/facts/read.ts'
import { sysctlCommand } from '../agent/facts/sysctls.ts'
import { commandsOf } from './recorded-commands.ts'

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

interface Recorded {
  readonly commands: readonly (readonly string[])[]
  text: string
}

function openTerminal(path: string, { overlay, edit = [] }: TerminalOptions) {
  const files = readFiles(path, overlay)
  const sysctl: Recorded = { commands: [['sysctl']], text: (files.get('sysctl.txt') ?? '') + (files.get('sysctl-per-if.txt') ?? '') }
  const recorded: Recorded[] = [
    ...[...files].map(([file, text]) => ({ commands: commandsOf(file), text })),
    ...routeGets(files),
  ]
  for (const one of [edit].flat() as readonly Edit[]) applyEdit(one, [...recorded, sysctl], path)
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
  return ended(argv, 0, text, '')
}

function ended(argv: readonly string[], exitCode: number | null, stdout: string, stderr: string, error?: CommandRecord['error']): CommandRecord {
  return { argv, exitCode, stdout, stderr, startedAt: 0, ms: 0, ...(error && { error }) }
}

/** Lines of the asked keys, in the order asked, each key once. `*` stands for any part of a key, as interface names hold dots. */
function sysctlLines(pool: string, keys: readonly string[]): string {
  const byKey = new Map(pool.split('\n').filter(line => line !== '').map(line => [line.split(' = ')[0] ?? '', line]))
  const asked = keys.flatMap(key => {
    const pattern = new RegExp(`^${key.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`)
    return [...byKey.keys()].filter(name => pattern.test(name))
  })
  return [...new Set(asked)].map(key => `${byKey.get(key)}\n`).join('')
}

const families = [{ vip: '10.0.0.1', client: '192.0.2.10' }, { vip: '1000::1:a00:1', client: '2001:db8:c::10' }]

/** `route-get-forward.txt`: IPv4 and IPv6 under each `# mark N`; `route-get-return.txt`: IPv4 and IPv6. The interface of a return stands in the answer, or is the first load-balan. */
function routeGets(files: ReadonlyMap<string, string>): Recorded[] {
  const get = (argv: readonly string[], text = ''): Recorded => ({ commands: [['ip', '-j', 'route', 'get', ...argv]], text: `${text}\n` })
  const forward = (files.get('route-get-forward.txt') ?? '').split(/^# mark /m).slice(1).flatMap(block => {
    const [mark = '', ...answers] = block.trim().split('\n')
    return families.map(({ vip, client }, index) => get([vip, 'from', client, 'iif', 'nsm-1', 'mark', mark], answers[index]))
  })
  const back = files.get('route-get-return.txt')?.trim().split('\n')
  if (!back) return forward
  const links: readonly { ifname: string }[] = JSON.parse(files.get('ip-link.json') ?? '[]')
  const inward = links.find(link => link.ifname === 'bridge0') ?? links.find(link => link.ifname.startsWith('load-balan-'))
  return [...forward, ...families.map(({ vip, client }, index) => {
    const iif = /"iif":"([^"]+)"/.exec(back[index] ?? '')?.[1] ?? inward?.ifname
    return get([client, 'from', vip, ...(iif ? ['iif', iif] : [])], back[index])
  })]
}
