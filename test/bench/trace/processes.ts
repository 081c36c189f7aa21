import { readdirSync, readFileSync } from 'node:fs'

/** Processor time a process has used, its threads included, in µs (/proc/PID/stat; clock ticks of 10 ms). 0: it is gone */
export function cpuUs(pid: number): number {
  const [utime, stime] = statOf(pid)?.slice(11, 13) ?? []
  return (Number(utime ?? 0) + Number(stime ?? 0)) * 10_000
}

/** The same of all children a process has and had: those that have ended are in its own record. */
export function childrenCpuUs(pid: number): number {
  const [cutime, cstime] = statOf(pid)?.slice(13, 15) ?? []
  return (Number(cutime ?? 0) + Number(cstime ?? 0)) * 10_000 + descendants(pid).reduce((sum, child) => sum + cpuUs(child), 0)
}

/** Ids of a process's children, theirs, and so on. */
export function descendants(pid: number): number[] {
  const parents = readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(name => [Number(name), Number(statOf(Number(name))?.[1] ?? 0)] as const)
  const below = (of: number): number[] => parents.filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...below(child)])
  return below(pid)
}

export function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return ''
  }
}

/** Fields from the state on. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
