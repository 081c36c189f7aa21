import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { type ApiClient, ApiError } from '../api/client.ts'
import type { TraceRequest } from '../api/trace-events.ts'
import { writeFile } from './trace-command.ts'
import type { Print } from './output.ts'

export interface ExtcapCommand {
  readonly client: () => Promise<ApiClient>
  /** the words that start this program again */
  readonly self: readonly string[]
  /** the flags that say which controller, as given: what is installed asks the same one */
  readonly connection: () => Readonly<Record<string, unknown>>
  readonly print: Print
  readonly stdout: NodeJS.WritableStream
  readonly signal: AbortSignal
}

interface Flags {
  readonly extcapInterfaces?: true
  readonly extcapInterface?: string
  readonly extcapDlts?: true
  readonly extcapConfig?: true
  readonly extcapCaptureFilter?: string
  readonly capture?: true
  readonly fifo?: string
  readonly vip?: string
  readonly port?: string
  readonly proto?: string
  readonly peer?: string
  readonly snaplen?: string
  readonly time?: string
  readonly dir?: string
}

/**
 * `trenchscope extcap`: each trench as an interface of Wireshark, which calls this with `--extcap-interfaces`, `--extcap-dlts`, `--extcap-config` and `--capture --fifo FILE`
 * (Wireshark's extcap(4)). `trenchscope extcap install` puts it where Wireshark looks.
 */
export function addExtcapCommand(program: Command, { client, self, connection, print, stdout, signal }: ExtcapCommand): void {
  const command = program.command('extcap [action]').description('trenches as interfaces of Wireshark; install: put it where Wireshark finds it')
  for (const name of ['interfaces', 'dlts', 'config']) command.addOption(new Option(`--extcap-${name}`).hideHelp())
  for (const name of ['interface', 'capture-filter', 'version']) command.addOption(new Option(`--extcap-${name} <text>`).hideHelp())
  command.addOption(new Option('--capture').hideHelp()).addOption(new Option('--fifo <file>').hideHelp())
  for (const { name } of settings) command.addOption(new Option(`--${name} <value>`).hideHelp())
  command.option('--dir <folder>', 'install there; default: the folder that tshark -G folders names')
    .action(async (action: string | undefined, flags: Flags) => {
      if (action === 'install') return print(install(flags.dir ?? folderOf(), self, connection()))
      if (action !== undefined) throw new ApiError('usage', `extcap ${action}: only install is known`)
      if (flags.extcapInterfaces) return print(await interfaceLines(client))
      if (flags.extcapDlts) return print(['dlt {number=1}{name=EN10MB}{display=Ethernet}'])
      if (flags.extcapConfig) return print(settings.flatMap(settingLines))
      if (flags.capture) return await capture(flags, { client, stdout, signal })
      throw new ApiError('usage', 'extcap is what Wireshark calls; trenchscope extcap install puts it where Wireshark looks')
    })
}

/** Without a controller there are no trenches, which is no error to Wireshark: it asks at every start. */
async function interfaceLines(client: () => Promise<ApiClient>): Promise<string[]> {
  const head = 'extcap {version=1}{help=https://www.wireshark.org/docs/man-pages/extcap.html}'
  try {
    const { items } = await (await client()).json<{ readonly items: readonly { readonly namespace: string; readonly name: string }[] }>('/v1/trenches')
    return [head, ...items.map(({ namespace, name }) => `interface {value=${prefix}${namespace}.${name}}{display=Trench ${namespace}/${name}}`)]
  } catch (error) {
    if (error instanceof ApiError) return [head]
    throw error
  }
}

