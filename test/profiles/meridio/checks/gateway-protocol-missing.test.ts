import { describe, expect, test } from 'vitest'
import check from '#profiles/meridio/checks/gateway-protocol-missing.ts'
import { say } from '../recorded-trench.ts'
import { situation } from './bird-situation.ts'
import { change, kube } from './kube.ts'

const v4 = 'lb-1: BIRD has no protocol NBR-gateway-v4-a for gateway 169.254.100.150'
const v6 = 'lb-1: BIRD has no protocol NBR-gateway-v6-a for gateway 100:100::150'

describe.each(['2.0.12', '3.1.7'])('recorded situations of BIRD %s', version => {
  test.each([
    ['healthy-bgp-bfd', []],
    ['bgp-one-gw-of-two-down', []],
    ['bgp-admin-disabled-fe', []],
    ['missing-secret-gateway', [v4]],
    ['healthy-bgp-v4only', [v6]],
    ['no-gateways', [v4, v6]],
    ['fe-initial-config', [v4, v6]],
  ] as const)('%s', async (name, texts) => {
    expect(await say(check, situation(version, name))).toEqual(texts)
  })

  test('a gateway with a password is left out where its Secret is missing', async () => {
    expect(await say(check, situation(version, 'missing-secret-gateway', { bgp: { auth: { 'key-name': 'gateway-v4-a', 'key-source': 'bgp-auth' } } }))).toEqual([`${v4}, whose session has a password: its Secret or the key in it is missing, or the configuration is older`])
    expect(await say(check, situation(version, 'healthy-bgp-bfd', { bgp: { auth: { 'key-name': 'gateway-v4-a', 'key-source': 'bgp-auth' } } }))).toEqual([])
  })

  test('a gateway that is static in BIRD and BGP in its resource', async () => {
    expect(await say(check, situation(version, 'healthy-static-bfd'))).toEqual([
      'lb-1: NBR-gateway-v4-a (169.254.100.150) is a Static protocol, the Gateway says BGP',
      'lb-1: NBR-gateway-v6-a (100:100::150) is a Static protocol, the Gateway says BGP',
    ])
  })

  test('and the other way round', async () => {
    expect((await say(check, situation(version, 'healthy-bgp-bfd', { protocol: 'static' })))[0]).toBe('lb-1: NBR-gateway-v4-a (169.254.100.150) is a BGP protocol, the Gateway says Static')
  })
})

describe('the recorded trench', () => {
  test.each(['', 'bird-2.0.8', 'bird-3.1.4', 'bird-3.1.4-gateway-down'])('healthy gateways, or gateways that are down: %s', async variant => {
    expect(await say(check, variant === '' ? {} : { variant })).toEqual([])
  })

  test('a gateway of another attractor is not looked for', async () => {
    expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['gateways'] = ['gateway1'] })))).toEqual([])
  })

  test('an attractor without gateways is not judged', async () => {
    expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['gateways'] = [] })))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: the attractor has no gateway`))
  })

  test('an LB/FE that no probe could enter is unknown', async () => {
    expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: bird-protocols: no probe: ErrImageNeverPull'])
  })
})
