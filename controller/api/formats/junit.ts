import type { Verdict } from '#judge/finding.ts'
import { subjectKey } from '#judge/subject.ts'
import type { FindingView, ReportView } from '../silenced.ts'
import { escapeXml } from './xml.ts'

/**
 * JUnit XML as CI systems read it (Jenkins' junit-10.xsd): a suite per trench, a case per check and subject. `fail` and `flapping` are failures, `unknown` is an error,
 * `not-applicable` and what is silenced is skipped with the reason.
 */
export function junitOf(reports: readonly ReportView[]): string {
  const suites = reports.map(report => suiteOf(report))
  const total = (count: keyof Counts): number => suites.reduce((sum, suite) => sum + suite[count], 0)
  const time = reports.reduce((sum, report) => sum + report.endedAt - report.startedAt, 0)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="trenchscope" tests="${total('tests')}" failures="${total('failures')}" errors="${total('errors')}" time="${seconds(time)}">`,
    ...suites.flatMap(suite => suite.lines),
    '</testsuites>',
    '',
  ].join('\n')
}

interface Counts { readonly tests: number; readonly failures: number; readonly errors: number; readonly skipped: number }

function suiteOf(report: ReportView): Counts & { readonly lines: readonly string[] } {
  const cases = report.verdicts.map(verdict => ({ verdict, outcome: outcomeOf(verdict) }))
  const count = (outcome: Outcome): number => cases.filter(each => each.outcome === outcome).length
  const counts = { tests: cases.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') }
  const name = `${report.trench.cluster.name}/${report.trench.namespace}/${report.trench.name}`
  return {
    ...counts,
    lines: [
      `  <testsuite${attributes({ name, id: report.id, tests: counts.tests, failures: counts.failures, errors: counts.errors, skipped: counts.skipped, time: seconds(report.endedAt - report.startedAt), timestamp: new Date(report.startedAt).toISOString().slice(0, 19) })}>`,
      ...cases.flatMap(({ verdict, outcome }) => caseOf(verdict, outcome, name)),
      '  </testsuite>',
    ],
  }
}

type Outcome = 'passed' | 'failure' | 'error' | 'skipped'

function outcomeOf({ verdict, findings }: Verdict): Outcome {
  if (verdict === 'ok') return 'passed'
  if (verdict === 'unknown') return 'error'
  if (verdict === 'not-applicable') return 'skipped'
  return findings.length > 0 && findings.every(finding => (finding as FindingView).silenced) ? 'skipped' : 'failure'
}

function caseOf(verdict: Verdict, outcome: Outcome, suite: string): string[] {
  const open = `    <testcase${attributes({ name: `${verdict.check} ${subjectKey(verdict.subject)}`, classname: `${suite}.${verdict.check}`, time: '0' })}`
  if (outcome === 'passed') return [`${open}/>`]
  const findings = verdict.findings as readonly FindingView[]
  const message = outcome === 'failure' ? findings.map(({ text }) => text).join('; ') : (verdict.reason ?? findings.map(({ silenced }) => `silenced: ${silenced?.reason}`).join('; '))
  if (outcome === 'skipped') return [`${open}>`, `      <skipped${attributes({ message })}/>`, '    </testcase>']
  const body = outcome === 'failure' ? findings.map(detailsOf).join('\n') : verdict.unseen.join('\n')
  return [`${open}>`, `      <${outcome}${attributes({ message, type: outcome === 'failure' ? (findings[0]?.severity ?? verdict.severity) : 'unknown' })}>${escapeXml(body).replaceAll('&#10;', '\n')}</${outcome}>`, '    </testcase>']
}

function detailsOf(finding: FindingView): string {
  const proof = finding.evidence.map(({ pod, command, line, pointer, excerpt }) => `${pod}$ ${command}${line === undefined ? (pointer ?? '') : `:${line}`}  ${excerpt.split('\n')[0]}`)
  const captures = (finding.captures ?? []).map(({ ring }) => `packets of the time before: /v1/rings/${ring}/file`)
  return [`${finding.severity}: ${finding.text}${finding.flapping ? ' (seen in one of two looks)' : ''}${finding.explainedBy ? ` (follows from ${finding.explainedBy})` : ''}`, `why: ${finding.why}`, `fix: ${finding.fix}`, ...proof, ...captures].join('\n')
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3)
const attributes = (values: Readonly<Record<string, string | number>>): string => Object.entries(values).map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`).join('')
