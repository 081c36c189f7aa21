import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { checkCron, type Schedule, Scheduler } from '../../controller/schedule/scheduler.ts'
import { Problem } from '../../controller/api/problems.ts'
import { type ApiBed, openApiBed } from '../api/bed.ts'
import { red, reportOf, silent } from '../store/synthetic.ts'

let bed: ApiBed
let scheduler: Scheduler
let release = Promise.withResolvers<void>()
let mayLook = true
beforeAll(async () => {
  bed = await openApiBed({ sweep: async (trench, signal) => {
    await Promise.race([release.promise, new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))])
    return reportOf([], { trench, id: crypto.randomUUID() })
  } })
  scheduler = new Scheduler({ store: bed.store, runs: bed.runs, log: silent, prepare: async () => {
    if (!mayLook) throw new Problem('forbidden', 'anna cannot look any more')
    return [red]
  } })
})
afterAll(async () => {
  scheduler.close()
  await bed.close()
})

const schedule: Schedule = { id: 'nightly', selection: { namespace: 'red' }, cron: '30 2 * * *', timeZone: 'Europe/Stockholm', jitterS: 0, overlap: 'skip', owner: {}, ownerName: 'anna' }

test.each([['0 25 * * *'], ['* * * * * *'], ['nonsense'], ['0 0 30 2 *']])('the pattern %s is refused', cron => {
  expect(() => checkCron(cron, 'UTC')).toThrow()
})

test('a time zone that does not exist is refused', () => {
  expect(() => checkCron('* * * * *', 'Mars/Olympus')).toThrow()
})

test('the clock is that of the time zone', async () => {
  await scheduler.put(schedule)
  const next = new Date(scheduler.nextAt('nightly') ?? 0)
  expect(new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Stockholm', hour: '2-digit', minute: '2-digit' }).format(next)).toBe('02:30')
})

test('while one runs the next is left out, or replaces it', async () => {
  const first = await scheduler.run(schedule)
  expect(await scheduler.run(schedule)).toBeUndefined()
  const second = await scheduler.run({ ...schedule, overlap: 'replace' })
  expect(await bed.store.sweep({ id: first ?? '' })).toMatchObject({ state: 'cancelled', origin: 'schedule/nightly', startedBy: 'anna' })
  release.resolve()
  await bed.runs.get(second ?? '')?.ended
  expect(await bed.store.sweep({ id: second ?? '' })).toMatchObject({ state: 'done' })
  expect(await bed.store.schedule({ id: 'nightly' })).toMatchObject({ lastSweep: second })
})

test('two runs that are asked for in one moment are one, as the first runs when the second would begin', async () => {
  release = Promise.withResolvers()
  await scheduler.put({ ...schedule, id: 'twice' })
  const [first, second] = await Promise.all([scheduler.run({ ...schedule, id: 'twice' }), scheduler.run({ ...schedule, id: 'twice' })])
  release.resolve()
  await bed.runs.get(first ?? '')?.ended
  expect([typeof first, second]).toEqual(['string', undefined])
})

test('a schedule that is kept and cannot be set keeps no other from its clock', async () => {
  await bed.store.putSchedule({ id: 'lost', body: { ...schedule, id: 'lost', timeZone: 'Mars/Olympus' } })
  await bed.store.putSchedule({ id: 'zz-sound', body: { ...schedule, id: 'zz-sound' } })
  const opened = new Scheduler({ store: bed.store, runs: bed.runs, log: silent, prepare: async () => [red] })
  try {
    await opened.open()
    expect([opened.nextAt('lost'), typeof opened.nextAt('zz-sound')]).toEqual([undefined, 'number'])
  } finally {
    opened.close()
    await bed.store.dropSchedule('lost')
  }
})

test('without the right of its owner it does not run', async () => {
  mayLook = false
  await expect(scheduler.run(schedule)).rejects.toMatchObject({ code: 'forbidden' })
  mayLook = true
})

test('over the API: made, listed, replaced, ended; a bad pattern is told with the field', async () => {
  const put = (body: object) => bed.client.json('/v1/schedules/hourly', { method: 'PUT', body })
  expect(await put({ cron: '0 * * * *', selection: { namespace: 'red' } })).toMatchObject({ id: 'hourly', cron: '0 * * * *', timeZone: 'UTC', overlap: 'skip', owner: 'token-file', nextAt: expect.any(Number) })
  expect(await put({ cron: '5 * * * *' })).toMatchObject({ cron: '5 * * * *', selection: {} })
  expect((await bed.client.all<{ id: string }>('/v1/schedules')).map(({ id }) => id)).toContain('hourly')
  await expect(put({ cron: '61 * * * *' })).rejects.toMatchObject({ code: 'invalid-request', message: expect.stringMatching(/^body\/cron: /) })
  await bed.client.json('/v1/schedules/hourly', { method: 'DELETE' })
  await expect(bed.client.json('/v1/schedules/hourly')).rejects.toMatchObject({ code: 'not-found' })
})

test('a run that waits for its random moment is left out when its schedule is ended or replaced meanwhile', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const asked: string[] = []
  const jittery = new Scheduler({ store: bed.store, runs: bed.runs, log: silent, random: () => 0.1, prepare: async ({ id, jitterS }) => {
    asked.push(`${id} ${jitterS}`)
    throw new Problem('forbidden', 'only to see that it was asked')
  } })
  try {
    const often = { ...schedule, cron: '* * * * *', jitterS: 1 }
    for (const id of ['ended', 'replaced', 'kept']) await jittery.put({ ...often, id })
    vi.advanceTimersByTime(60_000)
    await jittery.drop('ended')
    await jittery.put({ ...often, id: 'replaced', jitterS: 3600 })
    // all three waited for the same time
    await expect.poll(() => asked).toContain('kept 1')
    expect(asked).toEqual(['kept 1'])
  } finally {
    vi.useRealTimers()
    jittery.close()
  }
})
