import { describe, expect, test } from 'vitest'
import check from '#profiles/meridio/checks/kernel-default-route-missing.ts'
import { say } from '../recorded-trench.ts'
import { situation } from './bird-situation.ts'
import { change, kube } from './kube.ts'

const kernel = (family: 4 | 6, from: RegExp | string, to: string) => ({ pod: 'lb-1', command: `ip -j -${family} route show table all`, from, to })

test.each(['', 'bird-2.0.8', 'bird-3.1.4'])('healthy %s', async variant => {
  expect(await say(check, variant === '' ? {} : { variant })).toEqual([])
})

test('the table was emptied behind the back of BIRD', async () => {
  expect(await say(check, { fault: 'f19-kernel-table-flushed' })).toEqual([
    'lb-1: table 4096 has no IPv4 default route, although BIRD has one from NBR-gateway1',
    'lb-1: table 4096 has no IPv6 default route, although BIRD has one from NBR-gateway2',
  ])
})

test.each([
  ['f14-gateway-down', ['lb-1: table 4096 has no IPv4 default route, and BIRD has none to give', 'lb-1: table 4096 has no IPv6 default route, and BIRD has none to give']],
  ['f15-asn-mismatch', ['lb-1: table 4096 has no IPv4 default route, and BIRD has none to give']],
])('BIRD has nothing to give: %s', async (fault, texts) => {
  expect(await say(check, { fault })).toEqual(texts)
})

test('other routes that BIRD gives the kernel are no default route', async () => {
  // the situation's kernel table holds 100 networks and no default
  const world = situation('2.0.12', 'bgp-only-specific-nets')
  const edit = [...[world.edit ?? []].flat(), kernel(4, /"dst":"default"(,"gateway":"169.254.101.254")/, '"dst":"200.0.1.0/24"$1')]
  expect(await say(check, { ...world, edit })).toEqual(['lb-1: table 4096 has no IPv4 default route, and BIRD has none to give'])
})

describe('somebody else writes the table', () => {
  test('a static route stands where BIRD\'s should', async () => {
    expect(await say(check, { edit: kernel(4, /("dst":"default","gateway":"169.254.101.254","dev":"nsm-1","table":"4096","protocol":)"bird"/, '$1"static"') })).toEqual([
      'lb-1: the IPv4 default route of table 4096 (169.254.101.254) is not BIRD\'s, but of protocol static',
    ])
  })

  test('BIRD 2 marks its own as not in the kernel, and still has one', async () => {
    const world = situation('2.0.12', 'kernel-table-conflict')
    const edit = [...[world.edit ?? []].flat(), kernel(4, /("dst":"default","gateway":"169.254.101.254","dev":"nsm-1","table":"4096","protocol":)"bird"/, '$1"static"')]
    expect(await say(check, { ...world, edit })).toEqual(['lb-1: the IPv4 default route of table 4096 (169.254.101.254) is not BIRD\'s, but of protocol static'])
  })

  test('a route that drops packets', async () => {
    expect(await say(check, { edit: kernel(4, /"dst":"default","gateway":"169.254.101.254","dev":"nsm-1","table":"4096","protocol":"bird"/, '"type":"unreachable","dst":"default","table":"4096"') })).toEqual([
      'lb-1: the IPv4 default route of table 4096 (unreachable) is not BIRD\'s, but of protocol boot',
    ])
  })
})

describe('families', () => {
  test('a family without VIP needs no way out', async () => {
    const world = kube(change('attractors', 'attr1', spec => { spec['vips'] = ['vip1'] }))
    expect(await say(check, { ...world, fault: 'f19-kernel-table-flushed' })).toEqual(['lb-1: table 4096 has no IPv4 default route, although BIRD has one from NBR-gateway1'])
  })

  test.each([['gateways'], ['vips']])('an attractor without %s is not judged', async list => {
    const world = kube(change('attractors', 'attr1', spec => { spec[list] = [] }))
    expect(await say(check, world)).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: no family of the attractor has both a gateway and a VIP`))
  })
})

test('BIRD that does not answer is unknown, though its routes stay', async () => {
  const socket = 'Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused'
  expect(await say(check, { fault: 'f37-bird-killed' })).toEqual([`lb-1: unknown: bird-protocols: birdc show protocols all: ${socket}; bird-default-routes: birdc show route table master4 where net = 0.0.0.0/0 all: ${socket}`])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-routes: no probe: ErrImageNeverPull; bird-protocols: no probe: ErrImageNeverPull; bird-default-routes: no probe: ErrImageNeverPull'])
})
