import { accessSync, constants, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Where `npm run birds` puts what it gets: a folder per version, with `bird` and `birdc`. */
export const birdCache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'trenchscope', 'birds')

/** The programs of one BIRD. */
export interface Bird {
  readonly bird: string
  readonly birdc: string
}

/**
 * The BIRD given: a program with its birdc beside it (a path), or a version of the cache, of those that begin with it the last (`3`, `3.1`, `2.17.6`); else the machine's own.
 * @throws {Error} when it is not there, with what is
 */
export function findBird(given = process.env['BIRD'], cache = birdCache): Bird {
  if (!given) return { bird: 'bird', birdc: 'birdc' }
  if (given.includes('/')) return programsIn(dirname(given), given)
  const versions = versionsIn(cache)
  const version = versions.filter(one => one === given || one.startsWith(`${given}.`)).at(-1)
  if (version === undefined) throw new Error(`no BIRD ${given} in ${cache}${versions.length === 0 ? '' : ` (there are ${versions.join(', ')})`}: npm run birds gets those of later Debian suites`)
  return programsIn(join(cache, version), join(cache, version, 'bird'))
}

function programsIn(folder: string, bird: string): Bird {
  const found = { bird, birdc: join(folder, 'birdc') }
  for (const program of Object.values(found)) {
    try {
      accessSync(program, constants.X_OK)
    } catch (cause) {
      throw new Error(`${program} is no program`, { cause })
    }
  }
  return found
}

function versionsIn(cache: string): string[] {
  try {
    return readdirSync(cache).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  } catch {
    return [] // nothing was fetched yet
  }
}
