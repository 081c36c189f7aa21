import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { defineCheck, own } from '#judge/check.ts'
import type { Profile } from '#judge/profile.ts'
import type { Trench } from '#judge/subject.ts'
import type { Probe } from '../../controller/link/probe.ts'
import { Fleet, type FleetOptions } from '../../controller/sweep/fleet.ts'
import { pod, trenchOf, words } from '../judge/synthetic.ts'
import { silent } from '../store/synthetic.ts'
import { syntheticProbe } from './synthetic-probe.ts'

const check = defineCheck({
  id: 'bad-word', subject: 'lb', severity: 'loss', why: 'why', fix: 'fix', source: 'synthetic',
  reads: { words: own(words) }, messages: { bad: (_: object) => 'bad' }, judge: () => [],
})
const profile: Profile = { id: 'synthetic', roles: ['lb'], resources: [], facts: [words], checks: [check], trenches: () => [] }
const trenchNamed = (name: string): Trench => ({ ...trenchOf({ ...pod('lb', 'lb-1'), namespace: name }), id: `c/${name}/${name}`, namespace: name, name, namespaces: [name] })
const never = new AbortController().signal

/** Synthetic: a fleet whose pods answer after `answerMs`. `most` is how many of them, and of one trench, were asked at the same time. */
function fleetOf({ sweepConcurrency = 8, answerMs = 20, ...more }: { sweepConcurrency?: number; answerMs?: number; profile?: Profile } = {}) {
  const asked = new Map<string, number>()
  const most = { ofAll: 0, ofOne: 0 }
  const reach = async ({ namespace, name }: { namespace: string; name: string }): Promise<Probe> => {
    const probe = syntheticProbe(`${namespace}/${name}`, profile.facts, () => 'good\n')
    return { ...probe, ask: async (...given) => {
      asked.set(namespace, (asked.get(namespace) ?? 0) + 1)
      most.ofOne = Math.max(most.ofOne, asked.get(namespace) ?? 0)
      most.ofAll = Math.max(most.ofAll, [...asked.values()].reduce((sum, count) => sum + count, 0))
      await delay(answerMs)
      asked.set(namespace, (asked.get(namespace) ?? 0) - 1)
      return probe.ask(...given)
    } }
  }
  const options = { config: { askTimeoutMs: 5000, lookAgainMs: 0, sweepDeadlineMs: 20_000, sweepConcurrency }, profile, reach: { probeOf: reach }, log: silent, ...more }
  return { fleet: new Fleet(options as unknown as FleetOptions), most }
}
const names = (reports: Awaited<ReturnType<Fleet['sweep']>>) => reports.map(({ trench }) => trench.name)

test('two sweeps of one trench take turns: the second begins when the first is kept', async () => {
  const { fleet, most } = fleetOf()
  const [red] = [trenchNamed('red')]
  const told: string[] = []
  const sweep = (name: string) => fleet.sweep([red], { signal: never, onEvent: ({ type }) => told.push(`${name} ${type}`), keep: async () => {
    await delay(10)
    told.push(`${name} kept`)
  } })
  await Promise.all([sweep('first'), sweep('second')])
  expect(most.ofOne).toBe(1)
  const of = (name: string) => told.flatMap((line, at) => (line.startsWith(name) ? [at] : []))
  expect(Math.max(...of('first'))).toBeLessThan(Math.min(...of('second')))
})

test('so many trenches are swept side by side and no more, however many sweeps there are', async () => {
  const { fleet, most } = fleetOf({ sweepConcurrency: 3 })
  const trenches = Array.from({ length: 12 }, (_, index) => trenchNamed(`t${index}`))
  const [some, others] = await Promise.all([trenches.slice(0, 6), trenches.slice(6)].map(half => fleet.sweep(half, { signal: never, onEvent: () => undefined })))
  expect(names([...some!, ...others!])).toEqual(trenches.map(({ name }) => name))
  expect(most.ofAll).toBe(3)
})

test('a sweep that is given up while it waits for its turn reports nothing, and keeps nobody waiting', async () => {
  const { fleet } = fleetOf()
  const giveUp = new AbortController()
  const first = fleet.sweep([trenchNamed('red')], { signal: never, onEvent: () => undefined })
  const second = fleet.sweep([trenchNamed('red')], { signal: giveUp.signal, onEvent: () => undefined })
  const third = fleet.sweep([trenchNamed('red')], { signal: never, onEvent: () => undefined })
  giveUp.abort()
  expect((await Promise.all([first, second, third])).map(names)).toEqual([['red'], [], ['red']])
})

test('a trench that our own fault keeps from being swept keeps no other from it, and the sweep says which it was', async () => {
  const { fleet } = fleetOf({ sweepConcurrency: 1, profile: { ...profile, strangers: ({ trench }) => {
    if (trench.name === 'odd') throw new Error('no such row')
    return []
  } } })
  const told: string[] = []
  const sweep = fleet.sweep(['odd', 'red', 'blue'].map(trenchNamed), { signal: never, onEvent: event => event.type === 'report' && told.push(event.report.trench.name) })
  await expect(sweep).rejects.toThrow('odd/odd was not swept: no such row')
  expect(told).toEqual(['red', 'blue'])
})
