import { expect, test } from 'vitest'
import type { Finding, Verdict } from '#judge/finding.ts'
import { judged, placed, short } from './judged.ts'
import { pings, type World } from './recorded-trench.ts'

/** Every verdict, then every finding with what it stands on: a diff is reviewed like code. */
test.each<[string, World]>([
  ['healthy', {}],
  ['f41-lb-proxy-link-down', { fault: 'f41-lb-proxy-link-down' }],
])('the whole recorded trench, judged in full: %s', async (name, world) => {
  const { verdicts, findings } = await judged({ ...world, synthetic: pings() })
  await expect([...verdicts.map(verdictLine), '', ...findings.flatMap(findingLines), ''].join('\n')).toMatchFileSnapshot(`goldens/${name}.txt`)
})

function verdictLine({ subject, check, verdict, reason }: Verdict): string {
  return `red ${short(subject.name).padEnd(5)} ${verdict.padEnd(14)} ${check}${reason === undefined ? '' : `: ${short(reason)}`}`
}

function findingLines(finding: Finding): string[] {
  const proofs = finding.evidence.map(({ pod, command, line, pointer, excerpt }) => `    ${short(pod)}$ ${command} ${line ?? pointer ?? ''}  ${short(excerpt.split('\n')[0] ?? '').slice(0, 120)}`)
  return [`red ${finding.explainedBy === undefined ? '' : '> '}${finding.severity} ${placed(finding)}: ${short(finding.text)}`, ...proofs]
}
