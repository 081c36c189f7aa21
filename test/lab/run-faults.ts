// `npm run faults [ID …]`: injects each fault into one lab, sweeps, and prints what the first line said. Exit 1 when a root was not named or healing did not bring ok back.
import { table } from '../../controller/cli/table.ts'
import { startBed } from './bed.ts'
import { faultRound, isWell, type Round } from './fault-round.ts'
import { faultNamed, faults } from './trench/faults/index.ts'

/** Issue 2's list; the lab knows more (`trenchscope lab faults`). */
const named = 'f01 f03 f05 f07 f09 f11 f12 f14 f15 f18 f19 f21 f22 f30 f31 f37'.split(' ')

const words = process.argv.slice(2)
const chosen = words.includes('--all') ? faults : (words.length > 0 ? words : named).map(faultNamed)
const bed = await startBed({ lookAgainMs: 1000 })
let failed = 0
try {
  const healthy = await bed.sweep()
  if (!isWell(healthy)) throw new Error(`the lab is not healthy to begin with: ${healthy.findings.map(finding => finding.text).join('; ')}`)
  const rows: Round[] = []
  for (const fault of chosen) {
    const round = await faultRound(bed, fault)
    rows.push(round)
    if (!round.rootNamed || !round.healed) failed++
    process.stderr.write(`${round.fault}: ${round.rootNamed ? 'root named' : 'ROOT NOT NAMED'}, ${round.folded} folded, ${round.sweepMs} ms, ${round.healed ? 'healed' : `NOT HEALED: ${round.afterwards.join('; ')}`}\n`)
  }
  process.stdout.write(`${table([['FAULT', 'ROOT', 'FOLDED', 'HEALED', 'SWEEP', 'FIRST FINDING', 'OTHER ROOTS'], ...rows.map(round => [
    round.fault, round.rootNamed ? 'named' : 'NOT NAMED', String(round.folded), round.healed ? 'ok' : 'NO', `${round.sweepMs} ms`, round.first.slice(0, 110), round.others.join(', '),
  ])]).join('\n')}\n`)
  process.stdout.write(`${rows.length - failed} of ${rows.length} faults: root named first, ok after healing\n`)
} finally {
  await bed.close()
}
process.exitCode = failed === 0 ? 0 : 1
