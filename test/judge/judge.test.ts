import { describe, expect, test } from 'vitest'
import { defineCheck, each, eachPlanned, outcome, own, planned } from '#judge/check.ts'
import { judgeSnapshot } from '#judge/judge.ts'
import { dependenciesOf, planFirstWave, planSecondWave } from '#judge/plan.ts'
import { pod, sight, snapshotOf, spelling, strict, trenchOf, words } from './synthetic.ts'

const text = { why: 'why', fix: 'fix', source: 'synthetic' }
const ofLb = { subject: 'lb', severity: 'loss', ...text } as const

const badWord = defineCheck({
  id: 'bad-word', ...ofLb,
  reads: { words: own(words) },
  messages: { bad: (a: { stream: string; word: string }) => `${a.stream}: ${a.word} is bad` },
  unless: ({ words }) => (words.data.length === 0 ? 'nothing was said' : undefined),
  judge: ({ words }, say) => words.data.filter(row => row.text === 'bad').map(row => say.bad({ stream: 's1', word: row.text }, words.at(row))),
})

const differ = defineCheck({
  id: 'words-differ', subject: 'trench', severity: 'risk', ...text,
  reads: { all: each('lb', words) },
  messages: { differ: (a: { pod: string }) => `${a.pod} says something else` },
  judge: ({ all }, say) => all.slice(1).filter(one => one.data[0]?.text !== all[0]?.data[0]?.text).map(one => say.differ({ pod: one.subject.name }, one.at(one.data[0]))),
})

const lb1 = pod('lb', 'lb-1')
const lb2 = pod('lb', 'lb-2')

describe('one check, one pod', () => {
  test('a finding carries identity, text and the recorded line', async () => {
    const [verdict] = judgeSnapshot([badWord], snapshotOf(await sight(lb1, { 'cat /words': 'good\nbad\n' })))
    expect(verdict?.verdict).toBe('fail')
    expect(verdict?.findings[0]).toMatchObject({
      check: 'bad-word', severity: 'loss', text: 's1: bad is bad', about: { stream: 's1' },
      evidence: [{ pod: 'red/lb-1', container: 'trenchscope-0001', fact: 'words', command: 'cat /words', argv: ['cat', '/words'], exitCode: 0, line: 2, excerpt: 'bad' }],
    })
  })

  test.each([
    ['ok when all was seen and nothing is wrong', { 'cat /words': 'good\n' }, { verdict: 'ok' }],
    ['unknown with the reason when the command failed', { 'cat /words': 1 }, { verdict: 'unknown', reason: 'words: cat /words ended with 1: no such thing' }],
    ['unknown with the reason when no probe could look', 'gone' as const, { verdict: 'unknown', reason: 'words: no probe: ErrImageNeverPull' }],
    ['not-applicable with the reason of the check', { 'cat /words': '' }, { verdict: 'not-applicable', reason: 'nothing was said' }],
  ])('%s', async (_, outputs, expected) => {
    expect(judgeSnapshot([badWord], snapshotOf(await sight(lb1, outputs)))).toEqual([expect.objectContaining(expected)])
  })

  test('a check that breaks is unknown, never ok, and does not end the sweep', async () => {
    const broken = defineCheck({ ...badWord, id: 'broken', judge: () => { throw new Error('bug') } })
    expect(judgeSnapshot([broken, badWord], snapshotOf(await sight(lb1, { 'cat /words': 'good\n' }))).map(({ verdict, reason }) => [verdict, reason])).toEqual([['unknown', 'the check itself failed: bug'], ['ok', undefined]])
  })

  test('what an answer leaves open makes ok unknown and lets findings stand', async () => {
    const half = defineCheck({ ...badWord, id: 'half', unseen: ({ words }) => words.data.filter(row => row.text.endsWith('…')).map(row => `${row.text} is cut off`) })
    const verdict = async (output: string) => judgeSnapshot([half], snapshotOf(await sight(lb1, { 'cat /words': output })))[0]
    expect(await verdict('good\nba…\n')).toMatchObject({ verdict: 'unknown', reason: 'ba… is cut off', unseen: ['ba… is cut off'] })
    expect(await verdict('bad\nba…\n')).toMatchObject({ verdict: 'fail', findings: [{ text: 's1: bad is bad' }], unseen: ['ba… is cut off'] })
  })

  test('an answer nobody can read is no failure of the pod', async () => {
    const dumb = defineCheck({ ...ofLb, id: 'dumb', reads: { strict: outcome(strict) }, messages: { dumb: (_: object) => 'does not speak' }, judge: ({ strict }, say) => (strict.error ? [say.dumb({}, strict.at())] : []) })
    const lb = await sight(lb1, { 'cat /words': 'what?\n' }, [], strict)
    expect(judgeSnapshot([dumb], snapshotOf(lb))).toEqual([expect.objectContaining({ verdict: 'unknown', reason: 'strict: not a word: what?' })])
  })

  test('where the failure is the subject, an answer that failed is judged, silence is not', async () => {
    const dumb = defineCheck({ ...ofLb, id: 'dumb', reads: { words: outcome(words) }, messages: { dumb: (_: object) => 'does not speak' }, judge: ({ words }, say) => (words.error ? [say.dumb({}, words.at())] : []) })
    const verdict = async (outputs: Parameters<typeof sight>[1]) => judgeSnapshot([dumb], snapshotOf(await sight(lb1, outputs)))[0]?.verdict
    expect(await verdict({ 'cat /words': 1 })).toBe('fail')
    expect(await verdict('gone')).toBe('unknown')
  })

  test('identity is cluster, trench, check, subject and about, not the text', async () => {
    const key = async (name: string, check = badWord) => judgeSnapshot([check], snapshotOf(await sight(pod('lb', name), { 'cat /words': 'bad\n' })))[0]?.findings[0]?.key
    const otherText = defineCheck({ ...badWord, messages: { bad: (a: { stream: string; word: string }) => `${a.word}!` } })
    expect(await key('lb-1', otherText)).toBe(await key('lb-1'))
    expect(await key('lb-2')).not.toBe(await key('lb-1'))
  })
})

