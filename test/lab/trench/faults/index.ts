import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TrenchLab } from '../lab.ts'
import type { Traffic } from '../traffic.ts'
import { balancerFaults } from './balancer.ts'
import type { Fault } from './fault.ts'
import { networkFaults } from './network.ts'
import { routingFaults } from './routing.ts'
import { unrecordedFaults } from './unrecorded.ts'

/** Every fault the lab can make, by id. */
export const faults: readonly Fault[] = [...networkFaults, ...balancerFaults, ...routingFaults, ...unrecordedFaults].sort((a, b) => (a.id < b.id ? -1 : 1))

/** The fault of that id, or of its short form (`f14`). @throws {RangeError} when there is none */
export function faultNamed(name: string): Fault {
  const fault = faults.find(({ id }) => id === name || id.startsWith(`${name}-`))
  if (fault === undefined) throw new RangeError(`no fault ${name}; npx trenchscope lab faults lists them`)
  return fault
}

/** Makes a fault in a running lab and notes it there. Does not wait for the symptoms (`settleMs`). @throws {Error} when it is there already */
export async function injectFault(lab: TrenchLab, fault: Fault): Promise<void> {
  const mark = join(lab.faultsDir, fault.id)
  if (existsSync(mark)) throw new Error(`${fault.id} is there already`)
  writeFileSync(mark, '')
  await fault.inject(lab)
}

/** Waits until the symptoms of a fault are there, and lets the client try: neighbour, queue and conntrack entries show what packets met. Gives what the client felt. */
export async function settleFault(lab: TrenchLab, fault: Fault): Promise<Traffic> {
  await sleep(fault.settleMs)
  return await lab.traffic()
}

/** Mends a fault and waits until the whole trench is well again. @throws {Error} what is not, after `timeoutMs` (default 20 000) */
export async function healFault(lab: TrenchLab, fault: Fault, options: { readonly timeoutMs?: number } = {}): Promise<void> {
  await fault.heal(lab)
  rmSync(join(lab.faultsDir, fault.id), { force: true })
  if (activeFaults(lab).length === 0) await lab.waitHealthy(options)
}

/** Takes the cause of a fault away and waits for nothing: what follows from it is there until it ends by itself. */
export async function mendFault(lab: TrenchLab, fault: Fault): Promise<void> {
  await fault.mend(lab)
  rmSync(join(lab.faultsDir, fault.id), { force: true })
}

/** Faults that were injected and not healed, whoever did it. */
export function activeFaults(lab: TrenchLab): Fault[] {
  const marks = readdirSync(lab.faultsDir)
  return faults.filter(({ id }) => marks.includes(id))
}

/** Mends all active faults. Gives them. */
export async function healAll(lab: TrenchLab, options: { readonly timeoutMs?: number } = {}): Promise<Fault[]> {
  const active = activeFaults(lab)
  for (const fault of active) await healFault(lab, fault, options)
  if (active.length === 0) await lab.waitHealthy(options)
  return active
}
