import { mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bird } from '../birds/birds.ts'
import { processStart } from './system.ts'
import type { ShapeName } from './shapes.ts'
import type { Place } from './topology.ts'

/** What a lab is, in `<dir>/lab.json`: enough for another process to work on it, and to remove it when its owner is dead. */
export interface LabRecord {
  readonly id: string
  readonly dir: string
  readonly shape: ShapeName
  /** the process that started it and will remove it; `start` tells it from a later process with the same PID */
  readonly owner: { readonly pid: number; readonly start: number }
  /** the command that is nfqlb: a program, or interpreter and script */
  readonly nfqlb: readonly string[]
  readonly python: string
  /** of load balancers and gateways */
  readonly bird: Bird
  /** the pause process of each place with a file system of its own; absent until it runs */
  readonly holders: Partial<Record<Place, number>>
}

/** One link per lab of this machine: its id → its folder. */
const registry = '/run/trenchscope-lab'

/** Takes the id for a new lab. @throws {Error} when another lab has it */
export function registerLab(id: string, dir: string): void {
  if (!/^[a-z0-9]{1,8}$/.test(id)) throw new Error(`lab id ${id}: 1 to 8 lower case letters and digits`)
  mkdirSync(registry, { recursive: true })
  try {
    symlinkSync(dir, join(registry, id))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw new Error(`a lab ${id} exists already, in ${readlinkSync(join(registry, id))}`, { cause })
    throw cause
  }
}

export function unregisterLab(id: string): void {
  rmSync(join(registry, id), { force: true })
  try {
    rmdirSync(registry)
  } catch {
    // other labs are in it
  }
}

/** Ids and folders of all labs of this machine, dead ones too. */
export function registeredLabs(): { id: string; dir: string }[] {
  try {
    return readdirSync(registry).map(id => ({ id, dir: readlinkSync(join(registry, id)) }))
  } catch {
    return [] // no lab was ever started
  }
}

export function writeRecord(record: LabRecord): void {
  const file = join(record.dir, 'lab.json')
  writeFileSync(`${file}.new`, JSON.stringify(record, null, 1))
  renameSync(`${file}.new`, file)
}

/** @throws {Error} when there is no lab in `dir` */
export function readRecord(dir: string): LabRecord {
  try {
    return JSON.parse(readFileSync(join(dir, 'lab.json'), 'utf8')) as LabRecord
  } catch (cause) {
    throw new Error(`no lab in ${dir}`, { cause })
  }
}

export function ownerLives(record: LabRecord): boolean {
  return processStart(record.owner.pid) === record.owner.start
}

export const netnsOf = (id: string, place: Place): string => `tsl${id}-${place}`
export const netnsPath = (id: string, place: Place): string => `/run/netns/${netnsOf(id, place)}`
