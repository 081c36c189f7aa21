import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/lb-vip-rule-leftover.ts'
import { say } from '../recorded-trench.ts'
import { change, kube } from './kube.ts'

test('a healthy load balancer has rules of its VIPs only', async () => {
  expect(await say(check)).toEqual([])
})

test('the attractor gave a VIP up', async () => {
  expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['vips'] = ['vip1'] })))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: an IPv6 rule from 1000::1:a00:1 leads to table 4096, 4097, but the attractor has no such VIP`))
})

test('a rule of a network, and of other tables', async () => {
  const rule = (row: string) => ({ edit: { pod: 'lb-1', command: 'ip -j -4 rule', from: /^\[/, to: `[${row},` } })
  expect(await say(check, rule('{"priority":90,"src":"10.9.0.0","srclen":24,"table":"4096"}'))).toEqual(['lb-1: an IPv4 rule from 10.9.0.0/24 leads to table 4096, but the attractor has no such VIP'])
  expect(await say(check, rule('{"priority":90,"src":"10.9.0.0","srclen":24,"table":"77"}'))).toEqual([])
})

test('a load balancer that nobody could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-rules: no probe: ErrImageNeverPull'])
})
