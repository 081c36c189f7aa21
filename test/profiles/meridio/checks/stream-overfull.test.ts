import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/stream-overfull.ts'
import { say } from '../recorded-trench.ts'
import { noAddress } from './edits.ts'
import { add, change, kube } from './kube.ts'

const room = (targets: number) => kube(change('streams', 'stream1', spec => { spec['max-targets'] = targets }))

test('a healthy stream has room', async () => {
  expect(await say(check)).toEqual([])
  expect(await say(check, room(4))).toEqual([])
})

test('more targets than room', async () => {
  expect(await say(check, room(3))).toEqual(['red: 4 targets have opened stream stream1, which takes 3'])
})

test('a target without all of its VIPs has not opened the stream', async () => {
  expect(await say(check, { ...room(3), edit: noAddress('tg-1', '10.0.0.1') })).toEqual([])
})

test('streams that share VIPs cannot be told', async () => {
  expect(await say(check, kube(add('streams', 'stream2', {}), add('flows', 'flow2', { stream: 'stream2' })))).toEqual(['red: not-applicable: no stream of the trench can be told by its VIPs alone'])
})

test('a target that nobody could enter leaves it open', async () => {
  expect(await say(check, { gone: ['tg-1'] })).toEqual(['red: unknown: red/tg-1: ip-addresses: no probe: ErrImageNeverPull'])
})
