import { expect, test } from 'vitest'
import type { Finding, Verdict } from '#judge/finding.ts'
import { exitCodeOf, reportLines } from '../../controller/cli/report-text.ts'
import { countVerdicts, type SweepReport } from '../../controller/sweep/report.ts'
import { pod, trenchOf } from '../judge/synthetic.ts'

const lb1 = pod('lb', 'lb-1')
const finding = (check: string, severity: Finding['severity'], more: Partial<Finding> = {}): Finding => ({
  key: `${check}-key`, check, severity, trench: 'c/red/red', subject: lb1, message: 'm', text: `${check} is so`, about: {}, why: '', fix: `mend the ${check}`,
  evidence: [{ pod: 'red/lb-1', fact: 'ip-rules', command: 'ip -j -4 rule', pointer: '/1', container: 'trenchscope-0001', argv: [], exitCode: 0, at: 0, excerpt: '{"priority":1}' }], ...more,
})
const verdict = (check: string, kind: Verdict['verdict'], findings: readonly Finding[] = [], reason?: string): Verdict => ({ check, subject: lb1, severity: 'loss', verdict: kind, unseen: [], findings, ...(reason !== undefined && { reason }) })

function reportOf(verdicts: readonly Verdict[]): SweepReport {
  return { id: 's', profile: 'meridio', trench: trenchOf(lb1), startedAt: 0, endedAt: 12, pods: [], counts: countVerdicts(verdicts), findings: verdicts.flatMap(({ findings }) => findings), verdicts }
}
const print = (verdicts: readonly Verdict[], all = false) => `\n${reportLines([reportOf(verdicts)], { colour: false, all }).join('\n')}\n`

const root = finding('cable-cut', 'outage')
const world = [
  verdict('cable-cut', 'fail', [root]),
  verdict('link-down', 'fail', [finding('link-down', 'loss', { explainedBy: root.key })]),
  verdict('bird-down', 'unknown', [], 'bird-status: no probe: ErrImageNeverPull'),
  verdict('bgp-session-down', 'unknown', [], 'bird-protocols: no probe: ErrImageNeverPull'),
  verdict('other', 'ok'),
]

test('a root stands first, what follows is folded under it, one reason that blinds many checks is one line', () => {
  expect(print(world)).toMatchInlineSnapshot(`
    "
    red  outage     lb-1  cable-cut  cable-cut is so
        seen  ip -j -4 rule at /1: {"priority":1}
        fix   mend the cable-cut
    red  > follows  lb-1  1 more     link-down
    red  unknown    lb-1  2 checks   bird-status: no probe: ErrImageNeverPull
    red  1 found                     5 judged by 5 checks, 2 unknown, 12 ms
    "
  `)
})

test('what counts is told with its first proof and, once for each check, how to mend it; a note and what is silenced with neither', () => {
  const proof = { ...root.evidence[0]!, pod: 'cluster', command: 'kubectl get pods -o json', excerpt: `{"name":"${'x'.repeat(300)}"}` }
  const report = reportOf([verdict('a', 'fail', [finding('a', 'loss'), { ...finding('a', 'loss', { evidence: [proof] }), key: 'other' }]), verdict('n', 'fail', [finding('n', 'note')]), verdict('s', 'fail', [finding('s', 'loss')])])
  const silenced = { ...report, findings: report.findings.map(one => (one.check === 's' ? { ...one, silenced: { id: 'i', reason: 'known', until: 1, by: 'me' } } : one)) }
  expect(reportLines([silenced as typeof report], { colour: false, all: false })).toEqual([
    'red  loss      lb-1  a  a is so', '    seen  ip -j -4 rule at /1: {"priority":1}', '    fix   mend the a',
    'red  loss      lb-1  a  a is so', `    seen  cluster$ kubectl get pods -o json at /1: {"name":"${'x'.repeat(109)}…`,
    'red  note      lb-1  n  n is so', 'red  silenced  lb-1  s  s is so (known)', expect.stringMatching(/^red  4 found /),
  ])
})

test('with --all every symptom and unknown has its line, and the proof stands below', () => {
  expect(print(world, true)).toMatchInlineSnapshot(`
    "
    red  outage   lb-1  cable-cut         cable-cut is so
        lb-1$ ip -j -4 rule at /1: {"priority":1}
        fix   mend the cable-cut
    red  > loss   lb-1  link-down         link-down is so
        lb-1$ ip -j -4 rule at /1: {"priority":1}
    red  unknown  lb-1  bird-down         bird-status: no probe: ErrImageNeverPull
    red  unknown  lb-1  bgp-session-down  bird-protocols: no probe: ErrImageNeverPull
    red  1 found                          5 judged by 5 checks, 2 unknown, 12 ms
    "
  `)
})

