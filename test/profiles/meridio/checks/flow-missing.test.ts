import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/flow-missing.ts'
import { say } from '../recorded-trench.ts'
import { add, change, kube, remove } from './kube.ts'

const list = (pod: string, from: RegExp | string, to: string) => ({ edit: { pod, command: 'nfqlb flow-list', from, to } })

test('a healthy load balancer has the flow', async () => {
  expect(await say(check)).toEqual([])
})

test('a flow that nfqlb does not have', async () => {
  expect(await say(check, list('lb-1', /[^]*/, '[]\n'))).toEqual(['lb-1: flow flow1 of stream stream1 is not in nfqlb'])
})

test('each missing flow is one finding', async () => {
  const world = kube(add('flows', 'flow2', {}), add('flows', 'flow3', {}))
  expect((await say(check, world)).filter(text => text.startsWith('lb-1'))).toEqual(['lb-1: flow flow2 of stream stream1 is not in nfqlb', 'lb-1: flow flow3 of stream stream1 is not in nfqlb'])
})

test('nfqlb of other versions names flows without the prefix', async () => {
  expect(await say(check, list('lb-1', '"tshm-stream1-flow1"', '"stream1-flow1"'))).toEqual([])
})

test('a flow of another conduit is not looked for', async () => {
  const world = kube(add('streams', 'stream9', { conduit: 'other' }), add('flows', 'flow9', { stream: 'stream9' }))
  expect(await say(check, world)).toEqual([])
})

test('the port-NAT variant has the flow of the translated port too', async () => {
  const world = kube(add('flows', 'flow2', { 'destination-ports': ['5080'], protocols: ['tcp'] }))
  expect(await say(check, { ...world, variant: 'port-nat' })).toEqual(['lb-2: flow flow2 of stream stream1 is not in nfqlb'])
})

test.each([
  ['dead', 'f11-nfqlb-dead', 'nfqlb flow-list ended with 1: Connect failed. Connection refused'],
  ['stalled', 'f12-nfqlb-stalled', 'nfqlb flow-list did not end within 5000 ms'],
])('an nfqlb that is %s leaves it unknown', async (_, fault, reason) => {
  expect(await say(check, { fault })).toEqual([`lb-1: unknown: nfqlb-flows: ${reason}`])
})

test('half a list leaves it unknown', async () => {
  expect(await say(check, list('lb-1', /\n\}\]\n/, ''))).toEqual(['lb-1: unknown: nfqlb-flows: the list of flows stops before its end, after:   "user_ref": "tshm-stream1"'])
})

test('a conduit without flow is not judged', async () => {
  expect(await say(check, kube(remove('flows')))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: the conduit has no flow`))
  expect(await say(check, kube(change('streams', 'stream1', spec => { spec['conduit'] = 'other' })))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: the conduit has no flow`))
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: nfqlb-flows: no probe: ErrImageNeverPull'])
})
