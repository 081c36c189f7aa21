import { fork } from 'node:child_process'
import { openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CurrentLab } from './current.ts'
import { labObstacle } from './trench/programs.ts'
import type { ShapeName } from './trench/shapes.ts'

export interface LabProcess {
  readonly lab: CurrentLab
  readonly pid: number
  /** resolves when the process has ended and cleaned up */
  end(): Promise<void>
}

/** Why this machine cannot hold a lab, or what its process said. */
export class LabError extends Error {
  readonly code = 'lab-failed'
}

/**
 * Starts the lab in a process of its own and waits until traffic flows. `attached`: it ends when this process does. Detached: it stays until `lab down`;
 * what it prints goes to a log in the temporary folder.
 * @throws {LabError}
 */
export async function startLabProcess(options: { readonly attached: boolean; readonly shape?: ShapeName; readonly onStep?: (step: string) => void; readonly signal?: AbortSignal }): Promise<LabProcess> {
  const obstacle = labObstacle()
  if (obstacle !== undefined) throw new LabError(`this machine cannot hold the lab: ${obstacle}`)
  const log = options.attached ? 'inherit' : openSync(join(tmpdir(), 'trenchscope-lab.log'), 'a', 0o600)
  const child = fork(join(import.meta.dirname, 'serve.ts'), [...(options.attached ? ['--attached'] : []), ...(options.shape ? [`--shape=${options.shape}`] : [])], { detached: true, stdio: ['ignore', log, log, 'ipc'] })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const end = async () => {
    child.kill('SIGTERM')
    await ended
  }
  options.signal?.addEventListener('abort', () => void end(), { once: true })
  const lab = await new Promise<CurrentLab>((resolve, reject) => {
    child.on('message', (message: { step?: string; ready?: CurrentLab; failed?: string }) => {
      if (message.step) options.onStep?.(message.step)
      if (message.ready) resolve(message.ready)
      if (message.failed) reject(new LabError(message.failed))
    })
    child.once('exit', code => reject(new LabError(`the lab's process ended with ${code}`)))
  }).catch(async error => {
    await end()
    throw error
  })
  if (!options.attached) child.unref()
  return { lab, pid: child.pid ?? 0, end }
}