describe('partial sight', () => {
  test('with one pod unseen a finding of the others stands, and says what was not seen', async () => {
    const [verdict] = judgeSnapshot([differ], snapshotOf(await sight(lb1, { 'cat /words': 'a\n' }), await sight(lb2, { 'cat /words': 'b\n' }), await sight(pod('lb', 'lb-3'), 'gone')))
    expect(verdict).toMatchObject({ verdict: 'fail', unseen: ['red/lb-3: words: no probe: ErrImageNeverPull'], findings: [{ text: 'lb-2 says something else' }] })
  })

  test('without a finding, one pod unseen makes ok impossible', async () => {
    const [verdict] = judgeSnapshot([differ], snapshotOf(await sight(lb1, { 'cat /words': 'a\n' }), await sight(lb2, 'gone')))
    expect(verdict).toMatchObject({ verdict: 'unknown', reason: 'red/lb-2: words: no probe: ErrImageNeverPull' })
  })

  test('a check that infers from absence judges only what is complete', async () => {
    const complete = defineCheck({ ...differ, complete: true })
    const [verdict] = judgeSnapshot([complete], snapshotOf(await sight(lb1, { 'cat /words': 'a\n' }), await sight(lb2, { 'cat /words': 'b\n' }), await sight(pod('lb', 'lb-3'), 'gone')))
    expect(verdict).toMatchObject({ verdict: 'unknown', findings: [] })
  })
})