async function capture({ extcapInterface = '', extcapCaptureFilter = '', fifo, vip, port, proto, peer, snaplen, time }: Flags, { client, stdout, signal }: Pick<ExtcapCommand, 'client' | 'stdout' | 'signal'>): Promise<void> {
  const [, namespace, trench] = /^trench\.([^.]+)\.(.+)$/.exec(extcapInterface) ?? []
  if (trench === undefined || fifo === undefined) throw new ApiError('usage', `--capture needs --fifo FILE and --extcap-interface ${prefix}NAMESPACE.NAME, not ${extcapInterface || 'none'}`)
  const given = { namespace, trench, vip, peer, protocol: proto, filter: extcapCaptureFilter, port: port && Number(port), snaplen: snaplen && Number(snaplen), seconds: Number(time || longest) }
  const request = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== '')) as TraceRequest
  const api = await client()
  const left = new AbortController()
  const live = await api.open('/v1/traces', { body: request, signal: left.signal, accept: 'application/x-pcapng' })
  const id = live.headers.get('trenchscope-trace') ?? ''
  // what is captured by now still comes
  const stop = () => void api.json(`/v1/traces/${id}/stop`, { method: 'POST' }).catch(() => left.abort())
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    // Wireshark may close its end before it says so: a trace without a reader ends
    await writeFile(live, fifo, stdout, () => left.abort())
  } catch (error) {
    if (!left.signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', stop)
    left.abort()
  }
}

function install(folder: string, self: readonly string[], connection: Readonly<Record<string, unknown>>): string[] {
  const given = Object.entries(connection).flatMap(([name, value]) => (typeof value === 'string' ? [`--${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`, value] : []))
  const words = [...self, ...given, 'extcap']
  const file = join(folder, 'trenchscope')
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, `#!/bin/sh\nexec ${words.map(quoted).join(' ')} "$@"\n`)
    chmodSync(file, 0o755)
  } catch (error) {
    throw new ApiError('file-unwritable', `${file} could not be written: ${(error as Error).message}; --dir names another folder, which WIRESHARK_EXTCAP_DIR makes Wireshark look into`, { cause: error })
  }
  return [`${file} is installed: Wireshark and tshark -D show each trench as an interface while a controller runs`]
}

/** The user's own folder where this Wireshark has one (4.2 and newer), else that of the machine. */
function folderOf(): string {
  for (const program of ['wireshark', 'tshark']) {
    try {
      const said = execFileSync(program, ['-G', 'folders'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      const found = /^Personal Extcap path:\s*(.+)$/m.exec(said) ?? /^Extcap path:\s*(.+)$/m.exec(said)
      if (found?.[1] !== undefined) return found[1].trim()
    } catch {
      // not installed here
    }
  }
  return join(homedir(), '.local/lib/wireshark/extcap')
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

function settingLines({ name, display, type, tooltip, values = [] }: (typeof settings)[number], number: number): string[] {
  return [`arg {number=${number}}{call=--${name}}{display=${display}}{type=${type}}{tooltip=${tooltip}}`, ...values.map((value, index) => `value {arg=${number}}{value=${value}}{display=${value || 'any'}}${index === 0 ? '{default=true}' : ''}`)]
}

/** What Wireshark asks for before it captures, as types of extcap. */
const settings: readonly { readonly name: string; readonly display: string; readonly type: string; readonly tooltip: string; readonly values?: readonly string[] }[] = [
  { name: 'vip', display: 'VIP', type: 'string', tooltip: 'empty: all VIPs of the trench' },
  { name: 'port', display: 'Port', type: 'unsigned', tooltip: 'of either side' },
  { name: 'proto', display: 'Protocol', type: 'selector', tooltip: 'of the packets', values: ['', 'tcp', 'udp', 'sctp', 'icmp'] },
  { name: 'peer', display: 'Client', type: 'string', tooltip: 'the address of who speaks with the VIP' },
  { name: 'snaplen', display: 'Bytes kept', type: 'unsigned', tooltip: 'of each packet; empty: 128, headers only' },
  { name: 'time', display: 'Seconds', type: 'unsigned', tooltip: 'the trace ends after so long; empty: an hour' },
]
const prefix = 'trench.'
const longest = 3600
