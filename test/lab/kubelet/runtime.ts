import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { CriLog, type LogLimits } from './cri-log.ts'
import { type HeldNamespace, holdMountNamespace, processesIn, signal } from './namespaces.ts'
import { launch, type Launch } from './spawn.ts'

/** An ephemeral container as the container runtime knows it. */
export interface RuntimeContainer {
  readonly podUid: string
  readonly name: string
  /** 64 hex digits */
  readonly id: string
  readonly target?: string
  readonly log: CriLog
  state: 'created' | 'running' | 'exited'
  /** why it was created but never started */
  startError?: string
  /** host pid of its first process */
  pid?: number
  /** Unix ms */
  startedAt?: number
  finishedAt?: number
  exitCode?: number
  /** why, when it is not plain from the exit code */
  reason?: string
}

interface Held extends RuntimeContainer { child?: ChildProcess; mountNamespace?: HeldNamespace | undefined; started?: Promise<number | undefined>; ended?: Promise<unknown> }

/** The node's container runtime: survives a restart of the kubelet, remembers dead containers until told to forget them. */
export class Runtime {
  readonly #stateDir: string
  readonly #limits: LogLimits
  readonly #now: () => number
  readonly #exited: (container: RuntimeContainer) => void
  #containers: Held[] = []

  constructor(stateDir: string, limits: LogLimits, now: () => number, exited: (container: RuntimeContainer) => void) {
    this.#stateDir = stateDir
    this.#limits = limits
    this.#now = now
    this.#exited = exited
  }

  list(podUid?: string): readonly RuntimeContainer[] {
    return this.#containers.filter(container => !podUid || container.podUid === podUid)
  }

  find(podUid: string, name: string): RuntimeContainer | undefined {
    return this.#containers.find(container => container.podUid === podUid && container.name === name)
  }

  /** Creates a container that is not started, because `startError` says it cannot be. */
  refuse(podUid: string, name: string, startError: string): RuntimeContainer {
    return this.#add(podUid, name, { startError })
  }

  /** Creates and starts a container; resolves when its entrypoint runs or it has ended before. */
  async start(podUid: string, name: string, what: Omit<Launch, 'scratch'>, target?: string): Promise<RuntimeContainer> {
    const container = this.#add(podUid, name, target === undefined ? {} : { target })
    const scratch = join(this.#stateDir, 'mounts', container.id)
    mkdirSync(scratch, { recursive: true })
    const { child, started } = launch({ ...what, scratch })
    Object.assign(container, { child, started })
    child.stdout?.on('data', (chunk: Buffer) => container.log.write('stdout', chunk))
    child.stderr?.on('data', (chunk: Buffer) => container.log.write('stderr', chunk))
    child.once('exit', () => killRest(container))
    container.ended = once(child, 'close').catch(() => [null, null]).then(([code, signalName]) => {
      killRest(container)
      rmSync(scratch, { recursive: true, force: true })
      this.#finish(container, code as number | null, signalName as string | null)
    })
    const pid = await started
    container.startedAt = this.#now()
    if (pid !== undefined && container.state === 'created') Object.assign(container, { state: 'running', pid, mountNamespace: holdMountNamespace(pid) })
    return container
  }

  /** Signals the container's first process; SIGKILL ends everything in it. Resolves when a killed one is gone. */
  async kill(container: RuntimeContainer, name: NodeJS.Signals): Promise<void> {
    const held = container as Held
    if (held.state === 'exited') return
    // one that is about to start would outlive its waiting shell: it has to be there first
    const pid = held.pid ?? (await held.started)
    if (pid !== undefined && (held.state as RuntimeContainer['state']) !== 'exited') signal(pid, name)
    if (name === 'SIGKILL') await held.ended
  }

  /** Forgets dead containers, as `crictl rm` does; a kubelet that finds none of that name starts it again. */
  forgetDead(podUid?: string): void {
    const dead = this.#containers.filter(({ state, podUid: uid }) => state === 'exited' && (!podUid || uid === podUid))
    this.#containers = this.#containers.filter(container => !dead.includes(container))
  }

  /** Kills all of a pod's containers and forgets the pod. */
  async removePod(podUid: string): Promise<void> {
    await Promise.all(this.list(podUid).map(container => this.kill(container, 'SIGKILL')))
    this.#containers = this.#containers.filter(container => container.podUid !== podUid)
    rmSync(this.#podDir(podUid), { recursive: true, force: true })
  }

  /** Power off: everything that ran ends as 255 Unknown. */
  async powerOff(): Promise<void> {
    const running = this.#containers.filter(({ state }) => state === 'running')
    for (const container of running) container.reason = 'Unknown'
    await Promise.all(running.map(container => this.kill(container, 'SIGKILL')))
  }

  /** What was created and never started ends, as a kubelet finds it after its restart. */
  endUnstarted(): void {
    for (const container of this.#containers.filter(({ startError }) => startError !== undefined)) {
      if (container.state === 'created') Object.assign(container, { state: 'exited', exitCode: 128, reason: 'StartError', finishedAt: this.#now() })
    }
  }

  #add(podUid: string, name: string, more: { target?: string; startError?: string }): Held {
    const directory = join(this.#podDir(podUid), name)
    mkdirSync(directory, { recursive: true })
    const id = randomBytes(32).toString('hex')
    const container: Held = { podUid, name, id, state: 'created', log: new CriLog(join(directory, `${id.slice(0, 12)}.log`), this.#limits, this.#now), ...more }
    this.#containers.push(container)
    return container
  }

  #podDir(podUid: string): string {
    return join(this.#stateDir, 'pods', podUid)
  }

  #finish(container: Held, code: number | null, signalName: string | null): void {
    container.log.end()
    const exitCode = container.reason === 'Unknown' ? 255 : (code ?? 128 + (signalNumbers[signalName ?? ''] ?? 0))
    Object.assign(container, { state: 'exited', exitCode, finishedAt: this.#now() })
    this.#exited(container)
  }
}

/** A container in its target's pid namespace takes no children along when it dies; they may hold its output open. */
function killRest(container: Held): void {
  const { mountNamespace } = container
  if (!mountNamespace) return
  for (const pid of processesIn(mountNamespace.name)) signal(pid, 'SIGKILL')
  mountNamespace.release()
  container.mountNamespace = undefined
}

const signalNumbers: Record<string, number> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGPIPE: 13, SIGTERM: 15 }
