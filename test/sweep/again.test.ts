import { expect, test } from 'vitest'
import type { Verdict } from '#judge/finding.ts'
import { lookTwice } from '../../controller/sweep/again.ts'
import { sight, snapshotOf } from '../judge/synthetic.ts'
import { findingOf, lb } from '../store/synthetic.ts'

const fail = (targets: readonly string[], unseen: readonly string[] = []): Verdict => ({ check: 'bad-word', subject: lb, severity: 'loss', verdict: 'fail', unseen, findings: targets.map(target => findingOf('bad-word', { target })) })
const look = async (verdict: Verdict, words = '') => ({ verdicts: [verdict], snapshot: snapshotOf(await sight(lb, { 'cat /words': words })) })
const said = ([verdict]: readonly Verdict[]) => ({ verdict: verdict?.verdict, findings: verdict?.findings.map(({ about, flapping }) => `${about.target}${flapping ? ' flaps' : ''}`) })

test.each<[string, Verdict, { verdict: string; findings: string[] }]>([
  ['says it, too: it stands', fail(['a', 'b']), { verdict: 'fail', findings: ['a', 'b'] }],
  ['saw everything and says it no more: it flaps', fail(['a']), { verdict: 'fail', findings: ['a', 'b flaps'] }],
  ['says it no more and saw only some pods: it stands, unconfirmed', fail(['a'], ['red/lb-2: words: timeout']), { verdict: 'fail', findings: ['a', 'b'] }],
  ['says something new: that flaps', fail(['a', 'b', 'c']), { verdict: 'fail', findings: ['a', 'b', 'c flaps'] }],
  ['is well: all of it flaps', { ...fail([]), verdict: 'ok' }, { verdict: 'flapping', findings: ['a flaps', 'b flaps'] }],
  ['could not look: the first stands', { ...fail([]), verdict: 'unknown', unseen: ['red/lb-1: words: timeout'] }, { verdict: 'fail', findings: ['a', 'b'] }],
])('what the first look found, where the second %s', async (_, second, wanted) => {
  expect(said(lookTwice(await look(fail(['a', 'b'])), await look(second)))).toEqual(wanted)
})

test('a second look that could not look changes nothing of the first', async () => {
  const first = fail(['a'])
  expect(lookTwice(await look(first), await look({ ...fail([]), verdict: 'unknown', reason: 'words: timeout', unseen: ['words: timeout'] }))).toEqual([first])
})

test.each<[string, readonly string[], readonly string[], string]>([
  ['that is gone at the second look tells what that saw', ['a'], [], 'good\n'],
  ['that the second look alone says tells what the first saw', ['b'], ['b', 'a'], 'bad\n'],
])('a flap %s: both observations of one command', async (_, first, second, other) => {
  const [verdict] = lookTwice(await look(fail(first), 'bad\n'), await look(fail(second), 'good\n'))
  const flap = verdict?.findings.find(({ about }) => about.target === 'a')
  expect(flap).toMatchObject({ flapping: true, otherLook: [{ pod: 'red/lb-1', command: 'cat /words', exitCode: 0, excerpt: other.trim() }] })
})
