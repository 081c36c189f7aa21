import { expect, test } from 'vitest'
import type { Verdict } from '#judge/finding.ts'
import { diffVerdicts } from '#judge/verdict-diff.ts'
import { pod } from './synthetic.ts'

/** Synthetic: a verdict with findings of these keys. */
const verdict = (check: string, kind: Verdict['verdict'], keys: readonly string[] = [], text = ''): Verdict => ({
  check, subject: pod('lb', 'lb-1'), severity: 'loss', verdict: kind, unseen: [], findings: keys.map(key => ({ key, text }) as Verdict['findings'][number]),
})
const changes = (before: readonly Verdict[], after: readonly Verdict[]) => diffVerdicts(before, after).map(change => [change.check, change.before?.verdict, change.after?.verdict])

test('equal judgements do not differ, whatever their texts', () => {
  expect(changes([verdict('a', 'ok'), verdict('b', 'fail', ['1', '2'], '7 packets')], [verdict('a', 'ok'), verdict('b', 'fail', ['2', '1'], '9 packets')])).toEqual([])
})

test('another verdict, and another finding of the same verdict', () => {
  expect(changes([verdict('a', 'ok'), verdict('b', 'fail', ['1'])], [verdict('a', 'unknown'), verdict('b', 'fail', ['2'])])).toEqual([['a', 'ok', 'unknown'], ['b', 'fail', 'fail']])
})

test('a check that only one of them knows', () => {
  expect(changes([verdict('old', 'ok')], [verdict('new', 'ok')])).toEqual([['new', undefined, 'ok'], ['old', 'ok', undefined]])
})
