import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { command } from './system.ts'

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
