import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/conduit-interface-down.ts'
import { say } from '../recorded-trench.ts'
import { conduitUntold, ipv4Only } from './kube.ts'

const addresses = (from: RegExp | string, to: string) => ({ pod: 'lb-1', command: 'ip -j addr', from, to })
const links = (from: RegExp | string, to: string) => ({ pod: 'lb-1', command: 'ip -j -d -s link', from, to })
const down = (name: string) => links(new RegExp(`("ifname":"${name}","flags":\\["BROADCAST","MULTICAST"),"UP","LOWER_UP"`), '$1')
const noIpv6 = (name: string) => addresses(new RegExp(`("ifname":"${name}".*?),\\{"family":"inet6","local":"fd00::.*?\\}`), '$1')

test('in a healthy trench every interface to a proxy is up and addressed', async () => {
  expect(await say(check)).toEqual([])
})

test('one interface is set down', async () => {
  expect(await say(check, { fault: 'f41-lb-proxy-link-down' })).toEqual(['lb-1: load-balan-274a to a proxy is set down'])
})

test('all interfaces set down are another check\'s', async () => {
  expect(await say(check, { edit: [down('load-balan-274a'), down('load-balan-27a4')] })).toEqual(['lb-1: not-applicable: all its interfaces to proxies are set down: lb-evicted tells'])
})

test('an interface without an address of one family', async () => {
  expect(await say(check, { edit: noIpv6('load-balan-27a4') })).toEqual(['lb-1: load-balan-27a4 to a proxy has no IPv6 address'])
})

test('without any address both families are named, once each', async () => {
  expect(await say(check, { edit: addresses(/("ifname":"load-balan-27a4".*?"addr_info":)\[.*?\]/, '$1[]') })).toEqual(['lb-1: load-balan-27a4 to a proxy has no IPv4 address', 'lb-1: load-balan-27a4 to a proxy has no IPv6 address'])
})

test('a trench of one family needs no other', async () => {
  expect(await say(check, { ...ipv4Only, edit: noIpv6('load-balan-27a4') })).toEqual([])
})

test('what a heal left behind, set down, is no fault while another interface has its network', async () => {
  const edit = [down('load-balan-274a'), addresses('"local":"172.16.2.2"', '"local":"172.16.1.9"')]
  expect(await say(check, { edit })).toEqual([])
})

test('other interfaces of the pod do not count', async () => {
  expect(await say(check, { edit: down('nsm-1') })).toEqual([])
})

test('a pod that does not say which conduit it serves is unknown', async () => {
  expect(await say(check, conduitUntold)).toEqual(['lb-1: unknown: the pod does not say which conduit it serves, so its interfaces to proxies cannot be told'])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-links: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull'])
})
