import { describe, expect, test } from 'vitest'
import check from '#profiles/meridio/checks/external-address-missing.ts'
import { say } from '../recorded-trench.ts'
import { add, change, ipv4Only, kube } from './kube.ts'

const address = (...edits: readonly (readonly [RegExp | string, string])[]) => ({ edit: edits.map(([from, to]) => ({ pod: 'lb-1', command: 'ip -j addr', from, to })) })
const noIpv4 = [/\{"family":"inet","local":"169\.254\.101\.1".*?\},/, ''] as const
const noIpv6 = [/\{"family":"inet6","local":"1000::1:a9fe:6501".*?\},/, ''] as const
const second = (local: string, more = '') => [/(\{"family":"inet",)("local":"169\.254\.101\.1".*?\})/, `$1$2,$1"local":"${local}","prefixlen":24,"scope":"global"${more}}`] as const

test('a healthy load balancer has an address of each family', async () => {
  expect(await say(check)).toEqual([])
})

describe('one family', () => {
  test.each([
    ['no IPv4 address', [noIpv4], 'nsm-1 has no IPv4 address'],
    ['no IPv6 address but the link-local', [noIpv6], 'nsm-1 has no IPv6 address'],
    ['another network than the attractor says', [['"local":"169.254.101.1"', '"local":"169.254.102.1"']], 'nsm-1 has 169.254.102.1/24, not in the attractor\'s 169.254.101.0/24'],
    ['another host has the address', [['"local":"1000::1:a9fe:6501","prefixlen":120,"scope":"global"', '"local":"1000::1:a9fe:6501","prefixlen":120,"scope":"global","dadfailed":true,"tentative":true']], 'nsm-1: 1000::1:a9fe:6501/120 is not usable (dadfailed)'],
    ['nobody knows yet whether it is free', [['"local":"1000::1:a9fe:6501","prefixlen":120,"scope":"global"', '"local":"1000::1:a9fe:6501","prefixlen":120,"scope":"global","tentative":true']], 'nsm-1: 1000::1:a9fe:6501/120 is not usable (tentative)'],
    ['two addresses, both of another network, are one finding', [['"local":"169.254.101.1"', '"local":"169.254.102.1"'], [/(\{"family":"inet",)("local":"169\.254\.102\.1".*?\})/, '$1$2,$1"local":"169.254.103.1","prefixlen":24,"scope":"global"}']], 'nsm-1 has 169.254.102.1/24, 169.254.103.1/24, not in the attractor\'s 169.254.101.0/24'],
  ] as const)('%s', async (_, edits, text) => {
    expect(await say(check, address(...edits))).toEqual([`lb-1: ${text}`])
  })

  test.each([
    ['beside a good address one of another network does no harm', second('169.254.102.1')],
    ['beside a good address a refused one does no harm', second('169.254.101.7', ',"dadfailed":true')],
  ] as const)('%s', async (_, edit) => {
    expect(await say(check, address(edit))).toEqual([])
  })
})

test('both families', async () => {
  expect(await say(check, address(noIpv4, noIpv6))).toEqual(['lb-1: nsm-1 has no IPv4 address', 'lb-1: nsm-1 has no IPv6 address'])
})

test('a family without a gateway needs no address', async () => {
  expect(await say(check, { ...ipv4Only, ...address(noIpv6) })).toEqual([])
})

describe('the gateway\'s network', () => {
  test('a gateway beyond the link', async () => {
    expect(await say(check, kube(change('gateways', 'gateway1', spec => { spec['address'] = '169.254.109.254' })))).toEqual(['lb-1: gateway gateway1 (169.254.109.254) is in no network of nsm-1 (169.254.101.1/24)', 'lb-2: gateway gateway1 (169.254.109.254) is in no network of nsm-1 (169.254.101.2/24)'])
  })

  test('two of them are two findings', async () => {
    const world = kube(change('gateways', 'gateway1', spec => { spec['address'] = '169.254.109.254' }), add('gateways', 'gateway3', { address: '169.254.109.253' }), change('attractors', 'attr1', spec => { spec['gateways'] = ['gateway1', 'gateway2', 'gateway3'] }))
    expect((await say(check, world)).filter(text => text.startsWith('lb-1'))).toEqual([
      'lb-1: gateway gateway1 (169.254.109.254) is in no network of nsm-1 (169.254.101.1/24)',
      'lb-1: gateway gateway3 (169.254.109.253) is in no network of nsm-1 (169.254.101.1/24)',
    ])
  })

  test('a link-local gateway is on every link', async () => {
    expect(await say(check, kube(change('gateways', 'gateway2', spec => { spec['address'] = 'fe80::1' })))).toEqual([])
  })

  test('without prefixes in the resources (Helm) the gateway\'s network decides', async () => {
    const helm = kube(change('attractors', 'attr1', spec => { spec['interface'] = { name: 'nsm-1' } }))
    expect(await say(check, helm)).toEqual([])
    expect(await say(check, { ...helm, ...address(['"local":"169.254.101.1"', '"local":"169.254.102.1"']) })).toEqual(['lb-1: gateway gateway1 (169.254.101.254) is in no network of nsm-1 (169.254.102.1/24)'])
  })
})

test('an attractor without gateways, and a missing interface, are not judged here', async () => {
  expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['gateways'] = [] })))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: the attractor has no gateway`))
  expect(await say(check, { edit: { pod: 'lb-1', command: 'ip -j -d -s link', from: '"ifname":"nsm-1"', to: '"ifname":"nsm-9"' } })).toEqual(['lb-1: not-applicable: there is no external interface'])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-links: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull'])
})
