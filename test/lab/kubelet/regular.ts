import { randomBytes } from 'node:crypto'
import type { ContainerState, ContainerStatus, Pod } from '../apiserver/objects.ts'
import { imageId } from './images.ts'

/** What the lab says of a regular container, which it runs by itself. */
export interface ContainerReport {
  state: 'running' | 'waiting' | 'terminated'
  /** default: true when running */
  ready?: boolean
  /** host pid of its first process: what `targetContainerName` joins */
  pid?: number
  /** of a terminated one; default 1 */
  exitCode?: number
  /** of a waiting or terminated one */
  reason?: string
  message?: string
}

/** The regular containers of one pod, adopted: running and ready unless the pod's status or the lab says otherwise. */
export class RegularContainers {
  readonly #statuses = new Map<string, ContainerStatus>()
  readonly #pids = new Map<string, number>()
  readonly #timestamp: () => string

  constructor(pod: Pod, timestamp: () => string) {
    this.#timestamp = timestamp
    const known = new Map(pod.status?.containerStatuses?.map(status => [status.name, status]))
    for (const { name, image = '' } of pod.spec.containers) {
      const fresh = { name, state: { running: { startedAt: timestamp() } }, lastState: {}, ready: true, started: true, restartCount: 0, image, imageID: imageId(image), containerID: newContainerId() }
      this.#statuses.set(name, { ...fresh, ...known.get(name) })
    }
  }

  statuses(): ContainerStatus[] {
    return [...this.#statuses.values()]
  }

  pidOf(name: string): number | undefined {
    return this.#pids.get(name)
  }

  isRunning(name: string): boolean {
    return this.#statuses.get(name)?.state.running !== undefined
  }

  idOf(name: string): string {
    return this.#statuses.get(name)?.containerID?.replace('containerd://', '') ?? ''
  }

  /** Names of those that ended, in the order of the pod. */
  ended(): string[] {
    return this.statuses().filter(status => status.state.terminated).map(status => status.name)
  }

  waitingReason(name: string): string | undefined {
    return this.#statuses.get(name)?.state.waiting?.reason
  }

  /** @throws {Error} when the pod has no such container */
  report(name: string, report: ContainerReport): void {
    const old = this.#statuses.get(name)
    if (!old) throw new Error(`no regular container is called ${name}`)
    if (report.pid) this.#pids.set(name, report.pid)
    const running = report.state === 'running'
    const again = running && !old.state.running
    this.#statuses.set(name, {
      ...old,
      state: running && !again ? old.state : this.#stateOf(report, old),
      lastState: old.state.terminated ? { terminated: old.state.terminated } : old.lastState,
      ready: report.ready ?? running,
      started: running,
      restartCount: old.restartCount + (again ? 1 : 0),
      ...(again && { containerID: newContainerId() }),
    })
  }

  #stateOf({ state, exitCode = 1, reason, message }: ContainerReport, old: ContainerStatus): ContainerState {
    const said = message === undefined ? {} : { message }
    if (state === 'running') return { running: { startedAt: this.#timestamp() } }
    if (state === 'waiting') return { waiting: { reason: reason ?? 'ContainerCreating', ...said } }
    const startedAt = old.state.running?.startedAt ?? this.#timestamp()
    const { containerID = '' } = old
    return { terminated: { exitCode, reason: reason ?? (exitCode === 0 ? 'Completed' : 'Error'), ...said, startedAt, finishedAt: this.#timestamp(), containerID } }
  }
}

const newContainerId = (): string => `containerd://${randomBytes(32).toString('hex')}`
