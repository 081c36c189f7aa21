import { describe, expect, test } from 'vitest'
import check from '#profiles/meridio/checks/vip-not-announced.ts'
import { say } from '../recorded-trench.ts'
import { situation } from './bird-situation.ts'
import { change, ipv4Only, kube } from './kube.ts'

const absent = ['lb-1: BIRD has no protocol VIP4: 10.0.0.1/32, 20.0.0.1/32 not announced, although targets are active and gateways up', 'lb-1: BIRD has no protocol VIP6: 2000::1/128 not announced, although targets are active and gateways up']
const withheld = (family: string) => [`lb-1: not-applicable: no ${family} gateway is up: VIPs are withheld on purpose`]

describe.each(['2.0.12', '2.17.5', '3.1.7'])('recorded situations of BIRD %s', version => {
  test.each([
    ['healthy-bgp-bfd', []],
    ['bgp-graceful-restart-peer', withheld('IPv4')],
    ['bgp-one-gw-of-two-down', []],
    ['vip-not-advertised', absent],
    ['vip-lo-down', ['lb-1: VIP4 holds 0 of 2 IPv4 VIPs', 'lb-1: VIP6 holds 0 of 1 IPv6 VIPs']],
    ['vip-blackhole-not-exported', ['lb-1: NBR-gateway-v4-a (169.254.100.150) is told 0 of 2 IPv4 VIPs', 'lb-1: NBR-gateway-v6-a (100:100::150) is told 0 of 1 IPv6 VIPs']],
    ['bgp-v4-down-v6-up', withheld('IPv4')],
    ['bgp-no-fe-address', withheld('IPv4')],
    ['bgp-wrong-peer-asn', withheld('IPv4')],
  ] as const)('%s', async (name, texts) => {
    expect(await say(check, situation(version, name))).toEqual(texts)
  })

  test.each([
    ['healthy-static-bfd', []],
    ['static-bfd-v4-down', withheld('IPv4')],
    ['static-bfd-down', withheld('IPv4')],
  ] as const)('static gateways: %s', async (name, texts) => {
    expect(await say(check, situation(version, name, { protocol: 'static' }))).toEqual(texts)
  })
})

describe('the recorded trench', () => {
  test.each(['', 'bird-2.0.8', 'bird-3.1.4'])('healthy %s', async variant => {
    expect(await say(check, variant === '' ? {} : { variant })).toEqual([])
  })

  test('one load balancer announces nothing', async () => {
    expect(await say(check, { fault: 'f17-vip-not-announced' })).toEqual([
      'lb-1: BIRD has no protocol VIP4: 10.0.0.1/32 not announced, although targets are active and gateways up',
      'lb-1: BIRD has no protocol VIP6: 1000::1:a00:1/128 not announced, although targets are active and gateways up',
    ])
  })

  test('in a trench of one family the other is not missed', async () => {
    expect(await say(check, { ...ipv4Only, fault: 'f17-vip-not-announced' })).toEqual(['lb-1: BIRD has no protocol VIP4: 10.0.0.1/32 not announced, although targets are active and gateways up'])
  })

  test('gateways of other attractors do not count', async () => {
    // gateway1 is down on lb-1; without it in the attractor all families have a gateway
    const world = kube(change('attractors', 'attr1', spec => { spec['gateways'] = ['gateway2'] }))
    expect(await say(check, { ...world, fault: 'f15-asn-mismatch' })).toEqual([])
    expect(await say(check, { fault: 'f15-asn-mismatch' })).toEqual(withheld('IPv4'))
  })

  test.each([['f14-gateway-down', withheld('IPv4')], ['f47-no-active-target-announced', ['lb-1: not-applicable: no stream has a target: VIPs are withheld on purpose']]])('%s', async (fault, texts) => {
    expect(await say(check, { fault })).toEqual(texts)
  })

  test('a stream that cannot be shown may have targets', async () => {
    const unreadable = { pod: 'lb-1', command: 'nfqlb show --shm=tshm-stream1', from: /[^]*/, to: 'FAILED mapSharedData: tshm-stream1\n' }
    expect(await say(check, { edit: unreadable, fault: 'f17-vip-not-announced' })).toEqual(['lb-1: unknown: stream stream1: nfqlb show --shm=tshm-stream1 ended with 1: FAILED mapSharedData: tshm-stream1'])
  })

  test.each([['gateways'], ['vips']])('an attractor without %s announces nothing', async list => {
    expect(await say(check, kube(change('attractors', 'attr1', spec => { spec[list] = [] })))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: no family of the attractor has both a gateway and a VIP`))
  })

  test('BIRD that does not answer, and a pod nobody can enter, are unknown', async () => {
    expect(await say(check, { fault: 'f37-bird-killed', gone: ['lb-2'] })).toEqual([
      'lb-1: unknown: bird-protocols: birdc show protocols all: Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused',
      'lb-2: unknown: bird-protocols: no probe: ErrImageNeverPull; nfqlb-streams: no probe: ErrImageNeverPull',
    ])
  })
})
