import { closeSync, openSync, readdirSync, readFileSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { daemonEnded } from './daemons.ts'
import type { LabRecord } from './record.ts'
import { inContainer, sandboxOf } from './sandbox.ts'
import { command, until } from './system.ts'
import { shapeOf, topologyAt } from './shapes.ts'
import { markOf, type PodName, type Target, type Topology } from './topology.ts'

/** Runs an nfqlb command in the LB pod, as its stateless-lb does. Gives its standard output. */
export function nfqlb(record: LabRecord, lb: PodName, args: readonly string[]): Promise<string> {
  return command(inContainer(record, lb, [...record.nfqlb, ...args]))
}

export const flowSetArguments = ({ families, stream, vips }: Topology, ports: string = stream.ports): string[] => ['flow-set', `--name=${stream.shm}-${stream.flow}`, `--target=${stream.shm}`, '--prio=1',
  '--protocols=tcp,udp', `--dsts=${families.map(family => `${vips[family]}/${family === 'v4' ? 32 : 128}`).join(',')}`, `--dports=${ports}`]
export const initArguments = ({ stream }: Topology): string[] => ['init', '--ownfw=0', `--shm=${stream.shm}`, `--M=${stream.maxTargets * 100}`, `--N=${stream.maxTargets}`]
export const activateArguments = ({ stream }: Topology, target: Target): string[] => ['activate', `--index=${target.identifier - 1}`, `--shm=${stream.shm}`, String(markOf(target))]

/** Tells a fresh nfqlb its stream, flow and targets, in the order of stateless-lb. */
export async function loadStream(record: LabRecord, lb: PodName): Promise<void> {
  const topology = topologyAt(shapeOf(record), lb)
  const calls = [initArguments(topology), flowSetArguments(topology), ...topology.targets.map(target => activateArguments(topology, target))]
  const script = calls.map(call => `"$@" ${call.join(' ')}`).join('\n')
  await command(inContainer(record, lb, ['sh', '-ec', script, 'load', ...record.nfqlb]), { timeoutMs: 30_000 }) // every command starts an interpreter where nfqlb is the double
}

/** Removes what a dead nfqlb left in /dev/shm. */
export function clearShm(record: LabRecord, lb: PodName): void {
  const { shmDir } = sandboxOf(record, lb)
  for (const name of readdirSync(shmDir)) rmSync(join(shmDir, name), { recursive: true })
}

/** Number of netfilter queues an nfqlb listens on in the pod. Format: nfqlb.md §5; a line per bound queue. */
export function queuesBound(record: LabRecord, lb: PodName): number {
  return readFileSync(`/proc/${record.holders[lb]}/net/netfilter/nfnetlink_queue`, 'utf8').split('\n').filter(line => /^\s*[0-3] /.test(line)).length
}

/** Waits until a started nfqlb listens on all its queues. @throws {Error} with its last words, when it ended; or after 10 s */
export async function waitForQueues(record: LabRecord, lb: PodName): Promise<void> {
  await until(`${lb}: nfqlb binds queues 0-3`, () => {
    if (queuesBound(record, lb) === 4) return true
    if (!daemonEnded(record, lb, 'nfqlb')) return false
    throw new Error(`${lb}: nfqlb ended: ${readFileSync(join(record.dir, 'log', `${lb}.nfqlb.log`), 'utf8').trim().split('\n').at(-1)}`)
  }, { timeoutMs: 10_000 })
}

/** Marks of the active targets of the stream, read from its shared memory without running a program. Layout: nfqlb.md §5. */
export function activeMarks(record: LabRecord, lb: PodName): number[] {
  let file: number
  try {
    file = openSync(join(sandboxOf(record, lb).shmDir, topologyAt(shapeOf(record), lb).stream.shm), 'r')
  } catch {
    return [] // no stream yet
  }
  try {
    const head = Buffer.alloc(16)
    readSync(file, head, 0, 16, 0)
    const m = head.readUInt32LE(4)
    const n = head.readUInt32LE(8)
    const active = Buffer.alloc(4 * n)
    readSync(file, active, 0, 4 * n, 16 + 4 * m + 4 * n * m)
    return Array.from({ length: n }, (_, index) => active.readInt32LE(4 * index)).filter(mark => mark >= 0)
  } finally {
    closeSync(file)
  }
}
