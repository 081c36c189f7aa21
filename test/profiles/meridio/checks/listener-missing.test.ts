import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/listener-missing.ts'
import { say } from '../recorded-trench.ts'
import { edit, fails, idle } from './edits.ts'
import { add, change, kube, twoTrenches } from './kube.ts'

/** Synthetic: the listeners of tg-1, as `ss` prints them. */
const ears = (...listeners: readonly string[]) => edit('tg-1', 'sockets', /[\s\S]+/, `${listeners.join('\n')}\n`)
const tcp = (local: string) => `tcp LISTEN 0 256 ${local} *:*`
const udp = (local: string) => `udp UNCONN 0 0 ${local} *:*`
const deaf = (vip: string) => `tg-1: nothing listens on ${vip} (tcp/udp 5000-5003) for flow flow1`
const both = [deaf('10.0.0.1/32'), deaf('1000::1:a00:1/128')]

test('a healthy target listens for every flow', async () => {
  expect(await say(check)).toEqual([])
})

test('the application of tg-2 is gone: both families are refused', async () => {
  expect(await say(check, { fault: 'f01-app-not-listening' })).toEqual(both.map(line => line.replace('tg-1', 'tg-2')))
})

test.each<[string, string, readonly string[]]>([
  ['any address of both families', tcp('*:5000'), []],
  ['the last port of the flow, UDP', udp('*:5003'), []],
  ['a port beyond the flow', tcp('*:5004'), both],
  ['any IPv4 address', tcp('0.0.0.0:5001'), [deaf('1000::1:a00:1/128')]],
  ['any IPv6 address', tcp('[::]:5001'), [deaf('10.0.0.1/32')]],
  ['the IPv4 VIP', tcp('10.0.0.1:5001'), [deaf('1000::1:a00:1/128')]],
  ['the IPv4 VIP, by an IPv6 socket', tcp('[::ffff:10.0.0.1]:5001'), [deaf('1000::1:a00:1/128')]],
  ['the IPv6 VIP', tcp('[1000::1:a00:1]:5001'), [deaf('10.0.0.1/32')]],
  ['the loopback', tcp('127.0.0.1:5001'), both],
  ['the primary network', tcp('10.244.1.15:5001'), both],
  ['any address of eth0 only', tcp('0.0.0.0%eth0:5001'), both],
  ['any address of nsm-0 only', tcp('*%nsm-0:5001'), []],
  ['nobody: it has a connection', 'tcp ESTAB 0 0 10.0.0.1:5001 192.0.2.10:40000', both],
])('the application listens on %s', async (_, listener, said) => {
  expect(await say(check, { edit: ears(listener) })).toEqual(said)
})

const flow = (spec: object) => change('flows', 'flow1', own => Object.assign(own, spec))

test('the protocol must be one of the flow\'s', async () => {
  expect(await say(check, { ...kube(flow({ protocols: ['tcp'] })), edit: ears(udp('*:5000')) })).toEqual(both.map(line => line.replace('tcp/udp', 'tcp')))
})

test('any listener serves a flow of any port', async () => {
  expect(await say(check, { ...kube(flow({ 'destination-ports': ['any'] })), edit: ears(tcp('*:80')) })).toEqual([])
  expect(await say(check, { ...kube(flow({ 'destination-ports': ['any'] })), edit: ears(tcp('127.0.0.1:80')) })).toEqual(both.map(line => line.replace('5000-5003', 'any port')))
})

test('behind a port-NAT the application listens on the target port, for the VIPs and the protocol of the NAT', async () => {
  const nat = kube(flow({ 'destination-ports': ['5080'] }), change('conduits', 'load-balancer', spec => { spec['destination-port-nats'] = [{ port: 5080, 'target-port': 5000, vips: ['vip1'], protocol: 'tcp' }] }))
  const said = (vip: string) => deaf(vip).replace('5000-5003', '5080')
  expect(await say(check, { ...nat, edit: [ears(tcp('*:5000'), tcp('*:5080')), ...[2, 3, 4].map(number => idle(`tg-${number}`))] })).toEqual([2, 3, 4].map(number => `tg-${number}: not-applicable: no stream is open: the pod has no nsm interface`))
  expect((await say(check, { ...nat, edit: ears(tcp('*:5000')) }))[0]).toBe(said('1000::1:a00:1/128'))
  expect((await say(check, { ...nat, edit: ears(tcp('*:5080')) }))[0]).toBe(said('10.0.0.1/32'))
  expect((await say(check, { ...nat, edit: ears(udp('*:5000')) })).slice(0, 2)).toEqual([said('10.0.0.1/32'), said('1000::1:a00:1/128')])
})

test('of several streams with one VIP nobody knows which is open: one that is served is enough', async () => {
  const second = kube(add('streams', 'stream2', {}), add('flows', 'flow2', { stream: 'stream2', 'destination-ports': ['6000'] }))
  expect(await say(check, second)).toEqual([])
  expect(await say(check, { ...second, edit: ears(tcp('*:6000')) })).toEqual([])
  expect(await say(check, { ...second, edit: ears(tcp('*:7000')) })).toEqual(['10.0.0.1/32', '1000::1:a00:1/128'].map(vip => `tg-1: nothing listens on ${vip} for any of its flows (flow1, flow2)`))
})

test('two flows of one stream are both said', async () => {
  expect(await say(check, { ...kube(add('flows', 'flow2', { 'destination-ports': ['6000'] })), edit: ears(tcp('*:6000')) })).toEqual([...both, ...[2, 3, 4].flatMap(number => ['10.0.0.1/32', '1000::1:a00:1/128'].map(vip => `tg-${number}: nothing listens on ${vip} (tcp/udp 6000) for flow flow2`))])
})

test('SCTP sockets are not listed: such a flow is not judged, and beside others leaves ok open', async () => {
  expect(await say(check, kube(flow({ protocols: ['sctp'] })))).toEqual([1, 2, 3, 4].map(number => `tg-${number}: not-applicable: no flow of the trench is TCP or UDP alone, and ss lists no other sockets`))
  expect(await say(check, kube(add('flows', 'flow2', { protocols: ['sctp'] })))).toEqual([1, 2, 3, 4].map(number => `tg-${number}: unknown: flow flow2: ss lists no sctp sockets`))
  expect(await say(check, kube(add('flows', 'flow2', { protocols: ['tcp', 'sctp'] })))).toEqual([])
})

test('an idle application is healthy, and so is one of another trench', async () => {
  const foreign = [edit('tg-2', 'addresses', '"local":"10.0.0.1"', '"local":"10.9.9.9"'), edit('tg-2', 'addresses', '"local":"1000::1:a00:1"', '"local":"1000::9"')]
  expect(await say(check, { ...kube(twoTrenches), edit: [idle('tg-1'), ...foreign] })).toEqual(['tg-1: not-applicable: no stream is open: the pod has no nsm interface', 'tg-2: not-applicable: its nsm interfaces belong to another trench'])
})

test.each([
  ['no probe could enter', { gone: ['tg-1'] }, 'ip-links: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull; sockets: no probe: ErrImageNeverPull'],
  ['does not tell its sockets', fails('tg-1', 'ss -H -a -n -t -u -x -p'), 'sockets: ss -H -a -n -t -u -x -p did not end within 5000 ms'],
])('a target that %s is unknown', async (_, world, reason) => {
  expect(await say(check, world)).toEqual([`tg-1: unknown: ${reason}`])
})
