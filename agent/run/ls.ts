import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ended, type Limits, type Outcome } from './outcome.ts'

/**
 * `ls -ln --time-style=+ FOLDER` without a process, as GNU coreutils 9.1 prints it in the C locale, but for the mark of an SELinux label or an ACL behind
 * the mode. Undefined where anything in it is no plain file, or could not be looked at: ls itself must say.
 */
export function ls([, ...args]: readonly string[], { maxBytes }: Limits): Outcome | undefined {
  const [, , folder = ''] = args
  if (args.join(' ') !== `-ln --time-style=+ ${folder}`) return undefined
  try {
    if (!lstatSync(folder).isDirectory()) return undefined
    const names = readdirSync(folder).filter(name => !name.startsWith('.')).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    const files = names.map(name => ({ name, stat: lstatSync(join(folder, name)) }))
    if (!files.every(({ stat }) => stat.isFile() && (stat.mode & 0o7000) === 0)) return undefined
    const columns = (['nlink', 'uid', 'gid', 'size'] as const).map(key => column(files.map(({ stat }) => stat[key])))
    const lines = files.map(({ name, stat }, row) => `-${permissions(stat.mode)} ${columns.map(cells => cells[row]).join(' ')}  ${name}\n`)
    const stdout = `total ${Math.ceil(files.reduce((sum, { stat }) => sum + stat.blocks, 0) / 2)}\n${lines.join('')}`
    return stdout.length < maxBytes ? ended(0, stdout) : undefined
  } catch {
    return undefined
  }
}

function column(values: readonly number[]): string[] {
  const width = Math.max(...values.map(value => String(value).length))
  return values.map(value => String(value).padStart(width))
}

function permissions(mode: number): string {
  return [...'rwxrwxrwx'].map((letter, index) => (mode & (0o400 >> index) ? letter : '-')).join('')
}
