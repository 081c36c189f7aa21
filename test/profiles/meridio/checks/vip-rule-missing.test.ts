import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/vip-rule-missing.ts'
import { say } from '../recorded-trench.ts'
import { add, change, kube } from './kube.ts'

const rule = (from: RegExp | string, to: string) => ({ edit: { pod: 'lb-2', command: 'ip -j -4 rule', from, to } })

test('a healthy trench has a rule per VIP and family', async () => {
  expect(await say(check)).toEqual([])
})

test('lb-1 lost the IPv4 rules of its VIP', async () => {
  expect(await say(check, { fault: 'f18-vip-rule-missing' })).toEqual(['lb-1: no IPv4 rule from 10.0.0.1/32 to table 4096'])
})

test('an IPv6 VIP is found in whatever spelling', async () => {
  const vip = kube(change('vips', 'vip2', spec => { spec['address'] = '1000:0:0:0:0:1:A00:1/128' }))
  expect(await say(check, vip)).toEqual([])
  expect(await say(check, { ...vip, edit: { pod: 'lb-2', command: 'ip -j -6 rule', from: '"src":"1000::1:a00:1","table":"4096"', to: '"src":"1000::2","table":"4096"' } })).toEqual(['lb-2: no IPv6 rule from 1000::1:a00:1/128 to table 4096'])
})

test('only the first of two VIPs has a rule', async () => {
  const world = kube(add('vips', 'vip3', { address: '10.0.0.2/32' }), change('attractors', 'attr1', spec => { spec['vips'] = ['vip1', 'vip2', 'vip3'] }))
  expect(await say(check, world)).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: no IPv4 rule from 10.0.0.2/32 to table 4096`))
})

test.each([
  ['to another table', '"src":"10.0.0.1","table":"4096"', '"src":"10.0.0.1","table":"4095"'],
  ['for marked packets only', '"src":"10.0.0.1","table":"4096"', '"src":"10.0.0.1","fwmark":"0x1","table":"4096"'],
  ['for one destination only', '"src":"10.0.0.1","table":"4096"', '"src":"10.0.0.1","dst":"192.0.2.10","table":"4096"'],
])('a rule %s does not do', async (_, from, to) => {
  expect(await say(check, rule(from, to))).toEqual(['lb-2: no IPv4 rule from 10.0.0.1/32 to table 4096'])
})

test('a VIP that is a network has a rule for the network', async () => {
  const world = kube(change('vips', 'vip1', spec => { spec['address'] = '10.0.0.0/24' }))
  const edit = ['lb-1', 'lb-2'].map(pod => ({ pod, command: 'ip -j -4 rule', from: /"src":"10.0.0.1"/g, to: '"src":"10.0.0.0","srclen":24' }))
  expect(await say(check, { ...world, edit })).toEqual([])
})

test('an attractor without VIP is not judged', async () => {
  expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['vips'] = [] })))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: the attractor has no VIP`))
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-rules: no probe: ErrImageNeverPull'])
})
