// `npm run faults [-- --shape SHAPE] [--bird VERSION|PROGRAM] [ID … | --all | two [ID+ID …] | recovery [NAME …]]`: injects each fault (or each pair, or one while another heals) into one lab, sweeps, and prints what was named and what was folded.
// `--markdown`: as docs/faults.md has it. Exit 1 when a root was not named or healing did not bring ok back.
import { parseArgs } from 'node:util'
import { table } from '../../controller/cli/table.ts'
import { type Bed, said, startBed, unknowns } from './bed.ts'
import { pairNamed, pairRound, pairs } from './fault-pair.ts'
import { nameOf, recoveries, recoveryRound } from './fault-recovery.ts'
import { faultRound, isWell } from './fault-round.ts'
import { faultNamed, faults } from './trench/faults/index.ts'
import { type ShapeName, shapeNamed } from './trench/shapes.ts'

/** Issue 2's list; the lab knows more (`trenchscope lab faults`). */
const named = 'f01 f03 f05 f07 f09 f11 f12 f14 f15 f18 f19 f21 f22 f30 f31 f37'

/** What a shape shows that the standard one cannot. */
const ofShape: Readonly<Record<ShapeName, string>> = { standard: named, 'single-lb': 'f14 f31 f37', 'three-lb': 'f18 f21 f37', 'ipv6-only': 'f03v6 f14 f22v6', 'two-trenches': 'f01 f22 f23' }

const { values, positionals: words } = parseArgs({ options: { shape: { type: 'string', default: 'standard' }, bird: { type: 'string' }, all: { type: 'boolean', default: false }, markdown: { type: 'boolean', default: false } }, allowPositionals: true })
const shape = shapeNamed(values.shape)
const bed = await startBed({ lookAgainMs: 1000, shape, ...(values.bird !== undefined && { bird: values.bird }) })
let failed = 0
try {
  for (const { trench } of bed.lab.trench.shape) {
    const healthy = await bed.sweep(undefined, undefined, trench)
    if (!isWell(healthy)) throw new Error(`${trench} is not healthy to begin with: ${[...said(healthy), ...unknowns(healthy)].join('; ')}`)
  }
  const rows = words[0] === 'two' ? await runPairs(bed, words.slice(1)) : words[0] === 'recovery' ? await runRecoveries(bed, words.slice(1)) : await runFaults(bed, values.all ? faults.map(({ id }) => id) : words.length > 0 ? words : ofShape[shape].split(' '))
  process.stdout.write(`${(values.markdown ? markdown(rows) : table(rows)).join('\n')}\n${rows.length - 1 - failed} of ${rows.length - 1}: roots named, ok after healing\n`)
} finally {
  await bed.close()
}
process.exitCode = failed === 0 ? 0 : 1

async function runFaults(bed: Bed, names: readonly string[]): Promise<string[][]> {
  const rows = [['FAULT', 'ROOT', 'HEALED', 'FIRST FINDING', 'FOLDED SYMPTOMS', 'OTHER ROOTS']]
  for (const fault of names.map(faultNamed)) {
    const sick: string[] = []
    const round = await faultRound(bed, fault, {
      meanwhile: async () => { for (const { trench } of bed.lab.trench.shape.slice(1)) if (!isWell(await bed.sweep(undefined, undefined, trench))) sick.push(`trench ${trench}`) },
    })
    if (!round.rootNamed || !round.healed || sick.length > 0) failed++
    process.stderr.write(`${round.fault}: ${round.rootNamed ? 'root named' : 'ROOT NOT NAMED'}, ${round.folded} folded, ${round.sweepMs} ms, ${healing(round)}\n`)
    rows.push([round.fault, round.rootNamed ? 'named' : 'NOT NAMED', round.healed ? 'ok' : 'NO', round.first.slice(0, 110), round.symptoms.join('; '), [...round.others, ...sick].join(', ')])
  }
  return rows
}

/** `names` like `f39+f32`; none: all. */
async function runPairs(bed: Bed, names: readonly string[]): Promise<string[][]> {
  const rows = [['FAULTS', 'NAMED', 'HEALED', 'ROOTS', 'OTHER ROOTS']]
  for (const pair of names.length === 0 ? pairs : names.map(pairNamed)) {
    const round = await pairRound(bed, pair)
    if (!round.ok) failed++
    process.stderr.write(`${round.pair}: ${round.named}, ${round.folded} folded, ${healing(round)}\n`)
    rows.push([round.pair, round.named, round.healed ? 'ok' : 'NO', round.roots.map(root => root.slice(0, 80)).join('; '), round.others.join(', ')])
  }
  return rows
}

/** `names` like `f14 then f03`; none: all. */
async function runRecoveries(bed: Bed, names: readonly string[]): Promise<string[][]> {
  const rows = [['ENDS, BEGINS', 'RIGHT', 'SAID OF THE FIRST', 'SAID OF THE SECOND', 'LEFT BEHIND', 'FLAPPING']]
  for (const recovery of recoveries.filter(one => names.length === 0 || names.includes(nameOf(one)))) {
    const round = await recoveryRound(bed, recovery)
    if (!round.ok) failed++
    process.stderr.write(`${round.recovery}: ${round.ok ? 'right' : `WRONG: ${round.wrong.join('; ')}`}\n`)
    rows.push([round.recovery, round.ok ? 'yes' : 'NO', round.before.slice(0, 80), round.after.slice(0, 80), round.leftBehind.join(', '), round.flapping.join(', ')])
  }
  return rows
}

function markdown(rows: readonly (readonly string[])[]): string[] {
  const [head = [], ...rest] = rows
  return [head, head.map(() => '---'), ...rest].map(row => `| ${row.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`)
}

function healing({ healed, afterwards }: { readonly healed: boolean; readonly afterwards: readonly string[] }): string {
  return healed ? 'healed' : `NOT HEALED: ${afterwards.join('; ')}`
}
