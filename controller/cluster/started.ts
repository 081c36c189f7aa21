import { KubeError } from './errors.ts'
import { InjectError, type InjectErrorCode } from './inject-error.ts'
import type { ClusterInventory } from './inventory.ts'
import { hasPlan } from './probe-entry.ts'
import { ephemeralStatus, type PodRef, podText } from './pod.ts'

/** The kubelet's reasons for a container that will not start by itself (recorded, knowledge: kubernetes.md §1). */
const failures: Readonly<Record<string, InjectErrorCode>> = {
  ErrImageNeverPull: 'image-missing',
  ErrImagePull: 'image-pull',
  ImagePullBackOff: 'image-pull',
  InvalidImageName: 'image-pull',
  ImageInspectError: 'image-pull',
  CreateContainerError: 'create-failed',
  CreateContainerConfigError: 'config-failed',
  RunContainerError: 'run-failed',
}

/** Waits, by the pod watch, until the container runs. @returns its containerID. @throws {InjectError} as soon as it is known that it will not, or after `timeoutMs` */
export async function started(inventory: ClusterInventory, ref: PodRef, container: string, { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number }): Promise<string> {
  const limit = AbortSignal.timeout(timeoutMs)
  let last = 'the kubelet has not said anything about it'
  try {
    return await inventory.until('pods', () => {
      const seen = lookAt(inventory, ref, container)
      last = seen.words
      return seen.containerId
    }, AbortSignal.any([signal, limit]))
  } catch (error) {
    if (!(error instanceof KubeError)) throw error
    const late = !signal.aborted || (signal.reason instanceof Error && signal.reason.name === 'TimeoutError')
    if (!late) throw new InjectError('aborted', podText(ref), `given up while ${container} was starting (${last})`, { cause: error })
    const stale = inventory.problem('pods', ref.namespace)
    throw new InjectError('start-timeout', podText(ref), `${container} did not start ${signal.aborted ? 'in time' : `within ${timeoutMs} ms`}: ${stale ? stale.message : last}`, { cause: error })
  }
}

/** Waits until a container that ran is seen to have ended, or its pod with it. @throws {InjectError} then; {KubeError} `aborted` */
export function ended(inventory: ClusterInventory, ref: PodRef, container: string, signal: AbortSignal): Promise<never> {
  return inventory.until<never>('pods', () => void lookAt(inventory, ref, container), signal)
}

function lookAt(inventory: ClusterInventory, ref: PodRef, container: string): { containerId?: string; words: string } {
  const refuse = (code: InjectErrorCode, words: string): InjectError => new InjectError(code, podText(ref), words)
  const pod = inventory.pod(ref.namespace, ref.name)
  if (!pod) throw refuse('pod-gone', `the pod was deleted while ${container} was starting`)
  if (pod.metadata.uid !== ref.uid) throw refuse('pod-replaced', `the pod was replaced while ${container} was starting`)
  if (pod.metadata.deletionTimestamp !== undefined) throw refuse('terminating', `the pod was deleted while ${container} was starting`)
  if (pod.status.phase === 'Failed' || pod.status.phase === 'Succeeded') throw refuse('not-running', `the pod ended (${pod.status.phase}) while ${container} was starting`)
  const status = ephemeralStatus(pod, container)
  const { running, waiting, terminated } = status?.state ?? {}
  // a probe with a plan may have ended before the watch told that it ran
  const answered = terminated?.exitCode === 0 && hasPlan(pod, container)
  if ((running || answered) && status?.containerID) return { containerId: status.containerID, words: 'running' }
  if (terminated) throw refuse('ended', `${container} ended with ${terminated.exitCode ?? '?'} (${[terminated.reason, terminated.message?.trim()].filter(Boolean).join(': ') || 'no reason given'})`)
  const code = failures[waiting?.reason ?? '']
  const words = [waiting?.reason, waiting?.message?.trim()].filter(Boolean).join(': ')
  if (code) throw refuse(code, `${container}: ${words}`)
  return { words: words || 'the kubelet has not said anything about it' }
}
