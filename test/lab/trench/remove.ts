import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type LabRecord, ownerLives, readRecord, registeredLabs, unregisterLab } from './record.ts'
import { namespaceInodes, processesInInodes, signal } from './system.ts'

/**
 * Ends every process in the lab's network namespaces, removes the namespaces, mounts and files. Safe to call again, and for a lab that was never whole.
 * Works without awaiting, so that an exit or signal handler can do it; takes about 0.2 s and at most some seconds.
 */
export function removeLab({ id, dir }: { readonly id: string; readonly dir: string }): void {
  const namespaces = namespacesOf(id)
  // while they are open, no other lab's namespace can get their inode numbers, by which processes are found
  const open = namespaces.map(name => openSync(join('/run/netns', name), 'r'))
  const inodes = namespaceInodes(namespaces.map(name => join('/run/netns', name)))
  killAll(inodes)
  const mounts = mountsBelow(dir)
  if (mounts.length > 0) spawnSync('umount', ['-l', ...mounts], { timeout: 10_000 })
  if (namespaces.length > 0) spawnSync('ip', ['-force', '-batch', '-'], { input: namespaces.map(name => `netns del ${name}\n`).join(''), timeout: 10_000 })
  killAll(inodes) // what was just entering when its pod went
  for (const file of open) closeSync(file)
  rmSync(dir, { recursive: true, force: true })
  unregisterLab(id)
}

function killAll(inodes: ReadonlySet<string>): void {
  for (let attempts = 0; attempts < 100; attempts++) {
    const alive = processesInInodes(inodes)
    if (alive.length === 0) return
    for (const pid of alive) signal(pid, 'SIGKILL')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
  }
}

/** Removes the labs of this machine whose owner is gone. Gives their ids. */
export function cleanStale(): string[] {
  const stale = registeredLabs().filter(lab => !isAlive(lab.dir))
  stale.forEach(removeLab)
  return stale.map(lab => lab.id)
}

function isAlive(dir: string): boolean {
  let record: LabRecord
  try {
    record = readRecord(dir)
  } catch {
    return false
  }
  return ownerLives(record)
}

function namespacesOf(id: string): string[] {
  try {
    return readdirSync('/run/netns').filter(name => name.startsWith(`tsl${id}-`))
  } catch {
    return [] // no namespace was ever made
  }
}

/** Mount points below a folder, innermost first. Format: proc(5), mountinfo; field 5 is the mount point. */
function mountsBelow(dir: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8').split('\n').map(line => line.split(' ')[4] ?? '').filter(point => point.startsWith(`${dir}/`)).reverse()
}
