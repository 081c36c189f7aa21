import { styleText } from 'node:util'
import { expect, test } from 'vitest'
import { fold } from '../../controller/cli/fold.ts'

test.each<[string, string, number, string]>([
  ['a line that fits stays as it is', '1234 5678   90', 14, '1234 5678   90'],
  ['text is folded at blanks', '1234 5678 90ab cdef', 11, '1234 5678\n    90ab\n    cdef'],
  ['a word that is longer stays whole', '123456789012345 6', 10, '123456789012345\n    6'],
  ['a row is folded between two columns, and loses what only filled them', 'red  loss       lb-46qjc  rule-missing    no rule routes it', 30, 'red  loss  lb-46qjc\n    rule-missing\n    no rule routes it'],
  ['without what only filled it a row may fit', 'red  loss       lb-1  x', 20, 'red  loss  lb-1  x'],
  ['a column that begins the line is no place for a fold', 'red  no rule routes the mark', 20, 'red  no rule routes\n    the mark'],
  ['what a terminal printed keeps its blanks', '    ip rule      0:  from all lookup local', 30, '    ip rule      0:  from all\n    lookup local'],
])('%s', (_, line, columns, folded) => {
  expect(fold(line, columns)).toBe(folded)
})

test('a colour takes no room', () => {
  const red = styleText('red', 'loss', { validateStream: false })
  expect(fold(`${red} 5678 90ab`, 9)).toBe(`${red} 5678\n    90ab`)
})
