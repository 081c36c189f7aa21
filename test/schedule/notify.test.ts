import { expect, test } from 'vitest'
import type { Finding } from '#judge/finding.ts'
import { type ChangeNotice, notifyChanges } from '../../controller/schedule/notify.ts'
import type { Store } from '../../controller/store/store.ts'
import { findingOf, keep, red, reportOf, silent, withStore } from '../store/synthetic.ts'

interface Said { readonly findings?: readonly Finding[]; readonly unknown?: readonly string[]; readonly baseline?: string }

/** A trench that is swept once a second, from 1000 ms on; each sweep resolves with what it told. */
function sweeper(store: Store) {
  let at = 0
  return async ({ findings = [], unknown = [], baseline }: Said) => {
    at += 1000
    const told: ChangeNotice[] = []
    const sweep = `at-${at}`
    await keep(store, sweep, [reportOf(findings, { at, unknown })])
    await notifyChanges({ sweep, origin: 'api', at, ...(baseline !== undefined && { baseline }) }, { store, sinks: [{ offer: notice => told.push(notice) }], log: silent })
    return told.map(({ appeared, gone, same }) => ({ appeared: appeared.map(({ text }) => text), gone: gone.map(({ text }) => text), same }))
  }
}
const [one, two] = [findingOf('bad-word', { target: 'one' }), findingOf('bad-word', { target: 'two' })]
const silence = (createdAt: number, until: number) => ({ id: 'q', namespace: 'red', trench: red.id, check: 'bad-word', reason: 'CASE-7', by: 'anna', createdAt, until })

test('only what changed is told', () => withStore(async store => {
  const sweep = sweeper(store)
  expect(await sweep({ findings: [one] })).toEqual([{ appeared: ['one is bad'], gone: [], same: 0 }])
  expect(await sweep({ findings: [one] })).toEqual([])
  expect(await sweep({ findings: [two] })).toEqual([{ appeared: ['two is bad'], gone: ['one is bad'], same: 0 }])
  expect(await sweep({ findings: [{ ...one, flapping: true }, two] })).toEqual([{ appeared: ['one is bad'], gone: [], same: 1 }])
  expect(await sweep({ findings: [one, two] })).toEqual([])
}))

test('a look that could not see is no change, whatever the next one sees', () => withStore(async store => {
  const sweep = sweeper(store)
  const blind = { unknown: ['bad-word'] }
  await sweep({ findings: [one] })
  expect(await sweep(blind)).toEqual([])
  expect(await sweep({ findings: [one] })).toEqual([])
  expect(await sweep(blind)).toEqual([])
  expect(await sweep({})).toEqual([{ appeared: [], gone: ['one is bad'], same: 0 }])
}))

test('what appears silenced is not told until its silence ends; the end of a finding is told, silenced or not', () => withStore(async store => {
  const sweep = sweeper(store)
  await sweep({ findings: [one] })
  await store.addSilence(silence(1500, 3500))
  expect(await sweep({ findings: [one, two] })).toEqual([])
  expect(await sweep({ findings: [two] })).toEqual([{ appeared: [], gone: ['one is bad'], same: 1 }])
  expect(await sweep({ findings: [two] })).toEqual([{ appeared: ['two is bad'], gone: [], same: 0 }])
  expect(await sweep({ findings: [two] })).toEqual([])
}))

test('a symptom that stands when its root is gone appears as what it is now', () => withStore(async store => {
  const sweep = sweeper(store)
  await sweep({ findings: [one, { ...two, explainedBy: one.key }] })
  expect(await sweep({ findings: [two] })).toEqual([{ appeared: ['two is bad'], gone: ['one is bad'], same: 0 }])
}))

test('with a baseline each sweep is compared with that one, as long as it is kept', () => withStore(async store => {
  const sweep = sweeper(store)
  await sweep({ findings: [one] })
  await sweep({ findings: [one, two] })
  expect(await sweep({ findings: [one, two], baseline: 'at-1000' })).toEqual([{ appeared: ['two is bad'], gone: [], same: 1 }])
  expect(await sweep({ findings: [one, two], baseline: 'dropped' })).toEqual([])
}))
