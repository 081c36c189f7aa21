import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LabRecord, netnsPath } from './record.ts'
import { command, startDetached, until } from './system.ts'
import { podAt, sandboxedOf, shapeOf } from './shapes.ts'
import { type Place, podIPs } from './topology.ts'

/** What a pod's containers share, in the shape in which the kubelet double asks for it. */
export interface PlaceSandbox {
  /** file of the network namespace */
  netns: string
  /** the pause process: holds the pod's network, IPC and UTS namespaces */
  holderPid: number
  /** becomes /dev/shm in every container */
  shmDir: string
  /** the pod's volumes by their name in the pod spec */
  volumes: Record<string, string>
  podIP?: string
}

/** emptyDir volumes by what the pod plays (meridio.md §1.1, §1.3). */
export const emptyDirs = {
  lb: ['tmp-lb', 'tmp-fe', 'run', 'etc', 'log', 'lb-socket'],
  proxy: ['tmp'],
  tapa: ['meridio-socket', 'tmp'],
  gateway: ['run', 'etc', 'log'],
} as const

export function sandboxOf({ id, dir, holders, shape }: LabRecord, place: Place): PlaceSandbox {
  const pod = podAt(shapeOf({ shape }), place)
  const own = emptyDirs[pod?.role ?? 'gateway'].map(name => [name, join(dir, 'pods', place, 'volumes', name)])
  const ofNode = pod === undefined ? [] : ['spire-agent-socket', 'nsm-socket'].map(name => [name, join(dir, 'nodes', `worker${pod.node}`, name)])
  return { netns: netnsPath(id, place), holderPid: holders[place] ?? 0, shmDir: join(dir, 'pods', place, 'shm'), volumes: Object.fromEntries([...own, ...ofNode]), ...(pod && { podIP: podIPs(pod)[0] }) }
}

/** Makes folders, /dev/shm (64 MiB, as Kubernetes does) and the pause process of every place that has a file system of its own. Gives the pause processes. */
export async function startSandboxes(record: LabRecord): Promise<LabRecord['holders']> {
  const sandboxes = sandboxedOf(shapeOf(record)).map(place => ({ place, ...sandboxOf(record, place) }))
  for (const { shmDir, volumes } of sandboxes) for (const folder of [shmDir, ...Object.values(volumes)]) mkdirSync(folder, { recursive: true })
  const fstab = join(record.dir, 'fstab')
  writeFileSync(fstab, sandboxes.map(({ shmDir }) => `shm ${shmDir} tmpfs size=64m,mode=1777 0 0\n`).join(''))
  const holders = sandboxes.map(({ place, netns }) => {
    const hostName = podAt(shapeOf(record), place)?.podName ?? place
    return [place, startDetached(['nsenter', `--net=${netns}`, 'unshare', '-i', '-u', 'sh', '-c', 'hostname "$0" && exec sleep infinity', hostName], join(record.dir, 'log', `${place}.pause.log`))] as const
  })
  await command(['mount', '-a', '-T', fstab])
  await Promise.all(holders.map(([place, pid]) => until(`pause process of ${place}`, () => nameOf(pid) === 'sleep')))
  return Object.fromEntries(holders)
}

/** argv that runs a command in a place's namespaces, with the machine's file system. */
export function inNamespaces(record: LabRecord, place: Place, argv: readonly string[]): string[] {
  const holder = record.holders[place]
  return holder === undefined
    ? ['nsenter', `--net=${netnsPath(record.id, place)}`, ...argv]
    : ['nsenter', '-t', String(holder), '-n', '-i', '-u', ...argv]
}

/** argv that runs a command as one more container of the pod: also with its /dev/shm and, where it has them, /run/bird, /etc/bird and /var/log. */
export function inContainer(record: LabRecord, place: Place, argv: readonly string[]): string[] {
  const { shmDir, volumes: { run, etc, log } } = sandboxOf(record, place)
  const [script, ...folders] = run !== undefined && etc !== undefined && log !== undefined
    ? [`${mountShm}; mount --bind "$2" /etc/bird; mount --bind "$3" /var/log; mount -t tmpfs -o mode=755 run /run; mkdir /run/bird; mount --bind "$4" /run/bird; shift 4`, shmDir, etc, log, run]
    : [`${mountShm}; shift`, shmDir]
  return inNamespaces(record, place, ['unshare', '-m', 'sh', '-ec', `${script}; exec "$@"`, 'container', ...folders, ...argv])
}
const mountShm = 'mount --bind "$1" /dev/shm'

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return '' // it failed; its log tells
  }
}
