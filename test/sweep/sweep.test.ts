import { describe, expect, test } from 'vitest'
import { defineFact } from '#facts/fact.ts'
import { cluster, defineCheck, each, own, planned } from '#judge/check.ts'
import type { Profile } from '#judge/profile.ts'
import { subjectKey } from '#judge/subject.ts'
import type { Probe } from '../../controller/link/probe.ts'
import type { SweepEvent } from '../../controller/sweep/report.ts'
import { observeTrench } from '../../controller/sweep/pass.ts'
import { sweepTrench } from '../../controller/sweep/sweep.ts'
import { pod, spelling, trenchOf, words } from '../judge/synthetic.ts'
import { syntheticProbe } from './synthetic-probe.ts'

const text = { why: 'why', fix: 'fix', source: 'synthetic' }
const badWord = defineCheck({
  id: 'bad-word', subject: 'lb', severity: 'loss', ...text, explains: ['words-differ'],
  reads: { words: own(words) },
  messages: { bad: (a: { stream: string }) => `${a.stream} is bad` },
  judge: ({ words }, say) => words.data.filter(row => row.text.startsWith('bad')).map(row => say.bad({ stream: row.text }, words.at(row))),
})
const differ = defineCheck({
  id: 'words-differ', subject: 'trench', severity: 'risk', ...text,
  reads: { all: each('lb', words) },
  messages: { differ: (_: object) => 'load balancers differ' },
  judge: ({ all }, say) => (new Set(all.map(one => one.data.map(row => row.text).join())).size > 1 ? [say.differ({}, ...all.map(one => one.at()))] : []),
})
const spelt = defineCheck({
  id: 'misspelt', subject: 'lb', severity: 'note', ...text,
  reads: { spelt: planned(spelling, { words: own(words) }, ({ words }) => words.data.map(row => ({ word: row.text }))) },
  messages: { misspelt: (a: { flow: string }) => `${a.flow} is misspelt` },
  judge: ({ spelt }, say) => spelt.filter(({ data }) => data === 'no').map(one => say.misspelt({ flow: one.params.word }, one.at())),
})
const profile: Profile = { id: 'synthetic', roles: ['lb'], resources: [], facts: [words, spelling], checks: [badWord, differ, spelt], trenches: () => [] }
const lbs = [pod('lb', 'lb-1'), pod('lb', 'lb-2')]

async function sweep(probes: Readonly<Record<string, Probe | string>>, limits: { readonly askTimeoutMs?: number; readonly deadlineMs?: number } = {}) {
  const events: SweepEvent[] = []
  const { report } = await sweepTrench({
    profile, trench: trenchOf(...lbs), now: () => 0, lookAgainMs: 0, askTimeoutMs: limits.askTimeoutMs ?? 1000, deadlineMs: limits.deadlineMs ?? 5000,
    cluster: () => ({ run: async () => '', records: () => [] }),
    reach: async subject => {
      const probe = probes[subject.name]
      if (probe === undefined || typeof probe === 'string') throw new Error(probe ?? 'no such pod')
      return probe
    },
    onEvent: event => events.push(event),
  })
  return { report, events, said: report.verdicts.map(verdict => `${subjectKey(verdict.subject)} ${verdict.check} ${verdict.verdict}${verdict.reason ? `: ${verdict.reason}` : ''}`) }
}
const saying = (name: string, first: string, second = first) => syntheticProbe(`red/${name}`, profile.facts, (command, pass) => (command === 'cat /words' ? (pass === 1 ? first : second) : 'yes'))

