import { expect, test } from 'vitest'
import { closeCodeOf, type Goodbye, goodbyeCodes, goodbyeOfClose } from '../../proto/goodbye.ts'
import { trenchscope } from '../../proto/probe.gen.js'

test('the closed list is the one of the schema', () => {
  const schema = Object.entries(trenchscope.probe.v1.GoodbyeCode)
    .filter(([name]) => name !== 'GOODBYE_CODE_UNSPECIFIED')
    .map(([name, code]) => [name.replace('GOODBYE_CODE_', '').toLowerCase().replaceAll('_', '-'), code])
  expect(Object.fromEntries(schema)).toEqual(goodbyeCodes)
})

test.each(Object.keys(goodbyeCodes) as Goodbye[])('%s survives as a close code', goodbye => {
  expect(goodbyeOfClose(closeCodeOf(goodbye))).toBe(goodbye)
})

test.each([
  [1009, 'too-large'],
  [1002, 'malformed'],
  [1007, 'malformed'],
  [1006, undefined],
  [4000, undefined],
  [4999, undefined],
])('the WebSocket close code %i means %s', (code, goodbye) => {
  expect(goodbyeOfClose(code)).toBe(goodbye)
})
