import { describe, expect, test } from 'vitest'
import check from '#profiles/meridio/checks/blackhole-route-missing.ts'
import { say } from '../recorded-trench.ts'
import { add, change, ipv4Only, kube } from './kube.ts'

const route = (family: 4 | 6, from: RegExp | string, to: string) => ({ pod: 'lb-1', command: `ip -j -${family} route show table all`, from, to })
const rule = (family: 4 | 6, from: RegExp | string, to: string) => ({ pod: 'lb-1', command: `ip -j -${family} rule`, from, to })

test.each(['', 'bird-2.0.8', 'bird-3.1.4'])('healthy %s', async variant => {
  expect(await say(check, variant === '' ? {} : { variant })).toEqual([])
})

test('the rule behind the gateways\' table is missing', async () => {
  expect(await say(check, { fault: 'f18-vip-rule-missing' })).toEqual(['lb-1: no IPv4 rule from 10.0.0.1/32 to table 4097'])
})

test('each VIP needs its own rule, in its own family', async () => {
  const second = kube(add('vips', 'vip3', { address: '10.0.0.2/32' }), add('vips', 'vip4', { address: '1000:0:0::1:a00:2/128' }), change('attractors', 'attr1', spec => { spec['vips'] = ['vip1', 'vip2', 'vip3', 'vip4'] }))
  expect((await say(check, second)).filter(text => text.startsWith('lb-1'))).toEqual(['lb-1: no IPv4 rule from 10.0.0.2/32 to table 4097', 'lb-1: no IPv6 rule from 1000::1:a00:2/128 to table 4097'])
})

test.each([
  ['no route', route(4, '{"type":"blackhole","dst":"default","table":"4097","protocol":"bird","metric":32,"flags":[]},', ''), 'table 4097 has no IPv4 blackhole route'],
  ['no IPv6 route', route(6, /\{"type":"blackhole","dst":"default","dev":"lo","table":"4097".*?\},/, ''), 'table 4097 has no IPv6 blackhole route'],
  ['a route that leads somewhere', route(4, '"type":"blackhole","dst":"default"', '"dst":"default","gateway":"10.244.1.1","dev":"eth0"'), 'the IPv4 default route of table 4097 is unicast, not blackhole'],
])('%s', async (_, edit, text) => {
  expect(await say(check, { edit })).toEqual([`lb-1: ${text}`])
})

test('unreachable drops packets too', async () => {
  expect(await say(check, { edit: route(4, '"type":"blackhole"', '"type":"unreachable"') })).toEqual([])
})

describe('families and versions', () => {
  test('a trench of one family', async () => {
    expect(await say(check, { ...ipv4Only, edit: route(6, /\{"type":"blackhole".*?\},/, '') })).toEqual([])
  })

  test('a version without the table is not judged', async () => {
    const edit = [rule(4, /\{[^{}]*"table":"4097"\},/, ''), rule(6, /\{[^{}]*"table":"4097"\},/, ''), route(4, /\{"type":"blackhole".*?\},/, ''), route(6, /\{"type":"blackhole".*?\},/, '')]
    expect(await say(check, { edit })).toEqual(['lb-1: not-applicable: this version of Meridio has no blackhole table'])
  })

  test('rules that all went do not make it such a version', async () => {
    expect(await say(check, { edit: [rule(4, /\{[^{}]*"table":"4097"\},/, ''), rule(6, /\{[^{}]*"table":"4097"\},/, '')] })).toEqual(['lb-1: no IPv4 rule from 10.0.0.1/32 to table 4097', 'lb-1: no IPv6 rule from 1000::1:a00:1/128 to table 4097'])
  })

  test('an attractor without VIP is not judged', async () => {
    expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['vips'] = [] })))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: the attractor has no VIP`))
  })
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-routes: no probe: ErrImageNeverPull; ip-rules: no probe: ErrImageNeverPull'])
})
