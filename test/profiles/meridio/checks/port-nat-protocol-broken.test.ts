import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/port-nat-protocol-broken.ts'
import { say } from '../recorded-trench.ts'
import { change, kube } from './kube.ts'

const nats = (...protocols: string[]) => kube(change('conduits', 'load-balancer', spec => { spec['destination-port-nats'] = protocols.map(protocol => ({ port: 5080, 'target-port': 5000, protocol, vips: ['vip1'] })) }))

test('a conduit without port-NAT is not judged', async () => {
  expect(await say(check)).toEqual(['red: not-applicable: no conduit has a port-NAT'])
})

test('port-NAT of TCP works', async () => {
  expect(await say(check, nats('tcp'))).toEqual([])
})

test('port-NAT of UDP and SCTP does not', async () => {
  expect(await say(check, nats('udp', 'SCTP'))).toEqual([
    'red: port-NAT 5080-5000-udp of conduit load-balancer is for UDP: bytes 8 and 9 of every payload are overwritten, and the checksum stays valid',
    'red: port-NAT 5080-5000-sctp of conduit load-balancer is for SCTP: its CRC cannot be right, packets are dropped by the receiver',
  ])
})
