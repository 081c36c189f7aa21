import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process'
import type { ImageConfig } from './store.ts'

/** Runs a program of an image's files, with nothing of this machine's environment. */
export function runIn(rootfs: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}): SpawnSyncReturns<string> {
  return spawnSync('/usr/sbin/chroot', [rootfs, ...argv], { encoding: 'utf8', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env } })
}

/** Size of all files, in 10^6 bytes. */
export function megabytesOf(rootfs: string): number {
  return Math.round(Number(execFileSync('du', ['-sb', '--one-file-system', rootfs], { encoding: 'utf8' }).split('\t')[0]) / 1e6)
}

/** Milliseconds from exec to the key line, ten times: the probe ends right after it, because it is told nothing it needs. */
export function firstLineMs(rootfs: string, { entrypoint, env }: ImageConfig): number[] {
  return Array.from({ length: 10 }, () => {
    const from = performance.now()
    const { stdout } = spawnSync('sh', ['-c', '"$@" | head -n 1', 'sh', 'chroot', rootfs, ...entrypoint], { encoding: 'utf8', env: { ...env, TRENCHSCOPE_SESSION: 'x'.repeat(22), TRENCHSCOPE_START_BY: String(Math.ceil(Date.now() / 1000) + 60) } })
    if (!stdout.startsWith('{"trenchscope":1,"key":"')) throw new Error(`the first line is not a key line: ${stdout}`)
    return Math.round(performance.now() - from)
  })
}
