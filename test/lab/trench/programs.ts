import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { command } from './system.ts'

/** Why this machine cannot hold a lab, in words; undefined: it can. */
export function labObstacle(): string | undefined {
  if (process.platform !== 'linux') return `it needs Linux, this is ${process.platform}`
  if (process.getuid?.() !== 0) return 'it needs root'
  const missing = needed.filter(program => onPath(program) === undefined)
  return missing.length > 0 ? `it needs ${missing.join(', ')} on PATH` : undefined
}
const needed = ['ip', 'bridge', 'nsenter', 'unshare', 'mount', 'umount', 'sysctl', 'hostname', 'bird', 'birdc', 'nft', 'iptables-legacy', 'ip6tables-legacy', 'conntrack', 'python3']

/** The real Python, not a version manager's shim, which costs 100 ms per start. */
export async function findPython(): Promise<string> {
  return existsSync('/usr/bin/python3') ? '/usr/bin/python3' : (await command(['python3', '-c', 'import sys; print(sys.executable)'])).trim()
}

/** The command that is nfqlb: the one given, else `NFQLB`, else a real one on PATH, else the double beside this folder. */
export function findNfqlb(python: string, given = process.env['NFQLB']): readonly string[] {
  const double = join(import.meta.dirname, '..', 'nfqlb', 'nfqlb')
  const program = given || (onPath('nfqlb') ?? double)
  return program === double ? [python, double] : [program]
}

function onPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '').split(delimiter).filter(Boolean).map(folder => join(folder, name)).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