describe('a sweep', () => {
  test('of a healthy trench looks once, in two waves of one pass', async () => {
    const [one, two] = [saying('lb-1', 'good\n'), saying('lb-2', 'good\n')]
    const { report, said } = await sweep({ 'lb-1': one, 'lb-2': two })
    expect(said).toEqual(['red/lb-1 bad-word ok', 'red/lb-2 bad-word ok', 'trench words-differ ok', 'red/lb-1 misspelt ok', 'red/lb-2 misspelt ok'])
    expect(report.counts).toEqual({ ok: 5, fail: 0, unknown: 0, 'not-applicable': 0, flapping: 0 })
    expect(one.passes).toHaveLength(1)
  })

  test('looks again at what failed, and folds what follows under its root', async () => {
    const one = saying('lb-1', 'bad\n')
    const { report } = await sweep({ 'lb-1': one, 'lb-2': saying('lb-2', 'good\n') })
    expect(one.passes).toHaveLength(2)
    expect(report.findings.map(({ check, explainedBy, flapping }) => ({ check, root: explainedBy === undefined, flapping }))).toEqual([{ check: 'bad-word', root: true, flapping: undefined }, { check: 'words-differ', root: false, flapping: undefined }])
  })

  test('tells a finding that was gone at the second look as flapping, not as fail and not as ok', async () => {
    const { said, report } = await sweep({ 'lb-1': saying('lb-1', 'bad\n', 'good\n'), 'lb-2': saying('lb-2', 'good\n') })
    expect(said.slice(0, 3)).toEqual(['red/lb-1 bad-word flapping', 'red/lb-2 bad-word ok', 'trench words-differ flapping'])
    expect(report.findings.every(({ flapping }) => flapping === true)).toBe(true)
  })

  test('with a pod that cannot be reached ends with the reason, and is never ok there', async () => {
    const { said, report } = await sweep({ 'lb-1': saying('lb-1', 'good\n'), 'lb-2': 'image missing on worker2' })
    expect(said).toEqual([
      'red/lb-1 bad-word ok',
      'red/lb-2 bad-word unknown: words: image missing on worker2',
      'trench words-differ unknown: red/lb-2: words: image missing on worker2',
      'red/lb-1 misspelt ok',
      'red/lb-2 misspelt unknown: words: image missing on worker2',
    ])
    expect(report.pods).toEqual([{ pod: 'red/lb-1', role: 'lb', node: 'worker1', container: 'trenchscope-0001' }, { pod: 'red/lb-2', role: 'lb', node: 'worker1', unreachable: 'image missing on worker2' }])
  })

  test('with a probe that hangs ends within the ask\'s limit', async () => {
    const { said } = await sweep({ 'lb-1': saying('lb-1', 'good\n'), 'lb-2': syntheticProbe('red/lb-2', profile.facts, () => '', { hang: true }) }, { askTimeoutMs: 30 })
    expect(said[1]).toBe('red/lb-2 bad-word unknown: words: no answer within 30 ms')
  })

  test('streams each verdict once, those of quick pods before the slow ones have answered', async () => {
    const { events } = await sweep({ 'lb-1': saying('lb-1', 'good\n'), 'lb-2': saying('lb-2', 'good\n') })
    expect(events.map(event => event.type)).toEqual(['planned', 'reached', 'reached', 'observed', 'observed', 'verdict', 'verdict', 'verdict', 'observed', 'observed', 'verdict', 'verdict', 'report'])
  })

  test('asks a pod that it could not reach no second time, though more was planned for it', async () => {
    const always = defineFact({ id: 'always', version: 1, params: given => given, read: async () => 1 })
    const anyway = defineCheck({ ...spelt, id: 'anyway', reads: { spelt: planned(spelling, { always: cluster(always) }, () => [{ word: 'x' }]) }, judge: () => [] })
    const reached: string[] = []
    await observeTrench({
      profile: { ...profile, facts: [...profile.facts, always] }, trench: trenchOf(pod('lb', 'lb-1')), checks: [badWord, anyway], pass: 'p', now: () => 0, signal: new AbortController().signal, askTimeoutMs: 1000, onEvent: () => undefined,
      cluster: () => ({ run: async () => '', records: () => [] }),
      reach: async ({ name }) => {
        reached.push(name)
        throw new Error('image missing')
      },
    })
    expect(reached).toEqual(['lb-1'])
  })
})
