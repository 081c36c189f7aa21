import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pairNamed, pairs } from './fault-pair.ts'
import { nameOf, recoveries } from './fault-recovery.ts'
import { faults } from './trench/faults/index.ts'
import { shapeNamed, shapeNames } from './trench/shapes.ts'

const page = (name: string) => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8')
/** First cells of the page's tables. */
const rows = page('faults.md').split('\n').flatMap(line => /^\| (\S[^|]*?) \|/.exec(line)?.[1] ?? [])

test('docs/faults.md has a row for every fault and every pair of faults, for each that ends while another begins, and for no other', () => {
  const known = [...faults.map(({ id }) => id), ...pairs.map(({ faults, masks }) => faults.join(masks ? ' > ' : ' + ')), ...recoveries.map(nameOf)]
  expect(rows.filter(row => /^[fg]\d/.test(row) && !row.includes(':')).sort()).toEqual(known.sort())
})

test('docs/lab.md tells every shape', () => {
  expect(shapeNames.filter(name => !page('lab.md').includes(`| \`${name}\` |`))).toEqual([])
})

test('an IPv6 twin is found by its short name, and names that are none are refused with what there is', () => {
  expect(faults.filter(({ family }) => family === 'v6').map(({ id }) => id)).toContain('f03v6-fwmark-rule-missing')
  expect(() => shapeNamed('round')).toThrow(`no shape round; there are ${shapeNames.join(', ')}`)
  expect(() => pairNamed('f03')).toThrow('f03: a pair is two faults, f39+f32')
})
