import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findBird } from './birds/birds.ts'
import { neededLibraries } from './birds/libraries.ts'
import { sourcesOfSuite } from './birds/sources.ts'

let cache: string
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'trenchscope-birds-'))
  for (const version of ['2.17.6', '3.1.8', '3.10.0', '3.4.0']) {
    mkdirSync(join(cache, version))
    for (const program of ['bird', 'birdc']) writeFileSync(join(cache, version, program), '', { mode: 0o755 })
  }
  mkdirSync(join(cache, '4.0.0'))
})
afterAll(() => rmSync(cache, { recursive: true, force: true }))

test.each([
  ['', 'bird'],
  ['3.1', '3.1.8/bird'],
  ['3', '3.10.0/bird'],
  ['2.17.6', '2.17.6/bird'],
])('BIRD %j of the lab is %s, with its own birdc', (given, program) => {
  const { bird, birdc } = findBird(given, cache)
  expect([bird, birdc].map(path => path.replace(`${cache}/`, ''))).toEqual([program, `${program}c`])
})

test('a BIRD that is not there is refused with what there is; so is a program without its birdc', () => {
  expect(() => findBird('3.1.9', cache)).toThrow(/^no BIRD 3\.1\.9 in .* \(there are 2\.17\.6, 3\.1\.8, 3\.4\.0, 3\.10\.0, 4\.0\.0\): npm run birds gets/)
  expect(() => findBird('3', join(cache, 'none'))).toThrow(/^no BIRD 3 in .*none: npm run birds/)
  expect(() => findBird('4', cache)).toThrow(/4\.0\.0\/bird is no program$/)
})

/** Synthetic, in the three ways of sources.list(5). */
const lines = 'deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib # ours\ndeb http://mirror.example/debian bookworm-updates main\ndeb-src http://mirror.example/debian bookworm main\ndeb http://vendor.example/apt vendor-bookworm main\n'
const stanzas = '# ours\nTypes: deb deb-src\nURIs: http://other.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n\nTypes: deb\nURIs: http://other.example/debian-security\nSuites: bookworm-security\nComponents: main\n\nEnabled: no\nTypes: deb\nURIs: http://off.example\nSuites: bookworm\nComponents: main\n'

test('sources of another suite are the machine\'s own of Debian\'s main archive, with their keys', () => {
  expect(sourcesOfSuite({ lines, stanzas }, 'bookworm', 'trixie')).toMatchInlineSnapshot(`
    "Types: deb
    URIs: http://mirror.example/debian
    Suites: trixie
    Components: main
    Signed-By: /k.gpg

    Types: deb
    URIs: http://other.example/debian
    Suites: trixie
    Components: main
    Signed-By: 
     -----BEGIN PGP PUBLIC KEY BLOCK-----
     .
     abc
    "
  `)
  expect(sourcesOfSuite({ lines: '', stanzas }, 'noble', 'trixie')).toBe('')
})

test('a program needs its libraries and theirs, and no other package', () => {
  const depends = 'bird3\n  Depends: adduser\n  Depends: libc6\n |Depends: libssh-4\n  PreDepends: <awk>\n<awk>\n  Depends: libawk1\nadduser\n  Depends: libperl5\nlibc6\n  Depends: libgcc-s1\nlibgcc-s1\n  Depends: gcc-14-base\n  Depends: libc6\nlibssh-4\n'
  expect(neededLibraries(depends, 'bird3')).toEqual(['gcc-14-base', 'libc6', 'libgcc-s1', 'libssh-4'])
})
