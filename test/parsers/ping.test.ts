import { expect, test } from 'vitest'
import { parsePing } from '#parsers/ping.ts'
import { fixture } from '../fixture.ts'

test.each([
  ['reply4', { line: 5, sent: 1, received: 1, rttMs: 0.06 }],
  ['reply6', { line: 5, sent: 1, received: 1, rttMs: 0.028 }],
  ['reply-interface', { line: 5, sent: 1, received: 1, rttMs: 0.086 }],
  ['reply-mark', { line: 5, sent: 1, received: 1, rttMs: 0.015 }],
  ['no-reply4', { line: 4, sent: 1, received: 0 }],
  ['no-reply6', { line: 4, sent: 1, received: 0 }],
  ['host-unreachable4', { line: 5, sent: 1, received: 0, error: 'Destination Host Unreachable', errorFrom: '192.0.2.1' }],
  ['host-unreachable6', { line: 5, sent: 1, received: 0, error: 'Destination unreachable: Address unreachable', errorFrom: '2001:db8::1' }],
  ['network-unreachable4', { line: 1, sent: 0, received: 0, error: 'connect: Network is unreachable' }],
  ['network-unreachable6', { line: 1, sent: 0, received: 0, error: 'connect: Network is unreachable' }],
  ['blackhole4', { line: 1, sent: 0, received: 0, error: 'connect: Invalid argument' }],
  ['blackhole6', { line: 1, sent: 0, received: 0, error: 'connect: Invalid argument' }],
  ['prohibit4', { line: 1, sent: 0, received: 0, error: 'Do you want to ping broadcast? Then -b. If not, check your local firewall rules' }],
  ['prohibit6', { line: 1, sent: 0, received: 0, error: 'connect: Permission denied' }],
  ['unknown-interface', { line: 1, sent: 0, received: 0, error: 'SO_BINDTODEVICE nsm-9: No such device' }],
])('recorded: %s', (name, result) => {
  expect(parsePing(fixture(`kernel/ping-${name}.txt`))).toEqual(result)
})

test('a warning or a redirect before the reply is no error (synthetic)', () => {
  const text = fixture('kernel/ping-reply4.txt')
  expect(parsePing(text.replace('64 bytes', 'From 10.0.0.1: icmp_seq=1 Redirect Host(New nexthop: 10.0.0.2)\n64 bytes') + 'ping: Warning: source address might be selected on device other than: a0.\n'))
    .toEqual({ line: 6, sent: 1, received: 1, rttMs: 0.06 })
})

test.each([
  ['', 'not the end of a ping: '],
  ['PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.\n', 'not the end of a ping: PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.'],
  ['From 192.0.2.1 icmp_seq=1 Destination Host Unreachable', 'not the end of a ping: From 192.0.2.1 icmp_seq=1 Destination Host Unreachable'],
  ['1 packets transmitted, one received', 'not a line of ping: 1 packets transmitted, one received'],
])('%j is refused and quoted', (text, message) => {
  expect(() => parsePing(text)).toThrow(new SyntaxError(message))
})
