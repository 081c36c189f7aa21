import { expect, test } from 'vitest'
import { type About, defineCheck, type Severity } from '#judge/check.ts'
import { explainVerdicts, orderFindings } from '#judge/causes.ts'
import type { Finding, Verdict } from '#judge/finding.ts'
import type { Subject } from '#judge/subject.ts'
import { pod } from './synthetic.ts'

const check = (id: string, severity: Severity, explains: string[] = []) => defineCheck({ id, subject: 'lb', severity, reads: {}, messages: {}, why: '', fix: '', source: 'synthetic', explains, judge: () => [] })
const checks = [check('cable-cut', 'loss', ['link-down', 'blind']), check('link-down', 'outage', ['unreachable']), check('unreachable', 'loss'), check('blind', 'note')]
const lb1 = pod('lb', 'lb-1')
const lb2 = pod('lb', 'lb-2')

function fails(id: string, subject: Subject, about: About = {}): Verdict {
  const severity = checks.find(known => known.id === id)?.severity ?? 'note'
  const finding = { key: `${id} ${subject.name} ${Object.values(about).join(' ')}`.trim(), check: id, severity, subject, about, text: id } as unknown as Finding
  return { check: id, subject, severity, verdict: 'fail', unseen: [], findings: [finding] }
}
const causes = (...verdicts: Verdict[]) => explainVerdicts(verdicts, checks).flatMap(verdict => verdict.findings.map(finding => [finding.key, finding.explainedBy]))

test('a symptom is marked with its root, through what lies between', () => {
  expect(causes(fails('unreachable', lb1), fails('link-down', lb1), fails('cable-cut', lb1))).toEqual([['unreachable lb-1', 'cable-cut lb-1'], ['link-down lb-1', 'cable-cut lb-1'], ['cable-cut lb-1', undefined]])
})

test.each<[string, Verdict, Verdict, boolean]>([
  ['another pod', fails('link-down', lb1), fails('unreachable', lb2), false],
  ['another family', fails('link-down', lb1, { family: 'IPv4' }), fails('unreachable', lb1, { family: 'IPv6' }), false],
  ['no family on one side', fails('link-down', lb1), fails('unreachable', lb1, { family: 'IPv6' }), true],
  ['another target', fails('link-down', lb1, { target: 't1' }), fails('unreachable', lb1, { target: 't2' }), false],
  ['one target, seen from two pods', fails('link-down', lb1, { target: 't1' }), fails('unreachable', lb2, { target: 't1' }), true],
  ['another interface of the pod', fails('link-down', lb1, { interface: 'a' }), fails('unreachable', lb1, { interface: 'b' }), false],
])('%s', (_, cause, symptom, meets) => {
  expect(causes(cause, symptom)[1]?.[1] !== undefined).toBe(meets)
})

test('pods that the profile sets side by side do not explain each other, though they speak of one target', () => {
  const row = (subject: Subject, about: About) => ({ about, places: [], row: subject.role })
  const verdicts = [fails('link-down', lb1, { target: 't1' }), fails('unreachable', lb2, { target: 't1' }), fails('unreachable', lb1, { target: 't1' })]
  expect(explainVerdicts(verdicts, checks, row).flatMap(verdict => verdict.findings.map(finding => finding.explainedBy))).toEqual([undefined, undefined, 'link-down lb-1 t1'])
})

test('a finding about the trench stands everywhere, unless it names a pod', () => {
  const trench = { ...pod('trench', 'red'), role: 'trench' as const }
  expect(causes(fails('link-down', lb1), fails('unreachable', trench))[1]?.[1]).toBe('link-down lb-1')
  expect(causes(fails('link-down', lb1), fails('unreachable', trench, { pod: 'red/lb-1' }))[1]?.[1]).toBe('link-down lb-1')
  expect(causes(fails('link-down', lb1), fails('unreachable', trench, { pod: 'red/lb-2' }))[1]?.[1]).toBeUndefined()
})

test('a check that could not look is explained by what blinds it', () => {
  const blind: Verdict = { check: 'blind', subject: lb1, severity: 'note', verdict: 'unknown', reason: 'x', unseen: [], findings: [] }
  expect(explainVerdicts([blind, fails('cable-cut', lb1)], checks)[0]?.explainedBy).toBe('cable-cut lb-1')
})

test('two checks that explain each other leave one root', () => {
  const ring = [check('a', 'loss', ['b']), check('b', 'risk', ['a'])]
  const verdicts = ['b', 'a'].map(id => ({ ...fails(id, lb1), findings: [{ ...fails(id, lb1).findings[0], severity: id === 'a' ? 'loss' : 'risk' } as Finding] }))
  expect(explainVerdicts(verdicts, ring).flatMap(verdict => verdict.findings.map(finding => finding.explainedBy))).toEqual(['a lb-1', undefined])
})

test('what flaps explains only what nothing that stands explains, and comes after it', () => {
  const flapping = (verdict: Verdict): Verdict => ({ ...verdict, verdict: 'flapping', findings: verdict.findings.map(finding => ({ ...finding, flapping: true })) })
  const two = [check('a', 'outage', ['c']), check('b', 'loss', ['c']), check('c', 'risk')]
  const of = (id: string, severity: Severity) => ({ ...fails(id, lb1), findings: fails(id, lb1).findings.map(finding => ({ ...finding, severity })) })
  const told = (...verdicts: Verdict[]) => orderFindings(explainVerdicts(verdicts, two)).map(({ check, explainedBy }) => `${check}${explainedBy ? ` of ${explainedBy}` : ''}`)
  expect(told(of('a', 'outage'), of('b', 'loss'), of('c', 'risk'))).toEqual(['a', 'c of a lb-1', 'b'])
  expect(told(flapping(of('a', 'outage')), of('b', 'loss'), of('c', 'risk'))).toEqual(['b', 'c of b lb-1', 'a'])
  expect(told(flapping(of('a', 'outage')), of('c', 'risk'))).toEqual(['a', 'c of a lb-1'])
})

test('a root stands before what it explains, and groups come by the worst in them', () => {
  const verdicts = explainVerdicts([fails('unreachable', lb2), fails('unreachable', lb1), fails('link-down', lb1), fails('cable-cut', lb1)], checks)
  expect(orderFindings(verdicts).map(finding => finding.key)).toEqual(['cable-cut lb-1', 'link-down lb-1', 'unreachable lb-1', 'unreachable lb-2'])
})
