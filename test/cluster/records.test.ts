import { expect, test } from 'vitest'
import { type InjectionRecord, Records } from '../../controller/cluster/records.ts'

const record = (podUid: string): InjectionRecord => ({ podUid, pod: 'red/lb-1', entry: { name: 'trenchscope-0001' }, at: 0 })

test.each(Array.from({ length: 12 }, (_, turns) => [turns]))('what was added is kept when that is said, also %i turns after the last write ended', async turns => {
  let kept: readonly string[] = []
  const writing = Promise.withResolvers<void>()
  let writes = 0
  const records = await Records.open({ load: async () => [], save: async all => {
    if (writes++ === 0) await writing.promise
    kept = all.map(({ podUid }) => podUid)
  } })
  const first = records.add(record('first'))
  writing.resolve()
  for (let turn = 0; turn < turns; turn++) await Promise.resolve()
  await records.add(record('second'))
  expect(kept).toContain('second')
  await first
})

test('what could not be written is told to who added it, and goes with the next write', async () => {
  let isFull = true
  let kept: readonly string[] = []
  const records = await Records.open({ load: async () => [], save: async all => {
    if (isFull) throw new Error('disk full')
    kept = all.map(({ podUid }) => podUid)
  } })
  await expect(records.add(record('first'))).rejects.toThrow('disk full')
  isFull = false
  await records.add(record('second'))
  expect(kept).toEqual(['first', 'second'])
  await records.close()
})
