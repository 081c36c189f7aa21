import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Where the command line finds the controller of this machine: its API's address and the file of its token. */
export interface Rendezvous {
  readonly url: string
  readonly tokenFile: string
  /** PEM of whom an `https` address must be certified by */
  readonly caFile?: string
  readonly pid: number
}

/** @param runtimeDir default: `$XDG_RUNTIME_DIR`, else /run */
export function rendezvousFile(runtimeDir = process.env['XDG_RUNTIME_DIR'] || '/run'): string {
  return join(runtimeDir, 'trenchscope', 'controller.json')
}

export function announce(rendezvous: Rendezvous, file = rendezvousFile()): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, JSON.stringify(rendezvous), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Takes back what this process announced; leaves another controller's alone. */
export function withdraw(file = rendezvousFile()): void {
  if (meet(file)?.pid === process.pid) rmSync(file, { force: true })
}

export function meet(file = rendezvousFile()): Rendezvous | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Rendezvous
  } catch {
    return undefined
  }
}

/** Whether kubectl would find a cluster here. */
export function hasKubeconfig(environment: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return Boolean(environment['KUBECONFIG']) || environment['KUBERNETES_SERVICE_HOST'] !== undefined || existsSync(join(homedir(), '.kube/config'))
}
