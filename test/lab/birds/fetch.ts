// `npm run birds [-- SUITE …]`: gets the BIRD of later Debian suites (default: trixie and sid, each with bird2 and bird3) for `--bird` and `BIRD` of the lab.
// Nothing of this machine is changed: apt works in a folder of its own, packages are unpacked below the cache, programs run with their own C library.
// Exit 1 when a suite cannot be had; it says why.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from '../trench/system.ts'
import { birdCache } from './birds.ts'
import { neededLibraries } from './libraries.ts'
import { sourcesOfSuite } from './sources.ts'

const suites = process.argv.length > 2 ? process.argv.slice(2) : ['trixie', 'sid']
for (const suite of suites) {
  try {
    for (const version of await birdsOf(suite)) process.stdout.write(`${version} (${suite}): ${join(birdCache, version)}\n`)
  } catch (error) {
    process.stderr.write(`no BIRD of ${suite}: ${(error as Error).message}\n`)
    process.exitCode = 1
  }
}

async function birdsOf(suite: string): Promise<string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'trenchscope-apt-'))
  try {
    const apt = await aptOf(dir, suite)
    const versions: string[] = []
    for (const name of ['bird2', 'bird3']) versions.push(await unpackBird(dir, apt, name))
    return versions
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

type Apt = (program: 'apt-get' | 'apt-cache', ...words: string[]) => Promise<string>

/** apt that knows one suite and keeps everything in `dir`. */
async function aptOf(dir: string, suite: string): Promise<Apt> {
  const own = /^VERSION_CODENAME=(\S+)/m.exec(textOf('/etc/os-release'))?.[1]
  if (own === undefined || !existsSync('/etc/apt')) throw new Error('this machine does not get its packages from Debian')
  const listed = (end: string) => (existsSync('/etc/apt/sources.list.d') ? readdirSync('/etc/apt/sources.list.d') : []).filter(file => file.endsWith(end)).map(file => textOf(`/etc/apt/sources.list.d/${file}`))
  const sources = sourcesOfSuite({ lines: [textOf('/etc/apt/sources.list'), ...listed('.list')].join('\n'), stanzas: listed('.sources').join('\n\n') }, own, suite)
  if (sources === '') throw new Error(`apt's sources have no main archive of ${own} to derive one from`)
  for (const folder of ['lists/partial', 'cache/archives/partial', 'debs']) mkdirSync(join(dir, folder), { recursive: true })
  writeFileSync(join(dir, 'suite.sources'), sources)
  // an empty status: what this machine has installed is no version of the suite
  writeFileSync(join(dir, 'status'), '')
  const options = Object.entries({ 'Dir::Etc::sourcelist': join(dir, 'suite.sources'), 'Dir::Etc::sourceparts': '-', 'Dir::State::lists': join(dir, 'lists'), 'Dir::State::status': join(dir, 'status'), 'Dir::Cache': join(dir, 'cache') })
  const apt: Apt = (program, ...words) => command(['env', '-C', join(dir, 'debs'), 'LC_ALL=C', program, ...options.flatMap(([name, value]) => ['-o', `${name}=${value}`]), ...words], { timeoutMs: 300_000 })
  await apt('apt-get', '-qq', 'update')
  return apt
}

/** Unpacks a package with the libraries it needs, and makes `bird` and `birdc` that run with these. Gives BIRD's version. */
async function unpackBird(dir: string, apt: Apt, name: string): Promise<string> {
  const depends = await apt('apt-cache', 'depends', '--recurse', '--no-recommends', '--no-suggests', '--no-conflicts', '--no-breaks', '--no-replaces', '--no-enhances', name)
  const debs = join(dir, 'debs')
  await apt('apt-get', '-qq', 'download', name, ...neededLibraries(depends, name))
  const root = join(dir, name)
  for (const file of readdirSync(debs)) {
    await command(['dpkg-deb', '-x', join(debs, file), root], { timeoutMs: 60_000 })
    rmSync(join(debs, file))
  }
  const libraries = readdirSync(join(root, 'usr/lib')).filter(folder => folder.includes('-linux-')).map(folder => join('usr/lib', folder))
  const loader = libraries.flatMap(folder => readdirSync(join(root, folder)).filter(file => /^ld-linux.*\.so\.\d+$/.test(file)).map(file => join(folder, file)))[0]
  if (loader === undefined) throw new Error(`${name} came without a C library`)
  for (const program of ['bird', 'birdc']) writeFileSync(join(root, program), `#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\nexec "$here/${loader}" --library-path "${libraries.map(folder => `$here/${folder}`).join(':')}" "$here/usr/sbin/${program}" "$@"\n`, { mode: 0o755 })
  const version = /\d+(?:\.\d+)+/.exec(await command(['sh', '-c', '"$0" --version 2>&1', join(root, 'bird')]))?.[0]
  if (version === undefined) throw new Error(`the bird of ${name} does not tell its version`)
  mkdirSync(birdCache, { recursive: true })
  rmSync(join(birdCache, version), { recursive: true, force: true })
  await command(['mv', root, join(birdCache, version)], { timeoutMs: 60_000 })
  return version
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
