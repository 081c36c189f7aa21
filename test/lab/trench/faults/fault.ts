import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TrenchLab } from '../lab.ts'
import type { Family } from '../topology.ts'

/** A fault by name. What it is and what must be found is recorded in test/fixtures/trench/faults/<id>/fault.json; here is how to make and mend it. */
export interface Fault {
  readonly id: string
  readonly title: string
  /** from injection until every symptom is there */
  readonly settleMs: number
  /** the finding to be named first: number of the check catalogue (meridio.md §7), lab pods as in the recording (`lb-1,lb-2`, `tg-*,px-*`, `px-a/px-b`) */
  readonly root: Expected
  readonly expected: readonly Expected[]
  /** the only family it hurts */
  readonly family?: Family
  readonly inject: Change
  /** undoes `inject` only; `healFault` also waits until the trench is well */
  readonly heal: Change
  /** takes the cause away and nothing else: what comes back by itself (sessions, neighbours) takes its time, as in the field. Default `heal`, which hurries */
  readonly mend: Change
}

export interface Expected {
  readonly check: string
  readonly pod: string
  readonly subject?: string
}

export type Change = (lab: TrenchLab) => Promise<void>

/** A fault with the recorded description of `id`, recorded in IPv4; its twin in IPv6 has `v6` behind the number. `root`: what is to be named first where that is not what the recording's author expected. */
export function defineFault(id: string, change: { readonly inject: Change; readonly heal: Change; readonly mend?: Change; readonly root?: Expected; readonly family?: Family }): Fault {
  const recorded = JSON.parse(readFileSync(join(import.meta.dirname, '../../../fixtures/trench/faults', id, 'fault.json'), 'utf8')) as Recorded
  const twin = change.family === 'v6'
  return Object.freeze({ id: twin ? id.replace('-', 'v6-') : id, title: twin ? `${recorded.title.replace(/ ?\(IPv4\)|IPv4 /, '')}, in IPv6` : recorded.title, settleMs: recorded.settle_s * 1000, root: recorded.root, expected: recorded.expected, mend: change.heal, ...change })
}

/** A fault of which there is no recording: what meridio.md §7 tells by a number of its own (f04), and `g`: others that happen. `root` as in fault.json. */
export function defineOwnFault(id: string, fault: Omit<Fault, 'id' | 'expected' | 'mend'>): Fault {
  return Object.freeze({ id, expected: [fault.root], mend: fault.heal, ...fault })
}

interface Recorded {
  readonly title: string
  readonly settle_s: number
  readonly root: Expected
  readonly expected: readonly Expected[]
}
