import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/stream-unknown.ts'
import { say } from '../recorded-trench.ts'
import { add, change, kube, remove } from './kube.ts'

const show = (from: RegExp | string, to: string) => ({ pod: 'lb-1', command: 'nfqlb show --shm=tshm-stream1', from, to })

test('a healthy load balancer has the stream', async () => {
  expect(await say(check)).toEqual([])
})

test('a stream without its table', async () => {
  expect(await say(check, kube(add('streams', 'stream2', {})))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: stream stream2 has no target table in /dev/shm`))
})

test('an evicted load balancer has none of them', async () => {
  const edit = [{ pod: 'lb-1', command: 'nfqlb flow-list', from: /[^]*/, to: '[]\n' }, { pod: 'lb-1', command: 'ls -ln --time-style=+ /dev/shm', from: /.*tshm-stream1\n/, to: '' }]
  expect(await say(check, { ...kube(add('streams', 'stream2', {})), edit })).toEqual([
    'lb-1: stream stream1 has no target table in /dev/shm',
    'lb-1: stream stream2 has no target table in /dev/shm',
    'lb-2: stream stream2 has no target table in /dev/shm',
  ])
})

test('a table that a flow names and nobody has', async () => {
  expect(await say(check, { edit: show(/[^]*/, 'FAILED mapSharedData: tshm-stream1\n') })).toEqual(['lb-1: stream stream1 cannot be read: nfqlb show --shm=tshm-stream1 ended with 1: FAILED mapSharedData: tshm-stream1'])
})

test('a table that did not fit into /dev/shm', async () => {
  expect(await say(check, { edit: [show('M=9973, N=100', 'M=0, N=0'), show(/Lookup:.*/, 'Lookup:...'), show(/Active:.*/, 'Active:')] })).toEqual(['lb-1: the target table of stream stream1 was never finished: /dev/shm was full'])
})

test('a table of another size than the resource says', async () => {
  expect(await say(check, kube(change('streams', 'stream1', spec => { spec['max-targets'] = 50 })))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: stream stream1 has room for 100 targets, its resource says 50`))
})

test('without a size in the resource it is 100', async () => {
  expect(await say(check, kube(change('streams', 'stream1', spec => { delete spec['max-targets'] })))).toEqual([])
})

test.each(['f11-nfqlb-dead', 'f12-nfqlb-stalled', 'f47-no-active-target-announced', 'f46-stale-shm-mapping'])('%s: the tables are there', async fault => {
  expect(await say(check, { fault })).toEqual([])
})

test('a stream of another conduit is not looked for', async () => {
  expect(await say(check, kube(add('streams', 'stream9', { conduit: 'other' })))).toEqual([])
})

test('a conduit without stream is not judged', async () => {
  expect(await say(check, kube(remove('streams')))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: the conduit has no stream`))
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: nfqlb-streams: no probe: ErrImageNeverPull'])
})
