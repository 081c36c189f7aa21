import { command } from './system.ts'

/**
 * Runs `ip -batch` lines in a network namespace (default: this one). Lines that start with `-4` or `-6` run after the others, each family in a batch of its own,
 * for a batch has one family only. `force`: goes on after lines that fail, and does not tell.
 * @throws {Error} the line and what ip said
 */
export async function ipBatch(lines: readonly string[], { netns, force = false }: { readonly netns?: string; readonly force?: boolean } = {}): Promise<void> {
  const batch = async (flags: readonly string[], input: string) => {
    if (input === '') return
    const argv = ['ip', ...flags, ...(netns === undefined ? [] : ['-n', netns]), ...(force ? ['-force'] : []), '-batch', '-']
    await command(argv, { input, exitCodes: force ? [0, 1, 2] : [0] })
  }
  await batch([], lines.filter(line => !/^-[46] /.test(line)).map(line => `${line}\n`).join(''))
  await Promise.all(['-4', '-6'].map(family => batch([family], lines.filter(line => line.startsWith(`${family} `)).map(line => `${line.slice(3)}\n`).join(''))))
}
