import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/nfqueue-drops-growing.ts'
import { say } from '../recorded-trench.ts'

const again = 'cat /proc/self/net/netfilter/nfnetlink_queue'

test('healthy queues drop nothing between two readings', async () => {
  expect(await say(check)).toEqual([])
})

test('what a queue dropped before the sweep is not told again', async () => {
  const edit = ['cat /proc/net/netfilter/nfnetlink_queue', again].map(command => ({ pod: 'lb-1', command, from: /(2 4263287785 +0 2 +1500 +)0/, to: '$17' }))
  expect(await say(check, { edit })).toEqual([])
})

test('a full queue and a full socket are told apart, with the time between the readings', async () => {
  expect(await say(check, { edit: { pod: 'lb-1', command: again, from: /(2 4263287785 +0 2 +1500 +)0( +)0/, to: '$141$23' } })).toEqual([
    'lb-1: packets to VIPs were dropped within 1.0 s: queue 2 full 41, queue 2 full socket 3',
  ])
})

test('a queue that was bound anew meanwhile begins at nothing', async () => {
  expect(await say(check, { edit: { pod: 'lb-1', command: again, from: /2 4263287785 +0 2 +1500 +0/, to: '2 77 0 2 1500 5' } })).toEqual([])
})

test('queues that cannot be read again leave it unknown', async () => {
  expect(await say(check, { edit: { pod: 'lb-1', command: again, from: /^/, to: 'x\n' } })).toEqual([expect.stringMatching(/^lb-1: unknown: .*queues-again : not an NFQUEUE line: x$/)])
})
