import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, existsSync, lstatSync, readFileSync, readlinkSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

/** Where a pod lives on this machine. */
export interface Sandbox {
  /** path of the network namespace (`/run/netns/x`), or a pid that is in it */
  netns: string | number
  /** a process in the pod's IPC and UTS namespaces; without it the container gets its own, with the pod's name as host name */
  holderPid?: number
  /** host directory that is every container's /dev/shm; must be visible in the kubelet's own mount namespace */
  shmDir?: string
  /** volume name → host directory (visible in the kubelet's mount namespace); mounts of a volume not named here are left out */
  volumes?: Record<string, string>
  /** directory that plays the image's root file system; default `/`. Writes of the container never reach it. */
  rootfs?: string
  podIP?: string
}

export interface Launch {
  sandbox: Sandbox
  hostname: string
  argv: readonly string[]
  /** exactly what the container sees; PATH is added when it has none */
  env: Readonly<Record<string, string>>
  /** path in the container → host directory or file */
  mounts: readonly { path: string; source: string; readOnly: boolean }[]
  /** what the image carries from outside of its root file system (read-only): path in the container, path on the host */
  binds: readonly { path: string; source: string }[]
  /** an empty directory of the host to build the root file system on; its content lives in the container's mount namespace only */
  scratch: string
  /** share the pid namespace of this process instead of having an own one */
  targetPid?: number
  uid?: number
  /** capabilities beyond containerd's default set, or `all` for a privileged container */
  capabilities: readonly string[] | 'all'
}

export const containerPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * The first child after `unshare --pid` is PID 1 of the new namespace. (`unshare --fork` would do the waiting, but the one of util-linux 2.38 ends with 1
 * and a message of its own when the container is killed.)
 */
const waiter = 'setpriv --pdeathsig KILL sh -c "$0" "$@" & exec 2>/dev/null 3>&-; wait $!'

/** containerd's default set. */
const defaultCapabilities = ['chown', 'dac_override', 'fsetid', 'fowner', 'mknod', 'net_raw', 'setgid', 'setuid', 'setfcap', 'setpcap', 'net_bind_service', 'sys_chroot', 'kill', 'audit_write']

/** Why the runtime could not start it, in containerd's words; undefined when nothing speaks against it. */
export function launchRefusal({ argv, sandbox, binds }: Pick<Launch, 'argv' | 'sandbox' | 'binds'>): string | undefined {
  const [program = ''] = argv
  const carried = binds.find(bind => program === bind.path || program.startsWith(`${bind.path}/`))
  const path = carried ? join(carried.source, program.slice(carried.path.length)) : join(sandbox.rootfs ?? '/', program)
  const why = !program.startsWith('/') ? undefined : !existsSync(path) ? `stat ${program}: no such file or directory` : executable(path) ? undefined : 'permission denied'
  return why && `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "${program}": ${why}: unknown`
}

/**
 * Starts a container as a process in the pod's namespaces, with its own mount and pid namespace and a root file system of its own (an overlay over the image's).
 * The child is a shell that waits for the container and ends as it did (128 + signal); it leads its own session and dies with us, and the container dies with it.
 * `started` resolves with the container's pid on this host when the entrypoint is executed, or with undefined when it ended before that.
 */
export function launch(container: Launch): { child: ChildProcess; started: Promise<number | undefined> } {
  const { sandbox, targetPid } = container
  const namespace = (kind: string, at: string | number) => `--${kind}=${typeof at === 'number' ? `/proc/${at}/ns/${kind}` : at}`
  const enter = [namespace('net', sandbox.netns), ...(sandbox.holderPid ? [namespace('ipc', sandbox.holderPid), namespace('uts', sandbox.holderPid)] : [])]
  const own = [...(targetPid ? [] : ['--pid']), ...(sandbox.holderPid ? [] : ['--ipc', '--uts'])]
  const argv = [
    '--pdeathsig', 'KILL', 'nsenter', ...enter, ...(targetPid ? [namespace('pid', targetPid), '--no-fork'] : []), '--',
    'unshare', '--mount', ...own, '--', 'sh', '-c', waiter, script(container), 'container',
    ...Object.entries({ PATH: containerPath, ...container.env }).map(([name, value]) => `${name}=${value}`), ...container.argv,
  ]
  const child = spawn('setpriv', argv, { detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: { PATH: containerPath } })
  const started = new Promise<number | undefined>(resolve => {
    const ready = child.stdio[3] as NodeJS.ReadableStream
    ready.once('data', () => resolve(childOf(child.pid)))
    ready.once('close', () => resolve(undefined))
    ready.resume()
    child.once('error', () => resolve(undefined))
  })
  return { child, started }
}

