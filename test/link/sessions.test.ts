import { expect, test } from 'vitest'
import type { Pin, PinStore } from '../../controller/link/pin-store.ts'
import { type ReadKeyLine, Sessions } from '../../controller/link/sessions.ts'
import { createLog } from '../../controller/log.ts'
import { signClaim } from '../../proto/proof.ts'
import { someExpected } from './agent.ts'
import { newIdentity } from './raw-probe.ts'

const connection = new Uint8Array(32).fill(5)
const expected = someExpected()
const probe = newIdentity()
const stranger = newIdentity()
const line = { key: probe.keyText, containerId: 'containerd://1' }

function sessions(readKeyLine: ReadKeyLine) {
  const kept = new Map<string, Pin>()
  const store: PinStore = { load: () => [...kept.values()], save: async pin => void kept.set(pin.session, pin), drop: async session => void kept.delete(session) }
  const known = new Sessions({ readKeyLine, store, log: createLog('silent') })
  known.expect(expected)
  const claim = (identity: typeof probe): Promise<string> => known
    .authenticate({ ...expected, minVersion: 1, maxVersion: 1, key: identity.key, build: 'test', facts: [] }, signClaim({ ...expected, connection }, identity.privateKey), connection)
    .then(pin => pin.containerId, error => (error as { reason: string }).reason)
  return { known, kept, claim }
}

test('all who claim a session at once wait for one look at the log', async () => {
  let looks = 0
  const { claim, kept } = sessions(async () => {
    looks += 1
    return line
  })
  expect(await Promise.all([claim(stranger), claim(probe), claim(stranger), claim(probe)])).toEqual(['key-wrong', 'containerd://1', 'key-wrong', 'containerd://1'])
  expect(looks).toBe(1)
  expect([...kept.values()]).toEqual([{ ...expected, ...line }])
})

test('a line that is not there yet is looked for again', async () => {
  let looks = 0
  const { claim } = sessions(async () => {
    looks += 1
    if (looks < 3) throw new Error('container "trenchscope-0001" is waiting to start: ContainerCreating')
    return line
  })
  expect(await claim(probe)).toBe('containerd://1')
  expect(looks).toBe(3)
})

test('a log that never answers ends the wait', async () => {
  const { claim } = sessions(() => new Promise(() => undefined))
  expect(await claim(probe)).toBe('key-unreadable')
})

test('a stranger makes us look at a pinned session again once, not as often as it likes', async () => {
  let looks = 0
  const { claim } = sessions(async () => {
    looks += 1
    return line
  })
  expect(await claim(probe)).toBe('containerd://1')
  for (let time = 0; time < 3; time += 1) expect(await claim(stranger)).toBe('key-wrong')
  expect(looks).toBe(2)
  expect(await claim(probe)).toBe('containerd://1')
})

test('a container that was started again is pinned anew, and its old key is worth nothing', async () => {
  let current = line
  const { claim, kept } = sessions(async () => current)
  expect(await claim(probe)).toBe('containerd://1')
  const restarted = newIdentity()
  current = { key: restarted.keyText, containerId: 'containerd://2' }
  expect(await claim(restarted)).toBe('containerd://2')
  expect(await claim(probe)).toBe('key-wrong')
  expect([...kept.values()]).toEqual([{ ...expected, ...current }])
})

test('a session that was forgotten is not known, nor is its pin kept', async () => {
  const { known, claim, kept } = sessions(async () => line)
  await claim(probe)
  await known.forget(expected.session)
  expect(await claim(probe)).toBe('session-unknown')
  expect([...kept.values()]).toEqual([])
})
