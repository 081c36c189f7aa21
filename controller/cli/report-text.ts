import { styleText } from 'node:util'
import { type Severity, severities } from '#judge/check.ts'
import type { Finding, Proof, Verdict } from '#judge/finding.ts'
import { type Subject, subjectKey } from '#judge/subject.ts'
import type { FindingView, ReportView } from '../api/silenced.ts'
import { visible } from './visible.ts'

export interface TextOptions {
  readonly colour: boolean
  /** every symptom and unknown on its own line, and the evidence below each finding */
  readonly all: boolean
}

type Row = readonly [trench: string, mark: string, pod: string, check: string, text: string]

/**
 * Reports as lines: trench, severity, pod, check, text; worst first, roots before what follows from them, one finding per line, columns that survive grep.
 * Below a root stand what was seen and how to mend it; symptoms fold into one line unless `all`.
 */
export function reportLines(reports: readonly ReportView[], options: TextOptions): string[] {
  const rows = reports.flatMap(report => rowsOf(report, options)).map(row => (typeof row === 'string' ? visible(row) : row.map(visible)))
  const widths = [0, 1, 2, 3].map(column => Math.max(...rows.map(row => (typeof row === 'string' ? 0 : (row[column]?.length ?? 0))), 0))
  return rows.map(row => (typeof row === 'string' ? row : row.map((cell, column) => (column < 4 ? paint(cell.padEnd(widths[column] ?? 0), column === 1 ? cell : '', options) : cell)).join('  ').trimEnd()))
}

/** From which severity on a finding fails the command; `never`: none does. */
export const failLevels = [...severities, 'never'] as const
export type FailLevel = (typeof failLevels)[number]

/** 0 all ok, 1 findings of at least `failOn` that are not silenced, 2 something could not be looked at. */
export function exitCodeOf(reports: readonly ReportView[], failOn: FailLevel = 'risk'): 0 | 1 | 2 {
  const counts = ({ severity, silenced }: FindingView): boolean => silenced === undefined && severities.indexOf(severity) <= (severities as readonly string[]).indexOf(failOn)
  if (reports.some(report => report.findings.some(counts))) return 1
  return reports.some(report => report.counts.unknown > 0) ? 2 : 0
}

function rowsOf(report: ReportView, options: TextOptions): (Row | string)[] {
  const trench = report.trench.name
  const symptoms = Map.groupBy(report.findings.filter(finding => finding.explainedBy !== undefined), finding => finding.explainedBy)
  const blind = Map.groupBy(report.verdicts.filter(verdict => verdict.verdict === 'unknown' && verdict.explainedBy !== undefined), verdict => verdict.explainedBy)
  const roots = report.findings.filter(finding => finding.explainedBy === undefined)
  const told = new Set<string>()
  const rows = [...Map.groupBy(roots, sameThing).values()].flatMap(same => same.flatMap((root, index): (Row | string)[] => [
    // one thing seen from several pods is told once
    index === 0 || options.all ? findingRow(trench, root) : [trench, '> as well', podOf(root.subject), root.check, Object.values(root.about).join(' ')],
    ...(options.all ? evidenceLines(root) : index === 0 ? seenLine(root) : []),
    ...fixLine(root, told),
    ...captureLines(root),
    ...followers(trench, symptoms.get(root.key) ?? [], blind.get(root.key) ?? [], options),
  ]))
  rows.push(...unknownRows(trench, report.verdicts.filter(verdict => verdict.verdict === 'unknown' && verdict.explainedBy === undefined), options))
  rows.push(...degradedRows(report, options))
  const judged = report.verdicts.length - report.counts['not-applicable']
  const total = `${judged} judged by ${new Set(report.verdicts.map(verdict => verdict.check)).size} checks, ${report.counts.unknown} unknown, ${report.endedAt - report.startedAt} ms`
  rows.push([trench, exitCodeOf([report]) === 0 ? 'ok' : `${roots.length} found`, '', '', total])
  return rows
}

function findingRow(trench: string, finding: FindingView): Row {
  return [trench, finding.silenced ? 'silenced' : finding.flapping ? 'flapping' : finding.severity, podOf(finding.subject), finding.check, `${finding.text}${finding.silenced ? ` (${finding.silenced.reason})` : ''}`]
}

function followers(trench: string, findings: readonly Finding[], verdicts: readonly Verdict[], options: TextOptions): (Row | string)[] {
  if (options.all) {
    return [
      ...findings.flatMap((finding): (Row | string)[] => [[trench, `> ${finding.severity}`, podOf(finding.subject), finding.check, finding.text], ...evidenceLines(finding), ...captureLines(finding)]),
      ...verdicts.map((verdict): Row => [trench, '> unknown', podOf(verdict.subject), verdict.check, verdict.reason ?? '']),
    ]
  }
  const names = [...new Set([...findings, ...verdicts].map(({ check }) => check))]
  if (names.length === 0) return []
  const pods = [...new Set([...findings, ...verdicts].map(({ subject }) => podOf(subject)))]
  return [[trench, '> follows', pods.length === 1 ? (pods[0] ?? '') : `${pods.length} pods`, `${findings.length + verdicts.length} more`, names.join(', ')]]
}

