import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { SweepReport } from '../../controller/sweep/report.ts'
import { said, unknowns } from '../lab/bed.ts'
import { type Lab, startLab } from '../lab/lab.ts'
import type { ImageConfig } from './store.ts'

const user = 65532

/**
 * Runs the controller's image as the Deployment does (its own user, root file system read-only, /tmp and the data directory apart) against a lab, and sweeps through
 * the command line inside of it, as `kubectl exec` would.
 */
export async function sweepByImage(rootfs: string, config: ImageConfig): Promise<{ readonly ok: boolean; readonly words: string }> {
  const lab = await startLab()
  let controller: ChildProcess | undefined
  try {
    await lab.trench.waitHealthy({ timeoutMs: 60_000 })
    const data = dataDirOf(lab)
    controller = spawn('unshare', ['--mount', 'sh', '-ec', mounts, 'controller', rootfs, data, ...config.entrypoint, ...config.command], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...config.env, KUBECONFIG: '/var/lib/trenchscope/kubeconfig', TRENCHSCOPE_LINK_LISTEN: 'unix:/var/lib/trenchscope/link.sock', TRENCHSCOPE_LINK_ADVERTISE: lab.linkAdvertise,
        TRENCHSCOPE_API_LISTEN: '127.0.0.1:0', TRENCHSCOPE_LOG_LEVEL: 'warn',
      },
    })
    await until('the API token', () => existsSync(join(data, 'api-token')))
    const { status, stdout, stderr } = await sweepInside(controller.pid ?? 0, rootfs, config)
    const [report] = stdout.startsWith('{') ? (JSON.parse(stdout) as { reports: SweepReport[] }).reports : []
    const trouble = report === undefined ? [stderr] : [...said(report), ...unknowns(report)]
    return { ok: status === 0 && trouble.length === 0 && (report?.counts.ok ?? 0) > 0, words: trouble.length > 0 ? `exit ${status}: ${trouble.join('; ')}` : `${report?.counts.ok} verdicts ok, uid ${user}` }
  } finally {
    controller?.kill('SIGKILL')
    await lab.close()
  }
}

const mounts = [
  'mount --bind "$1" "$1"', 'mount --bind "$2" "$1/var/lib/trenchscope"', 'mount -t tmpfs -o mode=1777 tmp "$1/tmp"', 'mount -t proc proc "$1/proc"', 'mount -o remount,bind,ro "$1"',
  'root=$1', 'shift 2', `exec /usr/sbin/chroot --userspec=${user}:${user} "$root" "$@"`,
].join('\n')

/** The lab's relay knocks at the lab's own socket: it is led to the one in the data directory. */
function dataDirOf(lab: Lab): string {
  const data = join(lab.trench.dir, 'image-controller')
  mkdirSync(data)
  copyFileSync(lab.kubeconfig, join(data, 'kubeconfig'))
  symlinkSync(join(data, 'link.sock'), lab.linkListen.slice('unix:'.length))
  for (const path of [data, join(data, 'kubeconfig')]) chownSync(path, user, user)
  return data
}

/** Tried again while the API is about to open. This process is the cluster: it must not block while it waits. */
async function sweepInside(pid: number, rootfs: string, { entrypoint, env }: ImageConfig): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  for (let tries = 1; ; tries++) {
    const child = spawn('nsenter', ['--mount', '--target', String(pid), '/usr/sbin/chroot', `--userspec=${user}:${user}`, rootfs, ...entrypoint, 'sweep', '-o', 'json'], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env } })
    const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number | null]>])
    if (tries > 50 || !/no controller/.test(stderr)) return { status, stdout, stderr }
    await delay(200)
  }
}

async function until(what: string, look: () => boolean): Promise<void> {
  for (let tries = 0; !look(); tries++) {
    if (tries > 150) throw new Error(`waited 30 s for ${what}`)
    await delay(200)
  }
}
