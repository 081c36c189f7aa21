import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { netnsPath } from '../lab/trench/record.ts'
import { processesIn, processStart } from '../lab/trench/system.ts'
import { places } from '../lab/trench/shapes.ts'

/** What a lab has on this machine while it runs. */
export interface Traces {
  readonly namespaces: readonly string[]
  readonly processes: readonly { readonly pid: number; readonly start: number | undefined }[]
  readonly mounts: readonly string[]
  readonly folders: readonly string[]
}

/** Everything of the lab with this id and folder: namespaces, processes in them or named after it, mounts, folders in the temporary folder. */
export function tracesOf({ id, dir }: { readonly id: string; readonly dir: string }): Traces {
  const namespaces = existsSync('/run/netns') ? readdirSync('/run/netns').filter(name => name.startsWith(`tsl${id}-`)) : []
  const inside = processesIn(places.map(place => netnsPath(id, place)))
  const pids = new Set([...inside, ...readdirSync('/proc').filter(name => /^\d+$/.test(name) && isNamedAfter(name, dir)).map(Number)])
  pids.delete(process.pid)
  return {
    namespaces,
    processes: [...pids].map(pid => ({ pid, start: processStart(pid) })),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter(line => line.includes(dir)),
    folders: [...readdirSync(tmpdir()).filter(name => name.includes(id)), ...(existsSync(`/run/trenchscope-lab/${id}`) ? [`/run/trenchscope-lab/${id}`] : [])],
  }
}

/** What of it is still there, in words. */
export function leftOf(before: Traces, lab: { readonly id: string; readonly dir: string }): string[] {
  const now = tracesOf(lab)
  const alive = [...before.processes, ...now.processes].filter(({ pid, start }) => start !== undefined && processStart(pid) === start)
  return [...now.namespaces, ...new Set(alive.map(({ pid }) => `process ${pid}: ${commandLine(String(pid))}`)), ...now.mounts, ...now.folders]
}

function isNamedAfter(pid: string, dir: string): boolean {
  return commandLine(pid).includes(dir) || workingFolder(pid).startsWith(dir)
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return '' // it has ended meanwhile
  }
}

function workingFolder(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}
