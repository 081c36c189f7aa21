import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readBounded } from './cat.ts'
import { ended, type Limits, type Outcome, stopped, within } from './outcome.ts'

/**
 * `sysctl -e KEY…` without a process, as procps-ng 4.0.2 prints it: a line `key = value` for each line of the value, tabs kept, keys the
 * kernel does not have left out, the dots of an interface name as `/`. Beyond procps, `*` stands for every entry at that place, by name.
 */
export function sysctl(argv: readonly string[], limits: Limits): Promise<Outcome> {
  return within(limits, 'sysctl', () => show(argv.slice(2), limits.maxBytes))
}

const root = '/proc/sys'

async function show(keys: readonly string[], maxBytes: number): Promise<Outcome> {
  const lines: string[] = []
  const failed: string[] = []
  let left = maxBytes
  for (const parts of (await Promise.all(keys.map(key => placesOf(partsOf(key))))).flat()) {
    const key = parts.map(part => part.replaceAll('.', '/')).join('.')
    try {
      const { bytes } = await readBounded(join(root, ...parts), left)
      const text = bytes.toString('utf8').replace(/\n$/, '').split('\n').map(value => `${key} = ${value}\n`).join('')
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

async function placesOf(parts: readonly string[]): Promise<string[][]> {
  const at = parts.indexOf('*')
  if (at < 0) return [[...parts]]
  const names = await readdir(join(root, ...parts.slice(0, at))).catch(() => [])
  const places = await Promise.all(names.sort().map(name => placesOf([...parts.slice(0, at), name, ...parts.slice(at + 1)])))
  return places.flat()
}