/** Few processes, since every one of them delays the start: the mount points are made in the overlay's upper layer, and one `mount -a` does all mounts. */
function script(container: Launch): string {
  const { sandbox, hostname, scratch, uid, capabilities } = container
  const points = mountPoints(container)
  const missing = points.filter(point => !existsSync(join(sandbox.rootfs ?? '/', point.at)))
  const upper = (path: string) => quoted(`${scratch}/upper${path}`)
  const made = missing.map(point => upper(point.isFile ? dirname(point.at) : point.at))
  writeFileSync(`${scratch}/fstab`, fstabOf(container, points))
  return [
    'set -e',
    ...(sandbox.holderPid ? [] : [`echo ${quoted(hostname)} > /proc/sys/kernel/hostname`]),
    `exec 4< ${quoted(`${scratch}/fstab`)}`,
    `mount -t tmpfs -o mode=755 tmpfs ${quoted(scratch)}`,
    `mkdir -p ${[...['upper', 'work', 'root'].map(name => quoted(`${scratch}/${name}`)), ...made].join(' ')}`,
    ...missing.filter(point => point.isFile).map(point => `: > ${upper(point.at)}`),
    'mount -a -T /proc/self/fd/4',
    'printf r >&3; exec 3>&- 4<&-',
    `exec chroot ${quoted(`${scratch}/root`)} ${privileges(uid, capabilities)} env -i "$@"`,
  ].join('\n')
}

interface MountPoint { at: string; source: string; type: string; options: string; isFile: boolean }

/** What stands in a container's root file system, in the order it is mounted. */
function mountPoints({ sandbox, mounts, binds }: Launch): MountPoint[] {
  const rootfs = sandbox.rootfs ?? '/'
  const carried = binds.map(({ path, source }) => ({ path, source: realpathSync(source), readOnly: true }))
  const shm = sandbox.shmDir ? [{ path: '/dev/shm', source: sandbox.shmDir, readOnly: false }] : []
  const bound = [...carried, ...shm, ...mounts].map(({ path, source, readOnly }) => ({
    at: resolveIn(rootfs, path), source, type: 'none', options: readOnly ? 'bind,ro' : 'bind', isFile: !statSync(source).isDirectory(),
  }))
  return [
    { at: '/proc', source: 'proc', type: 'proc', options: 'defaults', isFile: false },
    { at: '/sys', source: 'sysfs', type: 'sysfs', options: 'defaults', isFile: false },
    { at: '/dev', source: '/dev', type: 'none', options: 'rbind', isFile: false },
    ...bound,
  ]
}

function fstabOf({ sandbox, scratch }: Launch, points: readonly MountPoint[]): string {
  const root = { at: '', source: 'overlay', type: 'overlay', options: `lowerdir=${sandbox.rootfs ?? '/'},upperdir=${scratch}/upper,workdir=${scratch}/work` }
  const escaped = (text: string) => text.replace(/[\s\\]/g, character => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`)
  return [root, ...points].map(({ at, source, type, options }) => `${[source, `${scratch}/root${at}`, type, options].map(escaped).join(' ')} 0 0\n`).join('')
}

/** Follows symbolic links as if `rootfs` were the root, so that `/var/run/x` never leads out of it. */
function resolveIn(rootfs: string, path: string): string {
  let resolved = '/'
  for (const word of path.split('/').filter(Boolean)) {
    const next = posix.join(resolved, word)
    const link = linkAt(join(rootfs, next))
    resolved = link === undefined ? next : resolveIn(rootfs, posix.resolve(resolved, link))
  }
  return resolved
}

function linkAt(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined
}

function privileges(uid: number | undefined, capabilities: Launch['capabilities']): string {
  const user = uid ? ['--reuid', String(uid), '--regid', String(uid), '--clear-groups'] : []
  const bounded = capabilities === 'all' ? [] : ['--bounding-set', ['-all', ...[...defaultCapabilities, ...capabilities].map(name => `+${name.toLowerCase()}`)].join(',')]
  // a change of user clears the parent death signal
  return user.length + bounded.length === 0 ? '' : `setpriv ${[...user, ...bounded, ...(uid ? ['--pdeathsig', 'KILL'] : [])].join(' ')}`
}

function childOf(pid: number | undefined): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]) || undefined
  } catch {
    return undefined
  }
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
