import { statSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { retentionClock } from '../../controller/store/retention-clock.ts'
import { openStore } from '../../controller/store/store.ts'
import { blue, findingOf, keep, lookOf, red, reportOf, silent, withStore } from './synthetic.ts'

const all = { limit: 100 }

describe('sweeps', () => {
  test('are told as they were kept, with the reports of their trenches', () => withStore(async store => {
    const reports = [reportOf([findingOf('bad-word'), findingOf('worse', { severity: 'outage' })], { unknown: ['misspelt'] }), reportOf([], { trench: blue })]
    await keep(store, 's1', reports)
    expect(await store.sweep({ id: 's1' })).toEqual({
      id: 's1', state: 'done', selection: {}, startedBy: 'tester', origin: 'api', startedAt: 990, endedAt: 1000, planned: ['c/blue/blue', 'c/red/red'],
      trenches: [
        { report: reports[0]?.id, trench: reports[0]?.trench, startedAt: 990, endedAt: 1000, counts: reports[0]?.counts, worst: 'outage' },
        { report: reports[1]?.id, trench: reports[1]?.trench, startedAt: 990, endedAt: 1000, counts: reports[1]?.counts },
      ],
    })
    expect(await store.reportsOf({ sweep: 's1' })).toEqual(reports)
    expect(await store.report(reports[1]?.id ?? '')).toEqual(reports[1])
    expect(await store.sweep({ id: 's2' })).toBeUndefined()
  }))

  test('are listed newest first, in parts that lose and repeat nothing', () => withStore(async store => {
    for (let at = 1; at <= 7; at++) await keep(store, `s${at}`, [reportOf([], { trench: at % 2 ? red : blue })], [], at)
    const first = await store.listSweeps({ limit: 3 })
    const second = await store.listSweeps({ limit: 3, after: first.next ?? [] })
    const third = await store.listSweeps({ limit: 3, after: second.next ?? [] })
    expect([first, second, third].map(({ items }) => items.map(({ id }) => id))).toEqual([['s7', 's6', 's5'], ['s4', 's3', 's2'], ['s1']])
    expect(third.next).toBeUndefined()
  }))

  test.each([
    ['a trench by name', { trench: 'blue' }, ['s2', 's1']], ['a trench by id', { trench: 'c/red/red' }, ['s3', 's1']], ['since a time', { since: 2 }, ['s3', 's2']],
    ['a namespace', { namespace: 'red' }, ['s3', 's1']], ['what the caller may read', { namespaces: ['blue'] }, ['s2', 's1']], ['a state', { state: 'running' as const }, []], ['nothing may be read', { namespaces: [] }, []],
  ])('can be asked by %s', (_, filter, ids) => withStore(async store => {
    await keep(store, 's1', [reportOf([]), reportOf([], { trench: blue })], [], 1)
    await keep(store, 's2', [reportOf([], { trench: blue })], [], 2)
    await keep(store, 's3', [reportOf([])], [], 3)
    expect((await store.listSweeps({ ...all, ...filter })).items.map(({ id }) => id)).toEqual(ids)
  }))

  test('tell of other namespaces nothing to who may not read them', () => withStore(async store => {
    await keep(store, 's1', [reportOf([]), reportOf([], { trench: blue })])
    expect(await store.sweep({ id: 's1', namespaces: ['blue'] })).toMatchObject({ planned: ['c/blue/blue'], trenches: [{ trench: { name: 'blue' } }] })
    expect((await store.reportsOf({ sweep: 's1', namespaces: ['blue'] })).map(({ trench }) => trench.name)).toEqual(['blue'])
    expect(await store.sweep({ id: 's1', namespaces: ['green'] })).toBeUndefined()
  }))
})

describe('findings', () => {
  const stateOf = async (store: Parameters<Parameters<typeof withStore>[0]>[0], check: string) => {
    const { items: [record] } = await store.listFindings({ ...all, check })
    return record && (await store.finding({ key: record.key }))
  }

  test('have a history: seen, gone, back, flapping', () => withStore(async store => {
    const bad = findingOf('bad-word')
    const says = [[bad], [bad], [], [bad], [{ ...bad, flapping: true as const }], [bad]]
    for (const [index, findings] of says.entries()) await keep(store, `s${index}`, [reportOf(findings, { at: index, id: `r${index}` })])
    expect(await stateOf(store, 'bad-word')).toEqual({
      key: bad.key, state: 'open', firstSeen: 0, lastSeen: 5, flaps: 2, finding: bad, report: 'r5',
      history: [{ at: 0, change: 'appeared', report: 'r0' }, { at: 2, change: 'gone', report: 'r2' }, { at: 3, change: 'returned', report: 'r3' }, { at: 4, change: 'flapping', report: 'r4' }, { at: 5, change: 'steady', report: 'r5' }],
    })
  }))

  test('stay open while nobody could look again, and while only another trench was looked at', () => withStore(async store => {
    await keep(store, 's0', [reportOf([findingOf('bad-word')], { at: 0 })])
    await keep(store, 's1', [reportOf([], { at: 1, unknown: ['bad-word'] }), reportOf([], { at: 1, trench: blue })])
    expect(await stateOf(store, 'bad-word')).toMatchObject({ state: 'open', lastSeen: 0 })
    await keep(store, 's2', [reportOf([], { at: 2 })])
    expect(await stateOf(store, 'bad-word')).toMatchObject({ state: 'gone', goneAt: 2 })
  }))

  test('stay open while the check that fails for others could not look there', () => withStore(async store => {
    await keep(store, 's0', [reportOf([findingOf('bad-word'), findingOf('bad-word', { target: 'far' })], { at: 0 })])
    const partial = reportOf([findingOf('bad-word')], { at: 1 })
    await keep(store, 's1', [{ ...partial, verdicts: partial.verdicts.map(verdict => ({ ...verdict, unseen: ['red/lb-2: words: timeout'] })) }])
    expect((await store.listFindings({ ...all, check: 'bad-word' })).items.map(({ finding, state }) => [finding.about.target, state])).toEqual([['target-1', 'open'], ['far', 'open']])
  }))

  test('are listed worst first in parts, by trench, check and severity', () => withStore(async store => {
    const findings = [findingOf('c1', { severity: 'note' }), findingOf('c2', { severity: 'outage' }), findingOf('c3', { target: 'a' }), findingOf('c3', { target: 'b' })]
    await keep(store, 's1', [reportOf(findings), reportOf([findingOf('c4', { trench: blue })], { trench: blue })])
    const texts = async (filter: object) => (await store.listFindings({ ...all, ...filter })).items.map(({ finding }) => `${finding.check} ${finding.text}`)
    expect(await texts({})).toEqual(['c2 target-1 is bad', 'c3 a is bad', 'c3 b is bad', 'c4 target-1 is bad', 'c1 target-1 is bad'])
    expect(await texts({ trench: 'blue' })).toEqual(['c4 target-1 is bad'])
    expect(await texts({ severities: ['outage', 'note'] })).toEqual(['c2 target-1 is bad', 'c1 target-1 is bad'])
    expect(await texts({ namespaces: [] })).toEqual([])
    const part = await store.listFindings({ limit: 2 })
    expect((await store.listFindings({ limit: 2, after: part.next ?? [] })).items.map(({ finding }) => finding.text)).toEqual(['b is bad', 'target-1 is bad'])
    expect((await store.findingsOf({ sweep: 's1', limit: 2, after: (await store.findingsOf({ sweep: 's1', limit: 2 })).next ?? [] })).items.map(({ text }) => text)).toEqual(['a is bad', 'b is bad'])
    expect(await store.countFindings()).toContainEqual({ check: 'c3', severity: 'loss', state: 'open', count: 2 })
  }))
})

describe('snapshots', () => {
  test('come back as they were, and what two sweeps saw alike is kept once', () => withStore(async store => {
    const long = Array.from({ length: 5000 }, (_, index) => `word ${Math.imul(index, 2654435761) >>> 0}`).join('\n')
    const reports = [reportOf([]), reportOf([]), reportOf([])]
    await keep(store, 's1', reports.slice(0, 1), [lookOf(long), lookOf('short')])
    const once = await store.bytesUsed()
    await keep(store, 's2', reports.slice(1, 2), [lookOf(long, 2)])
    expect(await store.snapshotsOf(reports[0]?.id ?? '')).toEqual([lookOf(long), lookOf('short')])
    expect(await store.snapshotsOf(reports[1]?.id ?? '')).toEqual([lookOf(long, 2)])
    expect((await store.bytesUsed()) - once).toBeLessThan(once / 10)
  }))
})

describe('silences, schedules, audit and promises', () => {
  test('a silence holds until its end, or until it is ended', () => withStore(async store => {
    const silence = { id: 'q1', namespace: 'red', trench: red.id, check: 'bad-word', reason: 'known, CASE-7', by: 'anna', createdAt: 1000, until: 2000 }
    await store.addSilence(silence)
    expect(await store.silencesAt({ at: 1999, trenches: [red.id] })).toEqual([silence])
    expect(await store.silencesAt({ at: 2000 })).toEqual([])
    await store.endSilence({ id: 'q1', at: 1500 })
    expect(await store.silencesAt({ at: 1500 })).toEqual([])
    expect((await store.listSilences(all)).items).toEqual([{ ...silence, until: 1500 }])
    expect(await store.silence({ id: 'q1', namespaces: ['blue'] })).toBeUndefined()
  }))

  test('a schedule is replaced as a whole and remembers its last run', () => withStore(async store => {
    await store.putSchedule({ id: 'nightly', namespace: 'red', body: { cron: '0 3 * * *' } })
    await store.noteRun({ id: 'nightly', sweep: 's1', at: 7 })
    await store.putSchedule({ id: 'nightly', namespace: 'red', body: { cron: '0 4 * * *' } })
    expect(await store.schedules()).toEqual([{ id: 'nightly', namespace: 'red', body: { cron: '0 4 * * *' }, lastSweep: 's1', lastAt: 7 }])
    await store.dropSchedule('nightly')
    expect(await store.schedule({ id: 'nightly' })).toBeUndefined()
  }))

  test('the audit tells newest first, and only of namespaces that may be read', () => withStore(async store => {
    const entries = [{ at: 1, caller: 'anna', action: 'sweep', namespace: 'red', details: { trench: 'red' } }, { at: 2, caller: 'bob', action: 'sweep', details: {} }]
    for (const entry of entries) await store.addAudit(entry)
    expect((await store.listAudit(all)).items).toEqual(entries.toReversed())
    expect((await store.listAudit({ ...all, namespaces: ['red'] })).items).toEqual([entries[0]])
  }))

  test('a key under which nothing was made is free again when the next controller opens the store', () => withStore(async store => {
    const promise = { caller: 'anna', hash: 'h', kind: 'sweep', at: 1000 }
    await store.promise({ ...promise, key: 'cut off', id: 's1' })
    await store.promise({ ...promise, key: 'made', id: 's2' })
    await keep(store, 's2', [reportOf([])])
    await store.interruptSweeps({ at: 2000 })
    expect([await store.promise({ ...promise, key: 'cut off', id: 's3' }), await store.promise({ ...promise, key: 'made', id: 's4' })]).toEqual([{ id: 's3', outcome: 'new' }, { id: 's2', outcome: 'same' }])
  }))

  test('a promise is kept per caller; the same key for something else is told', () => withStore(async store => {
    const promise = { caller: 'anna', key: 'k', hash: 'h', kind: 'sweep', at: 1000 }
    expect(await store.promise({ ...promise, id: 's1' })).toEqual({ id: 's1', outcome: 'new' })
    expect(await store.promise({ ...promise, id: 's2' })).toEqual({ id: 's1', outcome: 'same' })
    expect(await store.promise({ ...promise, id: 's3', hash: 'other' })).toEqual({ id: 's1', outcome: 'other' })
    expect(await store.promise({ ...promise, id: 's4', caller: 'bob' })).toEqual({ id: 's4', outcome: 'new' })
    await store.breakPromise({ caller: 'anna', key: 'k' })
    expect(await store.promise({ ...promise, id: 's5' })).toEqual({ id: 's5', outcome: 'new' })
  }))
})

describe('retention', () => {
  test('drops what is too old, but not the last sweep of a trench', () => withStore(async store => {
    const old = reportOf([], { trench: blue })
    await keep(store, 'last-of-blue', [old], [], 1)
    await keep(store, 'old', [reportOf([findingOf('bad-word')], { at: 2 })], [lookOf('x'.repeat(1000))], 2)
    await keep(store, 'new', [reportOf([], { at: 900 })], [], 900)
    expect(await store.retain({ now: 1000, maxAgeMs: 500, maxBytes: 1e12 })).toMatchObject({ dropped: 1 })
    expect((await store.listSweeps(all)).items.map(({ id }) => id)).toEqual(['new', 'last-of-blue'])
    expect(await store.report(old.id)).toEqual(old)
  }))

  test('does not believe a clock that jumped ahead: what it would call too old stays', () => withStore(async (store, file) => {
    for (const at of [100, 900]) await keep(store, `s${at}`, [reportOf([], { at })], [], at)
    await store.close()
    const again = await openStore({ file, retention: { maxAgeMs: 3_600_000, maxBytes: 1e12 }, log: silent, now: () => 1e12 })
    // answered after the retention that opening it began
    expect((await again.listSweeps(all)).items.map(({ id }) => id)).toEqual(['s900', 's100'])
    await again.close()
  }))

  test('its clock goes on from the newest sweep, twice as fast as time passes, and is never ahead of the wall clock', () => {
    let [wall, passed] = [10_000, 0]
    const clock = retentionClock({ now: () => wall, passed: () => passed, newest: 4000 })
    const after = (ms: number, at: number): number => {
      ;[wall, passed] = [at, passed + ms]
      return clock()
    }
    expect([clock(), after(1000, 11_000), after(5000, 16_000), after(7000, 23_000)]).toEqual([4000, 6000, 16_000, 23_000])
    // ten years ahead for an hour, then right again
    expect([after(3_600_000, 315_000_000_000), after(1000, 3_624_000)]).toEqual([7_223_000, 3_624_000])
    expect(retentionClock({ now: () => 7, passed: () => 0, newest: undefined })()).toBe(7)
  })

  test('drops the oldest until the file is small enough', () => withStore(async store => {
    const noise = (seed: number) => Array.from({ length: 20_000 }, (_, index) => Math.imul(index + seed, 2654435761) >>> 0).join('\n')
    for (let at = 1; at <= 30; at++) await keep(store, `s${at}`, [reportOf([], { at })], [lookOf(noise(at * 100_000))], at)
    // also those of a clock that is ahead of retention's
    const { dropped, bytes } = await store.retain({ now: 1, maxAgeMs: 1e12, maxBytes: 3_000_000 })
    expect([dropped, bytes < 3_000_000]).toEqual([20, true])
    expect((await store.listSweeps(all)).items.at(-1)?.id).toBe('s21')
  }))
})

describe('the file', () => {
  test('is readable by its owner alone, and by one controller at a time', () => withStore(async (_, file) => {
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await expect(openStore({ file, retention: { maxAgeMs: 1, maxBytes: 1 }, log: silent })).rejects.toMatchObject({ name: 'StoreError', code: 'store-in-use' })
  }))

  test('that is no database is not touched', () => withStore(async (_, file) => {
    writeFileSync(`${file}.other`, 'x'.repeat(4096))
    await expect(openStore({ file: `${file}.other`, retention: { maxAgeMs: 1, maxBytes: 1 }, log: silent })).rejects.toMatchObject({ code: 'store-damaged' })
    expect(statSync(`${file}.other`).size).toBe(4096)
  }))

  test('whose thread fails is told, as no call is answered any more', () => withStore(async (_, file) => {
    const small = await openStore({ file: `${file}.small`, retention: { maxAgeMs: 1e12, maxBytes: 1e12 }, log: silent, heapMb: 32 })
    expect(small.failed.aborted).toBe(false)
    const details = { words: Array.from({ length: 1_500_000 }, (_, index) => `word ${index}`) }
    await expect(small.addAudit({ at: 1, caller: 'anna', action: 'much', details })).rejects.toMatchObject({ code: 'store-closed' })
    expect([small.failed.aborted, (small.failed.reason as Error).message]).toEqual([true, expect.stringContaining('the store\'s thread failed')])
    await small.close()
  }))

  test('is opened again where it was left: what ran then is interrupted now', () => withStore(async (store, file) => {
    await store.beginSweep({ id: 's1', selection: { trench: 'red' }, startedBy: 'anna', origin: 'api', startedAt: 1, trenches: [red] })
    await store.close()
    await store.close()
    await expect(store.sweep({ id: 's1' })).rejects.toMatchObject({ code: 'store-closed' })
    const again = await openStore({ file, retention: { maxAgeMs: 1e12, maxBytes: 1e12 }, log: silent, now: () => 5 })
    expect(await again.sweep({ id: 's1' })).toMatchObject({ state: 'interrupted', endedAt: 5, problem: { code: 'interrupted' } })
    await again.close()
  }))

  test('with an unknown call in the way answers the rest', () => withStore(async store => {
    await expect(store.saveReport({ sweep: 'never-begun', report: reportOf([]), snapshots: [] })).rejects.toMatchObject({ code: 'store-failed' })
    await keep(store, 's1', [reportOf([])])
    expect((await store.listSweeps(all)).items).toHaveLength(1)
  }))
})
