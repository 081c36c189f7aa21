import { expect, test } from 'vitest'
import { commonVersion } from '../../proto/version.ts'

test.each([
  { theirs: { min: 1, max: 1 }, ours: { min: 1, max: 1 }, common: 1 },
  { theirs: { min: 1, max: 5 }, ours: { min: 2, max: 3 }, common: 3 },
  { theirs: { min: 3, max: 9 }, ours: { min: 1, max: 3 }, common: 3 },
  { theirs: { min: 1, max: 1 }, ours: { min: 2, max: 3 }, common: undefined },
  { theirs: { min: 4, max: 9 }, ours: { min: 1, max: 3 }, common: undefined },
  { theirs: { min: 3, max: 2 }, ours: { min: 1, max: 3 }, common: undefined },
  { theirs: { min: 0, max: 0 }, ours: { min: 0, max: 3 }, common: undefined },
])('$theirs and $ours speak $common', ({ theirs, ours, common }) => {
  expect(commonVersion(theirs, ours)).toBe(common)
})
