import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseProcNetDev } from '#parsers/proc-net-dev.ts'

const recorded = readFileSync(join(import.meta.dirname, '../fixtures/trench/healthy/lb-1/proc-net-dev.txt'), 'utf8')

test('each interface has sixteen counters, received ones first', () => {
  const rows = parseProcNetDev(recorded)
  expect([...new Set(rows.map(row => row.interface))]).toEqual(['lo', 'eth0', 'nsm-1', 'load-balan-27a4', 'load-balan-274a'])
  expect(rows.filter(row => row.interface === 'nsm-1' && row.value > 0)).toEqual([
    { line: 5, interface: 'nsm-1', name: 'rx bytes', value: 67622 }, { line: 5, interface: 'nsm-1', name: 'rx packets', value: 858 },
    { line: 5, interface: 'nsm-1', name: 'tx bytes', value: 521177 }, { line: 5, interface: 'nsm-1', name: 'tx packets', value: 773 },
  ])
  expect(rows).toHaveLength(5 * 16)
})

test.each([
  ['no heading', 'nsm-1: 1 2 3\n', /^not the heading/],
  ['a line with a counter too few', recorded.replace(/ 0\n$/, '\n'), /^not the counters of an interface: load-balan-274a:/],
])('%s is not read', (_, text, message) => {
  expect(() => parseProcNetDev(text)).toThrow(expect.objectContaining({ name: 'SyntaxError', message: expect.stringMatching(message) }))
})
