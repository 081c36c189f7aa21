import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { catalogue } from '#profiles/meridio/catalogue.ts'
import { checks } from '#profiles/meridio/registry.gen.ts'
import { carriersOf, cataloguePage } from '../../controller/cli/catalogue-page.ts'

const carriers = carriersOf(checks)

test('docs/catalogue.md says what catalogue and checks say (`node build.mjs docs` writes it)', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/catalogue.md'), 'utf8')).toBe(cataloguePage(catalogue, checks))
})

test('the catalogue has its 146 numbers, each once', () => {
  const numbers = (letter: string, ...ranges: readonly (readonly [number, number])[]) => ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => `${letter}${String(from + index).padStart(2, '0')}`))
  const all = [...numbers('K', [1, 26]), ...numbers('L', [1, 54]), ...numbers('P', [1, 7], [10, 20]), ...numbers('T', [1, 14]), ...numbers('N', [1, 10]), ...numbers('X', [1, 24])]
  expect(all).toHaveLength(146)
  expect(catalogue.map(({ number }) => number)).toEqual(all)
})

test('a number that no check carries says why', () => {
  expect(catalogue.filter(({ number, limit }) => !carriers.has(number) && !limit).map(({ number }) => number)).toEqual([])
})

test('checks carry numbers that exist, and reasons name checks that exist', () => {
  expect([...carriers.keys()].filter(number => !catalogue.some(entry => entry.number === number))).toEqual([])
  const ids = new Set(checks.map(({ id }) => id))
  const named = catalogue.flatMap(({ limit = '' }) => [...limit.matchAll(/\b[a-z]+(?:-[a-z]+){2,}\b/g)].map(([id]) => id)).filter(id => !['packet-too-big'].includes(id))
  expect(named.filter(id => !ids.has(id))).toEqual([])
})
