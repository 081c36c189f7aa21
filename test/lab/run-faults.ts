// `npm run faults [ID … | -- --all | -- two [ID+ID …]]`: injects each fault (or each pair) into one lab, sweeps, and prints what was named and what was folded.
// Exit 1 when a root was not named or healing did not bring ok back.
import { table } from '../../controller/cli/table.ts'
import { type Bed, startBed } from './bed.ts'
import { pairNamed, pairRound, pairs } from './fault-pair.ts'
import { faultRound, isWell } from './fault-round.ts'
import { faultNamed, faults } from './trench/faults/index.ts'

/** Issue 2's list; the lab knows more (`trenchscope lab faults`). */
const named = 'f01 f03 f05 f07 f09 f11 f12 f14 f15 f18 f19 f21 f22 f30 f31 f37'.split(' ')

const words = process.argv.slice(2)
const bed = await startBed({ lookAgainMs: 1000 })
let failed = 0
try {
  const healthy = await bed.sweep()
  if (!isWell(healthy)) throw new Error(`the lab is not healthy to begin with: ${healthy.findings.map(finding => finding.text).join('; ')}`)
  const rows = words[0] === 'two' ? await runPairs(bed, words.slice(1)) : await runFaults(bed, words.includes('--all') ? faults.map(({ id }) => id) : words.length > 0 ? words : named)
  process.stdout.write(`${table(rows).join('\n')}\n${rows.length - 1 - failed} of ${rows.length - 1}: roots named, ok after healing\n`)
} finally {
  await bed.close()
}
process.exitCode = failed === 0 ? 0 : 1

async function runFaults(bed: Bed, names: readonly string[]): Promise<string[][]> {
  const rows = [['FAULT', 'ROOT', 'FOLDED', 'HEALED', 'SWEEP', 'FIRST FINDING', 'FOLDED SYMPTOMS', 'OTHER ROOTS']]
  for (const fault of names.map(faultNamed)) {
    const round = await faultRound(bed, fault)
    if (!round.rootNamed || !round.healed) failed++
    process.stderr.write(`${round.fault}: ${round.rootNamed ? 'root named' : 'ROOT NOT NAMED'}, ${round.folded} folded, ${round.sweepMs} ms, ${healing(round)}\n`)
    rows.push([round.fault, round.rootNamed ? 'named' : 'NOT NAMED', String(round.folded), round.healed ? 'ok' : 'NO', `${round.sweepMs} ms`, round.first.slice(0, 110), round.symptoms.join('; '), round.others.join(', ')])
  }
  return rows
}

/** `names` like `f39+f32`; none: all. */
async function runPairs(bed: Bed, names: readonly string[]): Promise<string[][]> {
  const rows = [['FAULTS', 'NAMED', 'FOLDED', 'HEALED', 'ROOTS', 'OTHER ROOTS']]
  for (const pair of names.length === 0 ? pairs : names.map(pairNamed)) {
    const round = await pairRound(bed, pair)
    if (!round.ok) failed++
    process.stderr.write(`${round.pair}: ${round.named}, ${round.folded} folded, ${healing(round)}\n`)
    rows.push([round.pair, round.named, String(round.folded), round.healed ? 'ok' : 'NO', round.roots.map(root => root.slice(0, 80)).join(' | '), round.others.join(', ')])
  }
  return rows
}

function healing({ healed, afterwards }: { readonly healed: boolean; readonly afterwards: readonly string[] }): string {
  return healed ? 'healed' : `NOT HEALED: ${afterwards.join('; ')}`
}
