import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/gateway-protocol-leftover.ts'
import { say } from '../recorded-trench.ts'
import { situation } from './bird-situation.ts'
import { change, kube } from './kube.ts'

test.each(['', 'bird-2.0.8', 'bird-3.1.4'])('a healthy trench has no other gateway in BIRD, and its BFD protocol is none: %s', async variant => {
  expect(await say(check, variant === '' ? {} : { variant })).toEqual([])
})

test('a gateway the attractor no longer lists', async () => {
  expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['gateways'] = ['gateway1'] })))).toEqual([
    'lb-1: BIRD has a protocol for gateway gateway2, which the attractor does not list',
    'lb-2: BIRD has a protocol for gateway gateway2, which the attractor does not list',
  ])
})

test('all gateways, where the attractor lists none', async () => {
  expect((await say(check, kube(change('attractors', 'attr1', spec => { spec['gateways'] = [] })))).filter(text => text.startsWith('lb-1'))).toEqual([
    'lb-1: BIRD has a protocol for gateway gateway1, which the attractor does not list',
    'lb-1: BIRD has a protocol for gateway gateway2, which the attractor does not list',
  ])
})

test.each(['no-gateways', 'missing-secret-gateway', 'healthy-bgp-bfd'])('%s: nothing is left over', async name => {
  expect(await say(check, situation('3.1.7', name))).toEqual([])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: bird-protocols: no probe: ErrImageNeverPull'])
})
