import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type ApiClient, ApiError, linesOf } from '../api/client.ts'
import type { EndedEvent, StartedEvent, TraceEvent, TraceRequest } from '../api/trace-events.ts'
import { fold } from './fold.ts'
import { endedLines, startedLines, traceExitCode, traceLine } from './trace-text.ts'
import { visible, visibleLines } from './visible.ts'

type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }

export interface TraceCommand {
  readonly client: () => Promise<ApiClient>
  readonly stdout: Output
  readonly stderr: Output
  /** ends the trace; its closing statistics still come */
  readonly signal: AbortSignal
  readonly end: (code: number) => void
}

export interface FlowFlags {
  readonly namespace?: string
  readonly vip?: string
  readonly port?: number
  readonly proto?: TraceRequest['protocol']
  readonly peer?: string
  readonly filter?: string
  readonly snaplen?: number
  readonly time?: number
  readonly output: 'text' | 'json'
}

interface Flags extends FlowFlags {
  readonly count?: number
  readonly packets?: true
  readonly nfqlb?: true
  readonly write?: string
}

/** `trenchscope trace`: one line per packet with its hops; `-w` writes a capture file. */
export function addTraceCommand(program: Command, options: TraceCommand): Command {
  return addFlowOptions(program.command('trace [trench]')).description('follow packets through a trench, live: one line per packet with its hops')
    .option('-c, --count <packets>', 'end when so many were followed', whole).option('--time <seconds>', 'end after so long; default 300', whole)
    .option('--nfqlb', 'have the load balancers trace the flow themselves, too: what nfqlb says of each packet; asks for --vip and --port')
    .option('--packets', 'a line for each look at a packet, too').option('-w, --write <file>', 'write a pcapng file; - for standard output: | wireshark -k -i -')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (trench: string | undefined, flags: Flags) => options.end(await trace(requestOf(trench, flags), flags, options)))
}

/** Which packets, of which trench. */
export function addFlowOptions(command: Command): Command {
  return command.option('-n, --namespace <namespace>', 'of the trench').option('--vip <address>', 'default: all VIPs of the trench').option('--port <port>', 'of either side', whole)
    .addOption(new Option('--proto <protocol>', 'only its packets').choices(['tcp', 'udp', 'sctp', 'icmp'])).option('--peer <address>', 'the client')
    .option('--filter <expression>', 'pcap-filter(7), on top of the rest').option('--snaplen <bytes>', 'kept of each packet; default 128: headers only', whole)
}

async function trace(request: TraceRequest, flags: Flags, { client, stdout, stderr, signal }: TraceCommand): Promise<number> {
  const api = await client()
  const left = new AbortController()
  const toFile = flags.write !== undefined
  const first = await api.open('/v1/traces', { body: { ...request, ...(flags.packets && { packets: true }) }, signal: left.signal, ...(toFile && { accept: 'application/x-pcapng' }) })
  const id = first.headers.get('trenchscope-trace') ?? ''
  const stop = () => void api.json(`/v1/traces/${id}/stop`, { method: 'POST' }).catch(() => left.abort())
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    if (!toFile) return await printLines(first, flags.output, stdout, stderr, stop)
    const events = await api.open(`/v1/traces/${id}/stream${flags.packets ? '?packets=true' : ''}`, { signal: left.signal })
    const lines = flags.write === '-' ? stderr : stdout
    const [code] = await Promise.all([printLines(events, flags.output, lines, stderr, stop), writeFile(first, flags.write ?? '', stdout, stop)])
    return code
  } catch (error) {
    throw error instanceof ApiError || !(error instanceof Error) ? error : new ApiError('unreachable', `the trace's stream ended: ${error.message}`, { cause: error })
  } finally {
    signal.removeEventListener('abort', stop)
    left.abort()
  }
}

/** Resolves with the exit code when the trace has ended. A reader who goes away (`| head`) ends it. */
async function printLines(response: Response, format: Flags['output'], out: Output, stderr: Output, stop: () => void): Promise<number> {
  let started: StartedEvent | undefined
  let ended: EndedEvent | undefined
  out.once('error', stop)
  for await (const line of linesOf(response)) {
    const event = JSON.parse(line) as TraceEvent
    if (event.type === 'started') started = event
    if (event.type === 'ended') ended = event
    if (format === 'json') await write(out, `${line}\n`)
    else if (event.type === 'started') stderr.write(visibleLines(`${startedLines(event).join('\n')}\n`))
    else if (event.type === 'ended') stderr.write(visibleLines(`${endedLines(event, started?.taps ?? []).join('\n')}\n`))
    else {
      const said = traceLine(event, started?.taps ?? [])
      const text = said && visible(said)
      if (text !== undefined) await write(out, `${out.isTTY && out.columns ? fold(text, out.columns) : text}\n`)
    }
  }
  if (!ended) throw new ApiError('unreachable', 'the trace broke off: the controller is gone, or failed')
  return traceExitCode(ended)
}

/** To its end; a reader of the file who goes away stops the trace. @throws {ApiError} `file-unwritable` */
export async function writeFile(response: Response, file: string, stdout: Output, stop: () => void): Promise<void> {
  const out: Output = file === '-' ? stdout : createWriteStream(file)
  let broken: Error | undefined
  out.once('error', (error: Error) => {
    broken = error
    stop()
  })
  for await (const chunk of response.body ?? []) if (!broken) await write(out, chunk as Uint8Array)
  if (broken && file !== '-') throw new ApiError('file-unwritable', `${file} could not be written: ${broken.message}`, { cause: broken })
  if (file !== '-') await new Promise<void>(resolve => out.end(() => resolve()))
}

async function write(out: Output, chunk: string | Uint8Array): Promise<void> {
  if (!out.write(chunk)) await Promise.race([once(out, 'drain'), once(out, 'close')]).catch(() => undefined)
}

export function requestOf(trench: string | undefined, flags: FlowFlags & { readonly count?: number; readonly nfqlb?: true }): TraceRequest {
  const { namespace, vip, port, proto, peer, filter, snaplen, time, count, nfqlb } = flags
  const given = { trench, namespace, vip, port, protocol: proto, peer, filter, snaplen, seconds: time, count, nfqlb }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

export function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError('a whole number from 1 on is needed')
  return Number(text)
}
