import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/shm-leftover.ts'
import { say } from '../recorded-trench.ts'

const more = { pod: 'lb-1', command: 'ls -ln --time-style=+ /dev/shm', from: /(.*)tshm-stream1\n/, to: '$1tshm-stream1\n$1tshm-stream9\n' }

test('a healthy load balancer holds the table of its stream', async () => {
  expect(await say(check)).toEqual([])
})

test('a table of a stream that is gone', async () => {
  expect(await say(check, { edit: more })).toEqual(['lb-1: /dev/shm holds tshm-stream9 (4.0 MB), but there is no stream stream9 and no flow that uses it'])
})

test('a table that a flow uses is in use', async () => {
  expect(await say(check, { edit: [more, { pod: 'lb-1', command: 'nfqlb flow-list', from: '"user_ref": "tshm-stream1"', to: '"user_ref": "tshm-stream9"' }] })).toEqual([])
})

test('while nfqlb does not answer nobody knows', async () => {
  expect(await say(check, { fault: 'f12-nfqlb-stalled' })).toEqual(['lb-1: unknown: nfqlb-flows: nfqlb flow-list did not end within 5000 ms'])
})
