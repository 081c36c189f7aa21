import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { SweepReport } from '../../controller/sweep/report.ts'
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
    if (status !== 0) return { ok: false, words: `exit ${status}: ${stdout.slice(0, 2000)}${stderr}` }
    const { reports } = JSON.parse(stdout) as { reports: SweepReport[] }
    return { ok: (reports[0]?.counts.ok ?? 0) > 0, words: `${reports[0]?.counts.ok} verdicts ok, uid ${user}` }
  } finally {
    controller?.kill('SIGKILL')
    await lab.close()
  }
}

const mounts = [
  'mount --bind "$1" "$1"', 'mount --bind "$2" "$1/var/lib/trenchscope"', 'mount -t tmpfs -o mode=1777 tmp "$1/tmp"', 'mount -t proc proc "$1/proc"', 'mount -o remount,bind,ro "$1"',
  'root=$1', 'shift 2', `exec chroot --userspec=${user}:${user} "$root" "$@"`,
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

/** Tried again while the API is about to open. */
async function sweepInside(pid: number, rootfs: string, { entrypoint, env }: ImageConfig) {
  for (let tries = 1; ; tries++) {
    const result = spawnSync('nsenter', ['--mount', '--target', String(pid), 'chroot', `--userspec=${user}:${user}`, rootfs, ...entrypoint, 'sweep', '-o', 'json'], { encoding: 'utf8', env: { ...env }, maxBuffer: 64 << 20 })
    if (tries > 50 || !/no controller/.test(result.stderr)) return result
    await delay(200)
  }
}

async function until(what: string, look: () => boolean): Promise<void> {
  for (let tries = 0; !look(); tries++) {
    if (tries > 150) throw new Error(`waited 30 s for ${what}`)
    await delay(200)
  }
}
