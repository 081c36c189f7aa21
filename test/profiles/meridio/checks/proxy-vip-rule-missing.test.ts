import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/proxy-vip-rule-missing.ts'
import { say } from '../recorded-trench.ts'
import { edit, without } from './edits.ts'
import { add, change, kube } from './kube.ts'

test('a healthy proxy has a rule per VIP and family', async () => {
  expect(await say(check)).toEqual([])
})

test('px-a lost the IPv4 rule of the VIP', async () => {
  expect(await say(check, { fault: 'f22-proxy-vip-rule-missing' })).toEqual(['px-a: no IPv4 rule from 10.0.0.1/32'])
})

test('px-b lost the IPv6 rule of the VIP', async () => {
  expect(await say(check, { edit: without('px-b', 'rules6', '1000::1:a00:1') })).toEqual(['px-b: no IPv6 rule from 1000::1:a00:1/128'])
})

test('each VIP without a rule is said', async () => {
  const world = kube(add('vips', 'vip3', { address: '10.0.0.3/32' }), add('vips', 'vip4', { address: '10.0.0.4/32' }), change('flows', 'flow1', spec => { spec['vips'] = ['vip1', 'vip2', 'vip3', 'vip4'] }))
  expect(await say(check, world)).toEqual(['px-a', 'px-b'].flatMap(proxy => ['10.0.0.3/32', '10.0.0.4/32'].map(vip => `${proxy}: no IPv4 rule from ${vip}`)))
})

test.each([
  ['a rule for one port only', '"src":"10.0.0.1","table"', '"src":"10.0.0.1","dport":80,"table"'],
  ['a rule for marked packets', '"src":"10.0.0.1","table"', '"src":"10.0.0.1","fwmark":"0x1","table"'],
  ['a rule for everyone else', '"src":"10.0.0.1","table"', '"not":null,"src":"10.0.0.1","table"'],
  ['a rule that drops', '"src":"10.0.0.1","table":"1"', '"src":"10.0.0.1","action":"blackhole"'],
])('%s is no rule for the replies', async (_, from, to) => {
  expect(await say(check, { edit: edit('px-a', 'rules4', from, to) })).toEqual(['px-a: no IPv4 rule from 10.0.0.1/32'])
})

test('a VIP in another spelling and a VIP that is a network are found', async () => {
  expect(await say(check, {
    ...kube(change('vips', 'vip1', spec => { spec['address'] = '10.0.0.0/28' }), change('vips', 'vip2', spec => { spec['address'] = '1000:0:0:0:0:1:0a00:1/128' })),
    edit: ['px-a', 'px-b'].map(proxy => edit(proxy, 'rules4', '"src":"10.0.0.1"', '"src":"10.0.0.0","srclen":28')),
  })).toEqual([])
})

test('a conduit whose flows have no VIP needs no rule', async () => {
  expect(await say(check, kube(change('flows', 'flow1', spec => { spec['vips'] = [] })))).toEqual(['px-a', 'px-b'].map(proxy => `${proxy}: not-applicable: no flow of the conduit has a VIP`))
})

test('a proxy that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['px-a'] })).toEqual(['px-a: unknown: ip-rules: no probe: ErrImageNeverPull'])
})
