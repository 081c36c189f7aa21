import type { Severity } from '#judge/check.ts'
import { subjectKey } from '#judge/subject.ts'
import type { CheckView } from '../checks.ts'
import type { FindingView, ReportView } from '../silenced.ts'

/**
 * SARIF 2.1.0 (OASIS): a run per trench, a rule per check, a result per finding. A finding's key is its fingerprint, so that consumers know it again; evidence are logical locations
 * (`namespace/pod` and the command), the recorded line is the snippet; what was silenced is a suppression; what could not be looked at is a notification, and the run is not successful.
 */
export function sarifOf(reports: readonly ReportView[], checks: readonly CheckView[], version: string): object {
  return { $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json', version: '2.1.0', runs: reports.map(report => runOf(report, checks, version)) }
}

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { outage: 'error', loss: 'error', risk: 'warning', note: 'note' }

function runOf(report: ReportView, checks: readonly CheckView[], version: string): object {
  const used = [...new Set([...report.findings, ...report.verdicts].map(({ check }) => check))]
  const rules = used.map(id => ruleOf(id, checks.find(check => check.id === id), report))
  const blind = report.verdicts.filter(({ verdict }) => verdict === 'unknown')
  return {
    tool: { driver: { name: 'trenchscope', semanticVersion: version, rules } },
    automationDetails: { id: `trenchscope/${report.trench.id}/${report.id}` },
    invocations: [{
      executionSuccessful: blind.length === 0, startTimeUtc: new Date(report.startedAt).toISOString(), endTimeUtc: new Date(report.endedAt).toISOString(),
      toolExecutionNotifications: blind.map(({ check, subject, reason = 'unknown' }) => ({ level: 'warning', message: { text: `${subjectKey(subject)}: ${reason}` }, associatedRule: { id: check, index: used.indexOf(check) } })),
    }],
    results: report.findings.map(finding => resultOf(finding, used.indexOf(finding.check), report)),
  }
}

function ruleOf(id: string, check: CheckView | undefined, report: ReportView): object {
  const severity = check?.severity ?? report.verdicts.find(verdict => verdict.check === id)?.severity ?? 'note'
  return {
    id, defaultConfiguration: { level: levels[severity] }, properties: { severity },
    ...(check && { shortDescription: { text: check.why }, help: { text: check.fix }, fullDescription: { text: `${check.why} Source: ${check.source}` } }),
  }
}

function resultOf(finding: FindingView, ruleIndex: number, report: ReportView): object {
  return {
    ruleId: finding.check, ruleIndex, level: levels[finding.severity], kind: 'fail', message: { text: finding.text },
    fingerprints: { 'trenchscope/key/v1': finding.key },
    locations: [{ logicalLocations: [{ name: finding.subject.name, fullyQualifiedName: `${report.trench.id}/${subjectKey(finding.subject)}`, kind: 'resource' }] }],
    relatedLocations: finding.evidence.map(({ pod, command, line, pointer, excerpt }, index) => ({
      id: index, message: { text: `${pod}$ ${command}${pointer ?? ''}` },
      // a recorded output is no file of a repository; its address is that of the API
      physicalLocation: { artifactLocation: { uri: `trenchscope:/records/${encodeURIComponent(pod)}/${encodeURIComponent(command)}` }, region: { startLine: line ?? 1, snippet: { text: excerpt } } },
    })),
    ...(finding.captures && { attachments: finding.captures.map(({ ring, frozenAt }) => ({ description: { text: `packets until ${new Date(frozenAt).toISOString()}` }, artifactLocation: { uri: `trenchscope:/v1/rings/${ring}/file` } })) }),
    ...(finding.silenced && { suppressions: [{ kind: 'external', status: 'accepted', justification: finding.silenced.reason }] }),
    properties: { severity: finding.severity, about: finding.about, ...(finding.flapping && { flapping: true }), ...(finding.explainedBy !== undefined && { explainedBy: finding.explainedBy }) },
  }
}