test('one gateway that two load balancers cannot reach is told once', () => {
  const about = { family: 'IPv4', gateway: '169.254.101.254' }
  const seen = [lb1, pod('lb', 'lb-2')].map(subject => ({ ...finding('gateway-unreachable', 'outage', { about, subject }), key: subject.name }))
  expect(print([verdict('gateway-unreachable', 'fail', seen)])).toMatchInlineSnapshot(`
    "
    red  outage     lb-1  gateway-unreachable  gateway-unreachable is so
        seen  ip -j -4 rule at /1: {"priority":1}
        fix   mend the gateway-unreachable
    red  > as well  lb-2  gateway-unreachable  IPv4 169.254.101.254
    red  2 found                               1 judged by 1 checks, 0 unknown, 12 ms
    "
  `)
})

test('a healthy trench is one line', () => {
  expect(print([verdict('other', 'ok')])).toBe('\nred  ok      1 judged by 1 checks, 0 unknown, 12 ms\n')
})

test.each<[string, readonly Verdict[], number]>([
  ['all ok', [verdict('a', 'ok'), verdict('b', 'not-applicable')], 0],
  ['a note', [verdict('a', 'fail', [finding('a', 'note')])], 0],
  ['a finding', [verdict('a', 'fail', [finding('a', 'risk')])], 1],
  ['something not seen', [verdict('a', 'ok'), verdict('b', 'unknown', [], 'x: y')], 2],
  ['a finding and something not seen', world, 1],
])('exit code of %s', (_, verdicts, code) => {
  expect(exitCodeOf([reportOf(verdicts)])).toBe(code)
})

test('what is silenced does not count for the exit code, whatever its severity; what is not does', () => {
  const report = reportOf([verdict('a', 'fail', [finding('a', 'outage')]), verdict('b', 'fail', [finding('b', 'loss')])])
  const silenced = { id: 's', reason: 'known', until: 1 }
  const quiet = (count: number) => ({ ...report, findings: report.findings.map((each, index) => (index < count ? { ...each, silenced } : each)) })
  expect([quiet(0), quiet(1), quiet(2)].map(each => exitCodeOf([each]))).toEqual([1, 1, 0])
})

test('colour marks severities only, and can be told off', () => {
  const lines = (colour: boolean) => reportLines([reportOf(world)], { colour, all: false })
  expect(lines(true)[0]).toContain('\u001b[31m')
  expect(lines(false).join()).not.toContain('\u001b[')
})

test('pods that were seen through their logs are told, folded into one line, and change nothing about the exit code', () => {
  const seen = (name: string) => ({ pod: `red/${name}`, role: 'lb' as const, node: 'w1', container: 'trenchscope-0002', degraded: 'trenchscope-0001 runs, but did not connect' })
  const report = { ...reportOf([verdict('other', 'ok')]), pods: [seen('lb-1'), seen('lb-2')] }
  const lines = (all: boolean) => reportLines([report], { colour: false, all }).slice(0, -1)
  expect([lines(false), lines(true), exitCodeOf([report])]).toEqual([
    ['red  degraded  2 pods    seen through the log: trenchscope-0001 runs, but did not connect'],
    ['red  degraded  lb-1    seen through its log: trenchscope-0001 runs, but did not connect', 'red  degraded  lb-2    seen through its log: trenchscope-0001 runs, but did not connect'],
    0,
  ])
})

test('what a pod printed commands no terminal and begins no line of its own', () => {
  const [evidence] = root.evidence
  const text = print([verdict('cable-cut', 'fail', [{ ...root, text: 'gone\x1b[2J\x9b8m\nred  ok  all is well \u202egnp', evidence: [{ ...evidence!, excerpt: '\x1b]52;c;cm0gLXJmIC8=\x07' }] }])], true)
  expect(text).toMatchInlineSnapshot(`
    "
    red  outage   lb-1  cable-cut  gone\\u001b[2J\\u009b8m\\u000ared  ok  all is well \\u202egnp
        lb-1$ ip -j -4 rule at /1: \\u001b]52;c;cm0gLXJmIC8=\\u0007
        fix   mend the cable-cut
    red  1 found                   1 judged by 1 checks, 0 unknown, 12 ms
    "
  `)
})
