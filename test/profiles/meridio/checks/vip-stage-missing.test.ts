import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/vip-stage-missing.ts'
import { say } from '../recorded-trench.ts'
import { noAddress } from './edits.ts'
import { add, change, kube, remove } from './kube.ts'

test('in a healthy trench every VIP is everywhere', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['f18-vip-rule-missing', 'red: 10.0.0.1/32 is missing first at: rule to table 4096 (lb-1)'],
  ['f22-proxy-vip-rule-missing', 'red: 10.0.0.1/32 is missing first at: rule of the proxy (px-a)'],
])('%s', async (fault, said) => {
  expect(await say(check, { fault })).toEqual([said])
})

test('a VIP that nobody learnt is missing first where it enters, and then everywhere', async () => {
  const world = kube(add('vips', 'vip3', { address: '10.0.0.3/32' }), change('attractors', 'attr1', spec => { spec['vips'] = ['vip1', 'vip2', 'vip3'] }), change('flows', 'flow1', spec => { spec['vips'] = ['vip1', 'vip2', 'vip3'] }))
  expect(await say(check, world)).toEqual(['red: 10.0.0.3/32 is missing first at: rule to table 4096 (lb-1, lb-2), then at: nft set of nfqlb, flow of nfqlb, rule of the proxy, address of the target'])
})

test('one load balancer missed an update of nfqlb', async () => {
  expect(await say(check, { edit: { pod: 'lb-1', command: 'nfqlb flow-list', from: /,\n {4}"1000::1:a00:1\/128"/, to: '' } })).toEqual(['red: 1000::1:a00:1/128 is missing first at: flow of nfqlb (lb-1)'])
  expect(await say(check, { edit: { pod: 'lb-1', command: 'nft -j list ruleset', from: '"elem": ["10.0.0.1"]', to: '"elem": []' } })).toEqual(['red: 10.0.0.1/32 is missing first at: nft set of nfqlb (lb-1)'])
})

test('a target lacks it; with several streams nobody knows whether it should have it', async () => {
  const edit = noAddress('tg-1', '10.0.0.1')
  expect(await say(check, { edit })).toEqual(['red: 10.0.0.1/32 is missing first at: address of the target (tg-1)'])
  expect(await say(check, { edit, ...kube(add('streams', 'stream2', {})) })).toEqual([])
})

test('a VIP that no flow uses needs no flow', async () => {
  expect(await say(check, { ...kube(change('flows', 'flow1', spec => { spec['vips'] = ['vip1'] })), edit: { pod: 'lb-1', command: 'nfqlb flow-list', from: /,\n {4}"1000::1:a00:1\/128"/, to: '' } })).toEqual([])
})

test('a trench without VIP is not judged, and with one pod that nobody could enter nothing is ok', async () => {
  expect(await say(check, kube(remove('vips')))).toEqual(['red: not-applicable: the trench has no VIP'])
  expect(await say(check, { gone: ['px-a'] })).toEqual(['red: unknown: red/px-a: ip-rules: no probe: ErrImageNeverPull'])
})
