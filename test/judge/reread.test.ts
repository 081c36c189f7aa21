import { expect, test } from 'vitest'
import { rereadSnapshot } from '#judge/reread.ts'
import { pod, sight, snapshotOf, words } from './synthetic.ts'

test('what a probe of another version read is read again from its recorded commands', async () => {
  const seen = await sight(pod('lb', 'lb-1'), { 'cat /words': 'a\nb\n' })
  const old = { ...seen, observations: seen.observations.map(observation => ({ ...observation, version: 1, data: 'a shape of long ago' })) }
  const again = await rereadSnapshot(snapshotOf(old), [words])
  expect(again.sights[0]?.observations[0]).toMatchObject({ version: 2, data: [{ text: 'a', line: 1 }, { text: 'b', line: 2 }] })
})

test('an observation in our version is left as the probe read it', async () => {
  const snapshot = snapshotOf(await sight(pod('lb', 'lb-1'), { 'cat /words': 'a\n' }))
  expect((await rereadSnapshot(snapshot, [words])).sights[0]?.observations[0]).toBe(snapshot.sights[0]?.observations[0])
})

test('a recording that today\'s parser cannot read is an error with the reason', async () => {
  const seen = await sight(pod('lb', 'lb-1'), { 'cat /words': 1 })
  const old = { ...seen, observations: seen.observations.map(observation => ({ ...observation, version: 1 })) }
  expect((await rereadSnapshot(snapshotOf(old), [words])).sights[0]?.observations[0]?.error).toEqual({ code: 'failed', message: 'cat /words ended with 1: no such thing' })
})

test('nor does a fact that breaks on an old recording end anything', async () => {
  const seen = await sight(pod('lb', 'lb-1'), { 'cat /words': 'a\n' })
  const old = { ...seen, observations: seen.observations.map(observation => ({ ...observation, version: 1 })) }
  const broken = { ...words, read: async () => { throw new TypeError('no such row') } }
  expect((await rereadSnapshot(snapshotOf(old), [broken])).sights[0]?.observations[0]?.error).toEqual({ code: 'unreadable', message: 'words itself failed: no such row' })
})
