import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/flow-leftover.ts'
import { fixture } from '../../../fixture.ts'
import { say } from '../recorded-trench.ts'
import { add, kube, remove } from './kube.ts'

const list = (from: RegExp | string, to: string) => ({ edit: { pod: 'lb-1', command: 'nfqlb flow-list', from, to } })

test('a healthy load balancer has no other flow', async () => {
  expect(await say(check)).toEqual([])
})

test('the flow of a resource that is gone', async () => {
  expect(await say(check, { variant: 'port-nat' })).toEqual(['lb-1: nfqlb has flow tshm-stream1-flow2 (priority 1), which no Flow resource of the conduit describes'])
})

test('the last flow of the conduit too', async () => {
  expect(await say(check, kube(remove('flows')))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: nfqlb has flow tshm-stream1-flow1 (priority 1), which no Flow resource of the conduit describes`))
})

test('a described one is none', async () => {
  expect(await say(check, { ...kube(add('flows', 'flow2', {})), variant: 'port-nat' })).toEqual([])
})

test('what nfqlb makes for itself is none', async () => {
  // recorded from nfqlb 1.2.0 with flows of another trench; `#tshm-stream2-sctp` is its own companion of the flow with UDP encapsulation
  expect(await say(check, list(/[^]*/, fixture('nfqlb/1.2.0/full-flow-list.stdout')))).toEqual([
    ['tshm-stream2-all', 500], ['tshm-stream2-sctp', 100], ['tshm-stream1-flow2', 1], ['tshm-stream2-l3', 0], ['tshm-stream2-any', -5],
  ].map(([name, priority]) => `lb-1: nfqlb has flow ${name} (priority ${priority}), which no Flow resource of the conduit describes`))
})

test('a dead nfqlb, and a pod nobody can enter, are unknown', async () => {
  expect(await say(check, { fault: 'f11-nfqlb-dead', gone: ['lb-2'] })).toEqual(['lb-1: unknown: nfqlb-flows: nfqlb flow-list ended with 1: Connect failed. Connection refused', 'lb-2: unknown: nfqlb-flows: no probe: ErrImageNeverPull'])
})
