import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The lab that `npm start` or `lab up` runs on this machine; test labs are not noted here. */
export interface CurrentLab {
  /** process that serves it */
  readonly pid: number
  readonly dir: string
  readonly kubeconfig: string
  readonly linkListen: string
  readonly linkAdvertise: string
}

/** in the folder that also holds the controller's rendezvous */
const file = join(process.env['XDG_RUNTIME_DIR'] || '/run', 'trenchscope', 'lab.json')

export function noteLab(lab: CurrentLab): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, JSON.stringify(lab), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

export function forgetLab(): void {
  if (currentLab()?.pid === process.pid) rmSync(file, { force: true })
}

/** The lab whose process lives, or undefined. */
export function currentLab(): CurrentLab | undefined {
  try {
    const lab = JSON.parse(readFileSync(file, 'utf8')) as CurrentLab
    process.kill(lab.pid, 0)
    return lab
  } catch {
    return undefined
  }
}
