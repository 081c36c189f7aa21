import { expect, test } from 'vitest'
import type { Verdict } from '#judge/finding.ts'
import { lookTwice } from '../../controller/sweep/again.ts'
import { findingOf, lb } from '../store/synthetic.ts'

const fail = (targets: readonly string[], unseen: readonly string[] = []): Verdict => ({ check: 'bad-word', subject: lb, severity: 'loss', verdict: 'fail', unseen, findings: targets.map(target => findingOf('bad-word', { target })) })
const said = ([verdict]: readonly Verdict[]) => ({ verdict: verdict?.verdict, findings: verdict?.findings.map(({ about, flapping }) => `${about.target}${flapping ? ' flaps' : ''}`) })

test.each<[string, Verdict, { verdict: string; findings: string[] }]>([
  ['says it, too: it stands', fail(['a', 'b']), { verdict: 'fail', findings: ['a', 'b'] }],
  ['saw everything and says it no more: it flaps', fail(['a']), { verdict: 'fail', findings: ['a', 'b flaps'] }],
  ['says it no more and saw only some pods: it stands, unconfirmed', fail(['a'], ['red/lb-2: words: timeout']), { verdict: 'fail', findings: ['a', 'b'] }],
  ['says something new: that flaps', fail(['a', 'b', 'c']), { verdict: 'fail', findings: ['a', 'b', 'c flaps'] }],
  ['is well: all of it flaps', { ...fail([]), verdict: 'ok' }, { verdict: 'flapping', findings: ['a flaps', 'b flaps'] }],
  ['could not look: the first stands', { ...fail([]), verdict: 'unknown', unseen: ['red/lb-1: words: timeout'] }, { verdict: 'fail', findings: ['a', 'b'] }],
])('what the first look found, where the second %s', (_, second, wanted) => {
  expect(said(lookTwice([fail(['a', 'b'])], [second]))).toEqual(wanted)
})
