import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const fixtures = join(import.meta.dirname, 'fixtures')

/** Text of a recorded file, by its path below test/fixtures. */
export function fixture(path: string): string {
  return readFileSync(join(fixtures, path), 'utf8')
}

/** Paths below test/fixtures of every recorded file under `folder` with that name. */
export function fixturesNamed(folder: string, name: string): string[] {
  return readdirSync(join(fixtures, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => basename(file) === name)
    .map(file => join(folder, file))
    .sort()
}
