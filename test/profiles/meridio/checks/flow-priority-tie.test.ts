import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/flow-priority-tie.ts'
import { say } from '../recorded-trench.ts'
import { add, change, kube } from './kube.ts'

const second = (spec: object = {}, first: object = {}) => kube(add('streams', 'stream2', {}), add('flows', 'flow2', { stream: 'stream2', ...spec }), change('flows', 'flow1', flow => Object.assign(flow, first)))

test('flows of one stream may tie', async () => {
  expect(await say(check)).toEqual(['red: not-applicable: the flows of the trench lead to one stream'])
  expect(await say(check, kube(add('flows', 'flow2', {})))).toEqual(['red: not-applicable: the flows of the trench lead to one stream'])
})

test('two streams want the same packets with the same priority', async () => {
  expect(await say(check, second())).toEqual(['red: flows flow1 and flow2 have priority 1 and match the same packets, for different streams (stream1, stream2)'])
  expect(await say(check, second({ 'destination-ports': ['5003-6000'], 'source-subnets': ['10.0.0.0/8'] }, { 'source-subnets': ['10.1.0.0/16', '2001:db8::/32'] }))).toHaveLength(1)
})

test.each<[string, object, object?]>([
  ['priority', { priority: 2 }],
  ['VIPs', { vips: ['vip9'] }],
  ['protocols', { protocols: ['sctp'] }],
  ['destination ports', { 'destination-ports': ['5004-6000'] }],
  ['source ports', { 'source-ports': ['1-1000'] }, { 'source-ports': ['1001-65535'] }],
  ['source subnets', { 'source-subnets': ['10.0.0.0/16'] }, { 'source-subnets': ['10.1.0.0/16', '2001:db8::/32'] }],
  ['byte matches', { 'byte-matches': ['tcp[0:2]=0x1'] }, { 'byte-matches': ['tcp[0:2]=0x2'] }],
])('flows that differ in %s do not tie', async (_, spec, first = {}) => {
  expect(await say(check, second(spec, first))).toEqual([])
})

test('flows of different conduits never meet', async () => {
  const world = kube(add('conduits', 'conduit2', {}), add('streams', 'stream2', { conduit: 'conduit2' }), add('flows', 'flow2', { stream: 'stream2' }))
  expect(await say(check, world)).toEqual([])
})
