import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { AnyCheck, Reads } from '#judge/check.ts'
import type { Finding } from '#judge/finding.ts'
import { checks } from '#profiles/meridio/registry.gen.ts'
import { kube, lb2, remove } from './checks/kube.ts'
import { judged, placed, short, told } from './judged.ts'
import { faults } from './recorded-faults.ts'
import type { World } from './recorded-trench.ts'

interface Recorded { readonly id: string; readonly recorded_pods: readonly string[]; readonly expected: readonly { readonly check: string; readonly pod: string }[]; readonly root?: { readonly check: string; readonly pod: string } }

const folder = join(import.meta.dirname, '../../fixtures/trench/faults')
const recorded = (fault: string): Recorded => JSON.parse(readFileSync(join(folder, fault, 'fault.json'), 'utf8'))
const worldOf = (fault: string): World => ({ fault, ...(fault === 'c02-scaled-in-lb' && kube(remove('pods', lb2))) })
const once = new Map<string, ReturnType<typeof judged>>()

/** A recorded fault, judged once for all tests here. */
function judgedFault(fault: string): ReturnType<typeof judged> {
  const seen = once.get(fault) ?? judged(worldOf(fault))
  once.set(fault, seen)
  return seen
}

test('the table holds every recorded fault', () => {
  expect(Object.keys(faults).sort()).toEqual(readdirSync(folder).sort())
})

describe.each(Object.entries(faults))('%s', (fault, { roots, follows, unfound = {} }) => {
  test('names the root first and folds the rest below it', async () => {
    const findings = (await judgedFault(fault)).findings.filter(({ severity }) => severity !== 'note')
    const kinds = (list: readonly Finding[]) => [...new Set(list.map(placed))]
    expect({ roots: kinds(findings.filter(({ explainedBy }) => explainedBy === undefined)), follows: kinds(findings.filter(({ explainedBy }) => explainedBy !== undefined)).sort() }).toEqual({ roots, follows: [...follows].sort() })
  })

  test('finds every expected number of the catalogue in its pod, or says why not', async () => {
    const seen = await judgedFault(fault)
    const missing = missingOf(fault, seen)
    expect(Object.fromEntries(missing.flatMap(({ place, why }) => (why === undefined ? [[place, unfound[place] ?? 'no reason known']] : [])))).toEqual(unfound)
    const { root } = recorded(fault)
    const blind = missing.some(({ number, names }) => number === root?.check && names.some(name => root.pod.includes(name)))
    if (root && !blind) expect(numbered(root.check).map(({ id }) => id)).toContain(seen.findings[0]?.check)
  })
})

test('every word of every fault, and what cannot be found in its recording', async () => {
  const text = await Promise.all(Object.entries(faults).map(async ([fault, { unfound }]) => {
    const seen = await judgedFault(fault)
    const lines = [...told(seen).filter(line => !/^unknown .*was not recorded/.test(line)), ...missingOf(fault, seen).map(({ place, why }) => `expected ${place}: ${why ?? unfound?.[place]}`)]
    return `${fault}\n${lines.map(line => `  ${line}\n`).join('')}`
  }))
  await expect(text.join('\n')).toMatchFileSnapshot('goldens/recorded-faults.txt')
}, 60_000)

test('a finding of one family shows nothing of the other family as its proof', async () => {
  const other = { IPv4: /^ip -j -6 |[ =/]::\/0|master6/, IPv6: /^ip -j -4 |0\.0\.0\.0\/0|master4/ }
  const astray = await Promise.all(Object.keys(faults).map(async fault => (await judgedFault(fault)).findings.flatMap(({ check, about, evidence }) =>
    evidence.filter(({ command }) => about.family !== undefined && other[about.family as keyof typeof other].test(command)).map(({ command }) => `${fault} ${check} ${about.family}: ${command}`))))
  expect(astray.flat()).toEqual([])
}, 60_000)

type Judged = Awaited<ReturnType<typeof judged>>
interface Missing { readonly number: string; readonly names: readonly string[]; readonly place: string; readonly why: string | undefined }

/** What the recording expects and no finding says. `lb-1/lb-2`: seen between them; `lb-1,lb-2`: in each; `tg-*`: in those that were recorded. */
function missingOf(fault: string, { findings, verdicts }: Judged): readonly Missing[] {
  const { expected, recorded_pods: pods } = recorded(fault)
  return expected.flatMap(({ check: number, pod }) => {
    const said = findings.filter(finding => numbered(number).some(({ id }) => id === finding.check))
    const found = (name: string) => said.some(finding => short(finding.subject.name) === name || new RegExp(`\\b${name}\\b`).test(short(finding.text)))
    const places = pod.includes('/') ? [pod.split('/')] : pod.split(',').flatMap(name => (name.endsWith('*') ? pods.filter(known => known.startsWith(name.slice(0, -1))) : [name])).map(name => [name])
    return places.filter(names => !names.some(found)).map(names => ({ number, names, place: `${number} ${names.join('/')}`, why: whyNot(number, names, pods, verdicts) }))
  })
}

/** Checks whose source names a number of knowledge's check catalogue. */
function numbered(number: string): readonly AnyCheck[] {
  return checks.filter(({ source }) => source.match(/\b[KLNPTX]\d\d\b/g)?.some(found => found === number))
}

/** Reasons that the checks and the recording tell; others stand in the table. */
function whyNot(number: string, names: readonly string[], pods: readonly string[], verdicts: Judged['verdicts']): string | undefined {
  const asked = numbered(number)
  if (asked.length === 0) return `no check of ${number} yet`
  if (!names.some(name => pods.includes(name))) return `${names.join('/')} was not recorded`
  const silent = asked.every(check => Object.values(check.reads as Reads).some(read => read.kind === 'planned' && read.fact.id === 'ping') &&
    verdicts.some(verdict => verdict.check === check.id && verdict.verdict === 'unknown' && names.includes(short(verdict.subject.name))))
  return silent ? 'neither the neighbour table shows it yet, nor were pings recorded' : undefined
}
