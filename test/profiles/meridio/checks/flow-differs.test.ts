import { describe, expect, test } from 'vitest'
import check from '#profiles/meridio/checks/flow-differs.ts'
import { say } from '../recorded-trench.ts'
import { add, change, kube, remove } from './kube.ts'

const flow = (edit: Record<string, unknown>) => kube(change('flows', 'flow1', spec => Object.assign(spec, edit)))
const list = (...edits: readonly (readonly [RegExp | string, string])[]) => ({ edit: edits.map(([from, to]) => ({ pod: 'lb-1', command: 'nfqlb flow-list', from, to })) })
const both = (text: string) => ['lb-1', 'lb-2'].map(lb => `${lb}: flow flow1 of stream stream1: ${text}`)

test('a healthy load balancer has the flow as the resource says', async () => {
  expect(await say(check)).toEqual([])
})

test('a wrong port', async () => {
  expect(await say(check, { fault: 'f09-flow-wrong-port' })).toEqual(['lb-1: flow flow1 of stream stream1: destination ports 4000, not 5000-5003'])
})

describe('each field', () => {
  test.each([
    ['priority', { priority: 7 }, 'priority 1, not 7'],
    ['protocols', { protocols: ['TCP'] }, 'protocols tcp udp, not tcp'],
    ['VIPs', { vips: ['vip1'] }, 'VIPs 10.0.0.1/32 1000::1:a00:1/128, not 10.0.0.1/32'],
    ['destination ports', { 'destination-ports': ['5000', '5005-5006'] }, 'destination ports 5000-5003, not 5000 5005-5006'],
    ['any destination port', { 'destination-ports': ['any'] }, 'destination ports 5000-5003, not any'],
    ['sources', { 'source-subnets': ['192.0.2.0/24'] }, 'sources any, not 192.0.2.0/24'],
    ['source ports', { 'source-ports': ['1024-65535'] }, 'source ports any, not 1024-65535'],
    ['byte matches', { 'byte-matches': ['tcp[12 : 2] & 0x01ff = 0x0002'] }, 'byte matches any, not tcp[12:2]&0x1ff=0x2'],
    ['several at once', { priority: 7, 'destination-ports': ['80'] }, 'priority 1, not 7; destination ports 5000-5003, not 80'],
  ])('%s', async (_, edit, text) => {
    expect(await say(check, flow(edit))).toEqual(both(text))
  })
})

describe('what means the same does not differ', () => {
  test.each([
    ['ports in pieces', { 'destination-ports': ['5002-5003', '5000', '5001'] }, []],
    ['protocols in capitals, in another order', { protocols: ['UDP', 'TCP'] }, []],
    ['the whole range of ports', { 'source-ports': ['0-65535'] }, []],
    ['host bits of a source', { 'source-subnets': ['192.0.2.77/24', '2001:DB8::1/32'] }, [['  "matches_count"', '  "srcs": [\n    "::ffff:192.0.2.0/120",\n    "2001:db8::/32"\n  ],\n  "matches_count"']]],
    ['numbers of a byte match', { 'byte-matches': ['tcp[12 : 2] & 0x01ff = 2', 'udp[0:4]&0x0=010'] }, [['  "matches_count"', '  "match": [\n    "tcp[12:2]&0x1ff=0x2",\n    "udp[0:4]=0x8"\n  ],\n  "matches_count"']]],
    ['a negative priority', { priority: -5 }, [['"priority": 1', '"priority": 4294967291']]],
  ] as const)('%s', async (_, edit, edits) => {
    const said = await say(check, { ...flow(edit), ...list(...edits) })
    expect(said.filter(text => text.startsWith('lb-1'))).toEqual([])
  })
})

test('a VIP nobody knows is no VIP of the flow', async () => {
  expect(await say(check, flow({ vips: ['vip1', 'vip2', 'vip9'] }))).toEqual([])
})

test('in the port-NAT variant both flows are as described', async () => {
  const world = kube(add('flows', 'flow2', { 'destination-ports': ['5080'], protocols: ['tcp'] }))
  expect(await say(check, { ...world, variant: 'port-nat' })).toEqual([])
})

test('a flow that is missing, or that nobody describes, has its own check', async () => {
  expect(await say(check, list([/[^]*/, '[]\n']))).toEqual([])
  expect(await say(check, list(['"tshm-stream1-flow1"', '"tshm-stream1-other"']))).toEqual([])
})

test('a conduit without flow is not judged', async () => {
  expect(await say(check, kube(remove('flows')))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: the conduit has no flow`))
})

test('a dead nfqlb, and a pod nobody can enter, are unknown', async () => {
  expect(await say(check, { fault: 'f11-nfqlb-dead', gone: ['lb-2'] })).toEqual(['lb-1: unknown: nfqlb-flows: nfqlb flow-list ended with 1: Connect failed. Connection refused', 'lb-2: unknown: nfqlb-flows: no probe: ErrImageNeverPull'])
})
