import { type Command, Option } from 'commander'
import type { ApiClient } from '../api/client.ts'
import type { RingRecord, RingRequest } from '../api/trace-events.ts'
import { table } from './table.ts'
import { addFlowOptions, type FlowFlags, requestOf, whole, writeFile } from './trace-command.ts'
import { followedLine, ledgerLines } from './trace-text.ts'
import type { Print } from './output.ts'

export interface RingCommands {
  readonly client: () => Promise<ApiClient>
  readonly print: Print
  readonly stdout: NodeJS.WritableStream
  readonly end: (code: number) => void
}

interface ArmFlags extends FlowFlags { readonly keep?: number; readonly memory?: number; readonly on?: string }

/** `trenchscope trace arm`, `rings`, `freeze`, `disarm`: packets kept in the probes until they are wanted. */
export function addRingCommands(trace: Command, { client, print, stdout, end }: RingCommands): void {
  const output = () => new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text')
  // options that `trace` has, too, are taken by it
  const flagsOf = <F>(command: Command): F => command.optsWithGlobals() as F
  const show = (value: unknown, format: 'text' | 'json', lines: () => readonly string[]): void => print(format === 'json' ? [JSON.stringify(value, null, 2)] : lines(), format)
  addFlowOptions(trace.command('arm [trench]').description('keep the newest packets in the probes\' memory until they are frozen'))
    .option('--keep <seconds>', 'nothing older is kept; default 60', whole).option('--memory <MiB>', 'of each probe, 1 to 8; default 4', whole)
    .option('--on <checks>', 'freeze when one of these turns red in a sweep; comma-separated').option('--time <seconds>', 'end after so long; default 3600', whole).addOption(output())
    .action(async (trench: string | undefined, _: unknown, command: Command) => {
      const flags = flagsOf<ArmFlags>(command)
      const { keep, memory, on } = flags
      const body: RingRequest = { ...requestOf(trench, flags), ...(keep !== undefined && { keepSeconds: keep }), ...(memory !== undefined && { bytes: memory << 20 }), ...(on !== undefined && { freezeOn: on.split(',') }) }
      const ring = await (await client()).json<RingRecord>('/v1/rings', { body })
      show(ring, flags.output, () => armedLines(ring))
      end(0)
    })
  trace.command('rings').description('rings that are armed, and what became of others').addOption(output())
    .action(async (_: unknown, command: Command) => {
      const { items } = await (await client()).json<{ readonly items: readonly RingRecord[] }>('/v1/rings')
      show(items, flagsOf<FlowFlags>(command).output, () => ringsLines(items))
      end(0)
    })
  trace.command('freeze <ring>').description('make a capture of what a ring kept; of one that is frozen, say what it holds').option('-w, --write <file>', 'write the pcapng file; - for standard output').addOption(output())
    .action(async (id: string, _: unknown, command: Command) => {
      const { write, output: format } = flagsOf<FlowFlags & { readonly write?: string }>(command)
      const ring = await (await client()).json<RingRecord>(`/v1/rings/${encodeURIComponent(id)}/freeze`, { method: 'POST' })
      if (write !== undefined && ring.state === 'frozen') await writeFile(await (await client()).open(`/v1/rings/${ring.id}/file`, { accept: 'application/x-pcapng' }), write, stdout, () => undefined)
      if (write !== '-') show(ring, format, () => frozenLines(ring))
      end(ringExitCode(ring))
    })
  trace.command('disarm <ring>').description('end a ring, and remove what is kept of it').addOption(output())
    .action(async (id: string, _: unknown, command: Command) => {
      const ring = await (await client()).json<RingRecord>(`/v1/rings/${encodeURIComponent(id)}`, { method: 'DELETE' })
      show(ring, flagsOf<FlowFlags>(command).output, () => [`ring ${ring.id} of ${ring.trench} is gone; it was ${ring.state}`])
      end(0)
    })
}

/** What is kept from now on. */
export function armedLines({ id, trench, taps, unseen, keepSeconds, bytes, filter, freezeOn, until }: RingRecord): readonly string[] {
  const armed = taps.filter(({ state }) => state === 'armed')
  return [
    `ring ${id} is armed: ${armed.length} interfaces of ${new Set(armed.map(({ pod }) => pod)).size} pods of ${trench} keep at most the last ${keepSeconds} s and ${bytes / (1 << 20)} MiB a pod; filter: ${filter || 'none'}`,
    ...(freezeOn.length > 0 ? [`it freezes when ${freezeOn.join(' or ')} turns red in a sweep`] : []),
    `it ends by itself at ${timeText(until)}`,
    ...[...taps.filter(({ state }) => state === 'ended').map(({ pod, interface: name, message = '' }) => ({ pod, interface: name, reason: message })), ...unseen]
      .map(({ pod, interface: name, reason }) => `not kept: ${pod}${name ? `/${name}` : ''}: ${reason}`),
  ]
}

export function ringsLines(rings: readonly RingRecord[]): readonly string[] {
  return table([
    ['RING', 'STATE', 'TRENCH', 'ARMED', 'ENDS', 'MATCHED', 'WHY'],
    ...rings.map(({ id, state, trench, armedAt, until, frozenAt, taps, freezeOn, reason }) => [
      id, state, trench, timeText(armedAt), timeText(frozenAt ?? until), String(taps.reduce((sum, { matched }) => sum + matched, 0)), reason ?? (freezeOn.length > 0 ? `until ${freezeOn.join(' or ')} turns red` : ''),
    ]),
  ])
}

/** What a frozen ring holds, with its ledger. */
export function frozenLines({ id, state, reason, taps, capture, findings }: RingRecord): readonly string[] {
  if (!capture) return [`ring ${id} is ${state}: ${reason}`]
  return [
    `ring ${id} is frozen: ${reason}; ${capture.packets} packets, ${capture.bytes} bytes`, followedLine(capture.outcomes),
    ...capture.findings.map(({ check, pod, text, packets }) => `# ${pod.split('/')[1]} ${check}: ${text} (${packets} packets)`),
    ...findings.map(key => `attached to finding ${key}`),
    ...ledgerLines(capture.rows, taps),
  ]
}

/** 0 nothing in it was lost, 1 something was, 2 there is no file. */
export function ringExitCode({ capture }: RingRecord): 0 | 1 | 2 {
  if (!capture) return 2
  return (capture.outcomes.lost ?? 0) + (capture.outcomes.aside ?? 0) + capture.findings.length > 0 ? 1 : 0
}

function timeText(at: number): string {
  return new Date(at).toISOString().slice(0, 19) + 'Z'
}
