import { closeSync, fstatSync, openSync, readdirSync, readlinkSync } from 'node:fs'

/** A mount namespace that is not given to another: the kernel gives the number of one that is free again at once. */
export interface HeldNamespace {
  /** `mnt:[4026532001]` */
  readonly name: string
  release(): void
}

/** Holds a process's mount namespace; undefined when the process is gone. */
export function holdMountNamespace(pid: number): HeldNamespace | undefined {
  try {
    const open = openSync(`/proc/${pid}/ns/mnt`, 'r')
    return { name: `mnt:[${fstatSync(open).ino}]`, release: () => closeSync(open) }
  } catch {
    return undefined
  }
}

/** Identity of a process's mount namespace (`mnt:[4026532001]`); undefined when the process is gone. */
function mountNamespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`)
  } catch {
    return undefined
  }
}

/** Host pids of every process in a mount namespace: a container's own, since each container has one to itself. */
export function processesIn(mountNamespace: string): number[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid => mountNamespaceOf(pid) === mountNamespace)
}

/** Sends a signal to a process that may be gone already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