/** One reason that blinds many checks of one pod is one line. */
function unknownRows(trench: string, verdicts: readonly Verdict[], options: TextOptions): Row[] {
  if (options.all) return verdicts.map(verdict => [trench, 'unknown', podOf(verdict.subject), verdict.check, verdict.reason ?? ''])
  const groups = Map.groupBy(verdicts, verdict => `${subjectKey(verdict.subject)}\0${verdict.reason?.split(': ').slice(1).join(': ')}`)
  return [...groups.values()].map(group => {
    const [first] = group as [Verdict]
    const reason = first.reason ?? ''
    return [trench, 'unknown', podOf(first.subject), group.length === 1 ? first.check : `${group.length} checks`, group.length === 1 ? reason : reason.split('; ')[0] ?? reason]
  })
}

/** Pods seen by the second way; what keeps them from the link is worth a look of its own. */
function degradedRows({ trench, pods }: ReportView, options: TextOptions): Row[] {
  const degraded = pods.filter(pod => pod.degraded !== undefined)
  if (options.all) return degraded.map(({ pod, degraded: why = '' }) => [trench.name, 'degraded', pod.split('/').at(-1) ?? pod, '', `seen through its log: ${why}`])
  const [first] = degraded
  return first ? [[trench.name, 'degraded', degraded.length === 1 ? (first.pod.split('/').at(-1) ?? first.pod) : `${degraded.length} pods`, '', `seen through the log: ${first.degraded}`]] : []
}

/** Findings of one check about one named thing, whichever pod saw it. What names nothing stands for itself. */
function sameThing(finding: Finding): string {
  return Object.keys(finding.about).length === 0 || finding.about.gateway === undefined ? finding.key : JSON.stringify([finding.check, finding.message, finding.about])
}

/** Where the packets of the time before are. */
function captureLines({ captures = [] }: Finding): string[] {
  return captures.map(({ ring }) => `    packets of the time before: trenchscope trace freeze ${ring} -w FILE`)
}

/** The recorded proof: where it was read, the command, the line or place, and what stands there; of a flap also what the other look saw, the times as the pod's clock has them. */
function evidenceLines({ evidence, otherLook = [] }: Finding): string[] {
  const line = (proof: Proof, timed: boolean): string => `    ${proof.pod.split('/').at(-1)}$ ${proofText(proof, timed ? ` (${new Date(proof.at).toISOString().slice(11, 23)})` : '')}`
  return [...evidence.map(proof => line(proof, otherLook.length > 0)), ...otherLook.map(proof => line(proof, true))]
}

/** Of what must be acted upon the first proof, as much of it as a screen has room for. */
function seenLine({ severity, silenced, subject, evidence: [proof] }: FindingView): string[] {
  if (!proof || silenced || severity === 'note') return []
  const pod = proof.pod.split('/').at(-1) ?? ''
  const text = `${pod === podOf(subject) ? '' : `${pod}$ `}${proofText(proof)}`
  return [`    seen  ${text.length > maxSeen ? `${text.slice(0, maxSeen - 1)}…` : text}`]
}

/** How to mend it, once for each check. */
function fixLine({ severity, silenced, check, fix }: FindingView, told: Set<string>): string[] {
  if (silenced || severity === 'note' || fix === '' || told.has(check)) return []
  told.add(check)
  return [`    fix   ${fix}`]
}

function proofText({ command, line, pointer, excerpt }: Proof, when = ''): string {
  const place = line === undefined ? (pointer === undefined ? '' : ` at ${pointer}`) : ` line ${line}`
  return `${command}${place}${when}: ${excerpt.split('\n')[0]?.trim() ?? ''}`
}

function podOf(subject: Subject): string {
  return subject.role === 'trench' || subject.role === 'cluster' ? '-' : subject.name
}

const colours: Readonly<Record<Severity | 'unknown' | 'degraded' | 'ok' | 'flapping', Parameters<typeof styleText>[0]>> = { outage: ['bold', 'red'], loss: 'red', risk: 'yellow', note: 'cyan', unknown: 'magenta', degraded: 'yellow', flapping: 'yellow', ok: 'green' }

function paint(padded: string, mark: string, options: TextOptions): string {
  const colour = colours[mark as keyof typeof colours]
  return options.colour && colour ? styleText(colour, padded, { validateStream: false }) : padded
}

const maxSeen = 160
