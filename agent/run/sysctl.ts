import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { ended, type Limits, type Outcome, stopped, within } from './outcome.ts'

/**
 * `sysctl -e KEY…` without a process, as procps-ng 4.0.2 prints it: a line `key = value` for each line of the value, tabs kept, keys the
 * kernel does not have left out, the dots of an interface name as `/`. Beyond procps, `*` stands for every entry at that place, by name.
 * These files are answered from memory: reading them at once costs far less than handing each to a thread of a probe that gives way.
 */
export function sysctl(argv: readonly string[], limits: Limits): Promise<Outcome> {
  return within(limits, 'sysctl', () => show(argv.slice(2), limits.maxBytes))
}

const root = '/proc/sys'
const atOnce = 100

async function show(keys: readonly string[], maxBytes: number): Promise<Outcome> {
  const lines: string[] = []
  const failed: string[] = []
  let left = maxBytes
  for (const [index, parts] of keys.flatMap(key => placesOf(partsOf(key))).entries()) {
    if (index % atOnce === atOnce - 1) await setImmediate()
    const key = parts.map(part => part.replaceAll('.', '/')).join('.')
    try {
      const text = readFileSync(join(root, ...parts), 'utf8').replace(/\n$/, '').split('\n').map(value => `${key} = ${value}\n`).join('')
      left -= text.length
      if (left <= 0) return stopped('too-long', `sysctl printed more than ${maxBytes} bytes`, { stdout: lines.join('') })
      lines.push(text)
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (code === '') throw error
      // -e is silent about what is not there, and procps about what may not be read
      if (!['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM'].includes(code)) failed.push(`sysctl: reading key "${key}"\n`)
    }
  }
  return ended(failed.length > 0 ? 1 : 0, lines.join(''), failed.join(''))
}

/** The parts of a path. As for sysctl(8) the first separator in a key decides: where it is a dot, a `/` stands for a dot in a name. */
function partsOf(key: string): string[] {
  const dotted = /[./]/.exec(key)?.[0] === '.'
  return dotted ? key.split('.').map(part => part.replaceAll('/', '.')) : key.split('/').filter(part => part !== '')
}

function placesOf(parts: readonly string[]): string[][] {
  const at = parts.indexOf('*')
  if (at < 0) return [[...parts]]
  const before = parts.slice(0, at)
  return namesIn(join(root, ...before)).flatMap(name => placesOf([...before, name, ...parts.slice(at + 1)]))
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