describe('two waves', () => {
  const misspelt = defineCheck({
    ...ofLb, id: 'misspelt',
    reads: { spelt: planned(spelling, { words: own(words) }, ({ words }) => words.data.map(row => ({ word: row.text }))) },
    messages: { misspelt: (a: { stream: string }) => `${a.stream} is misspelt` },
    judge: ({ spelt }, say) => spelt.filter(one => one.data === 'no').map(one => say.misspelt({ stream: one.params.word }, one.at())),
  })

  test('equal reads of several checks are asked once, and the second wave is planned from the first', async () => {
    expect(planFirstWave([badWord, differ, misspelt], trenchOf(lb1, lb2)).map(({ subject, wants }) => [subject.name, wants.map(({ fact }) => fact.id)])).toEqual([['lb-1', ['words']], ['lb-2', ['words']]])
    const seen = snapshotOf(await sight(lb1, { 'cat /words': 'a\nb\na\n' }))
    expect(planSecondWave([misspelt], seen).map(({ subject, wants }) => [subject.name, wants.map(({ params }) => params)])).toEqual([['lb-1', [{ word: 'a' }, { word: 'b' }]]])
  })

  test('a plan that breaks on what it reads is an unknown of its check, and asks for the others', async () => {
    const broken = defineCheck({ ...misspelt, id: 'broken', reads: { spelt: planned(spelling, { words: own(words) }, () => { throw new Error('bug') }) } })
    const seen = snapshotOf(await sight(lb1, { 'cat /words': 'a\n', 'spell a': 'yes' }, [{ word: 'a' }]))
    expect(planSecondWave([broken, misspelt], seen).map(({ wants }) => wants.map(({ params }) => params))).toEqual([[{ word: 'a' }]])
    expect(judgeSnapshot([broken, misspelt], seen).map(({ verdict, reason }) => [verdict, reason])).toEqual([['unknown', 'the check itself failed: bug'], ['ok', undefined]])
  })

  test('what was planned and not seen makes ok impossible', async () => {
    const seen = await sight(lb1, { 'cat /words': 'a\nb\n', 'spell a': 'yes' }, [{ word: 'a' }])
    expect(judgeSnapshot([misspelt], snapshotOf(seen))[0]).toMatchObject({ verdict: 'unknown', reason: 'red/lb-1: spelling b: not observed' })
  })

  test('what was planned and seen is judged', async () => {
    const seen = await sight(lb1, { 'cat /words': 'a\n', 'spell a': 'no' }, [{ word: 'a' }])
    expect(judgeSnapshot([misspelt], snapshotOf(seen))[0]?.findings.map(({ text }) => text)).toEqual(['a is misspelt'])
  })

  describe('planned in every pod of a role, for a check of the trench', () => {
    const anywhere = defineCheck({
      id: 'misspelt-anywhere', subject: 'trench', severity: 'note', why: 'why', fix: 'fix', source: 'synthetic',
      reads: { spelt: eachPlanned('lb', spelling, { words: own(words) }, ({ words }) => words.data.map(row => ({ word: row.text }))) },
      messages: { misspelt: (a: { stream: string; pod: string }) => `${a.pod}: ${a.stream} is misspelt` },
      judge: ({ spelt }, say) => spelt.filter(({ data }) => data === 'no').map(one => say.misspelt({ stream: one.params.word, pod: one.subject.name }, one.at())),
    })

    test('each is asked what its own first wave plans', async () => {
      expect(planFirstWave([anywhere], trenchOf(lb1, lb2)).map(({ subject, wants }) => [subject.name, wants.map(({ fact }) => fact.id)])).toEqual([['lb-1', ['words']], ['lb-2', ['words']]])
      const seen = snapshotOf(await sight(lb1, { 'cat /words': 'a\n' }), await sight(lb2, { 'cat /words': 'b\n' }))
      expect(planSecondWave([anywhere], seen).map(({ subject, wants }) => [subject.name, wants.map(({ params }) => params)])).toEqual([['lb-1', [{ word: 'a' }]], ['lb-2', [{ word: 'b' }]]])
      expect(dependenciesOf(anywhere, trenchOf(lb1, lb2))).toEqual({ subjects: ['red/lb-1', 'red/lb-2'], waves: 2 })
    })

    test('findings stand on what was seen, ok needs every pod', async () => {
      const [bad, good] = [await sight(lb1, { 'cat /words': 'a\n', 'spell a': 'no' }, [{ word: 'a' }]), await sight(lb1, { 'cat /words': 'a\n', 'spell a': 'yes' }, [{ word: 'a' }])]
      expect(judgeSnapshot([anywhere], snapshotOf(bad, await sight(lb2, 'gone')))[0]?.findings.map(({ text }) => text)).toEqual(['lb-1: a is misspelt'])
      expect(judgeSnapshot([anywhere], snapshotOf(good, await sight(lb2, 'gone')))[0]).toMatchObject({ verdict: 'unknown', reason: 'red/lb-2: words: no probe: ErrImageNeverPull' })
    })
  })
})
