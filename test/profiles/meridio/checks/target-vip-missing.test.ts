import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-vip-missing.ts'
import { say } from '../recorded-trench.ts'
import { edit, idle, noAddress } from './edits.ts'
import { add, change, kube, remove, twoTrenches } from './kube.ts'

test('a healthy target has every VIP of its stream', async () => {
  expect(await say(check)).toEqual([])
})

test('the IPv6 VIP went down with the interface', async () => {
  expect(await say(check, { fault: 'f02-target-link-down' })).toEqual(['tg-2: 1000::1:a00:1/128 of stream stream1 is on no nsm interface'])
})

test('the IPv4 VIP is not on the interface', async () => {
  expect(await say(check, { edit: noAddress('tg-1', '10.0.0.1') })).toEqual(['tg-1: 10.0.0.1/32 of stream stream1 is on no nsm interface'])
})

test('a VIP on the loopback does not count', async () => {
  expect(await say(check, { edit: [noAddress('tg-1', '10.0.0.1'), edit('tg-1', 'addresses', '"local":"127.0.0.1","prefixlen":8', '"local":"10.0.0.1","prefixlen":32')] })).toEqual(['tg-1: 10.0.0.1/32 of stream stream1 is on no nsm interface'])
})

test('no VIP is left, or no address at all', async () => {
  expect(await say(check, { edit: [noAddress('tg-1', '10.0.0.1'), noAddress('tg-1', '1000::1:a00:1')] })).toEqual(['tg-1: no VIP of the trench is on an nsm interface'])
  expect(await say(check, { edit: edit('tg-1', 'addresses', /("ifname":"nsm-0".*"addr_info":)\[[^\]]*\]/, '$1[]') })).toEqual(['tg-1: no VIP of the trench is on an nsm interface'])
})

const stream2 = (...vips: string[]) => [add('vips', 'vip3', { address: '10.0.0.3/32' }), add('streams', 'stream2', {}), add('flows', 'flow2', { stream: 'stream2', vips })]

test('a stream that the application did not open is not missed, though it shares a VIP', async () => {
  expect(await say(check, kube(...stream2('vip1', 'vip3')))).toEqual([])
})

test('a stream whose own VIP is there is open, and misses the other', async () => {
  expect(await say(check, { ...kube(...stream2('vip3', 'vip1')), edit: edit('tg-1', 'addresses', '"local":"10.0.0.1"', '"local":"10.0.0.3"') }))
    .toEqual(['tg-1: 10.0.0.1/32 of stream stream1 is on no nsm interface', 'tg-1: 10.0.0.1/32 of stream stream2 is on no nsm interface'])
})

test('an idle application is healthy', async () => {
  expect(await say(check, { edit: idle('tg-3') })).toEqual(['tg-3: not-applicable: no stream is open: the pod has no nsm interface'])
})

test('without a VIP in any flow nothing is expected', async () => {
  expect(await say(check, kube(remove('flows')))).toEqual([1, 2, 3, 4].map(number => `tg-${number}: not-applicable: no flow of the trench has a VIP`))
  expect(await say(check, kube(change('flows', 'flow1', spec => { spec['vips'] = ['nobody'] })))).toHaveLength(4)
})

test('a target of another trench of the namespace lacks nothing here', async () => {
  expect(await say(check, { ...kube(twoTrenches), edit: [edit('tg-1', 'addresses', '"local":"10.0.0.1"', '"local":"10.9.9.9"'), edit('tg-1', 'addresses', '"local":"1000::1:a00:1"', '"local":"1000::9"')] }))
    .toEqual(['tg-1: not-applicable: its nsm interfaces belong to another trench'])
})

test('VIPs out of date, where no other trench could own them, are a finding', async () => {
  expect(await say(check, { edit: [edit('tg-1', 'addresses', '"local":"10.0.0.1"', '"local":"10.9.9.9"'), edit('tg-1', 'addresses', '"local":"1000::1:a00:1"', '"local":"1000::9"')] }))
    .toEqual(['tg-1: no VIP of the trench is on an nsm interface'])
})

test('a target that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['tg-1'] })).toEqual(['tg-1: unknown: ip-links: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull'])
})
