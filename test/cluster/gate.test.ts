import { expect, test } from 'vitest'
import { Gate } from '../../controller/cluster/gate.ts'
import { Lanes } from '../../controller/cluster/lanes.ts'

test('no more run at once than the gate is wide, first come, first served', async () => {
  const gate = new Gate({ inFlight: 2, queue: 10 })
  const order: string[] = []
  let most = 0
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map(async name => {
    const leave = await gate.enter()
    order.push(name)
    most = Math.max(most, gate.running)
    await new Promise(resolve => setImmediate(resolve))
    leave()
    leave()
  }))
  expect({ order, most, running: gate.running }).toEqual({ order: ['a', 'b', 'c', 'd', 'e'], most: 2, running: 0 })
})

test('a full queue refuses, and one who gives up leaves it', async () => {
  const gate = new Gate({ inFlight: 1, queue: 1 })
  const leave = await gate.enter()
  const stop = new AbortController()
  const waiting = gate.enter(stop.signal)
  await expect(gate.enter()).rejects.toMatchObject({ code: 'overloaded', message: '1 calls to the API server are waiting already' })
  stop.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
  leave()
  expect([gate.running, gate.waiting]).toEqual([0, 0])
})

test('starts are spread over time: after the first the next has to wait for its turn', async () => {
  const gate = new Gate({ inFlight: 100, queue: 100, perSecond: 0.01 })
  const stop = new AbortController()
  let entered = 0
  const all = Promise.allSettled(Array.from({ length: 5 }, () => gate.enter(stop.signal).then(() => entered++)))
  await new Promise(resolve => setImmediate(resolve))
  expect(entered).toBe(1)
  stop.abort()
  expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected', 'rejected'])
  expect(gate.running).toBe(1)
})

test('a held gate lets nobody in before its time', async () => {
  const gate = new Gate({ inFlight: 5, queue: 5 })
  gate.hold(3_600_000)
  const stop = new AbortController()
  const waiting = gate.enter(stop.signal)
  await new Promise(resolve => setImmediate(resolve))
  stop.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
  expect(gate.running).toBe(0)
})

test('lanes of one key share their width, others do not wait', async () => {
  const lanes = new Lanes(1)
  const leave = await lanes.enter('worker-1')
  let entered = false
  const waiting = lanes.enter('worker-1').then(out => {
    entered = true
    return out
  })
  await lanes.enter('worker-2')
  expect(entered).toBe(false)
  leave()
  const out = await waiting
  out()
})
