import { expect, test } from 'vitest'
import { parseFping } from '#parsers/fping.ts'
import { fpingRecording } from '../fping-recordings.ts'

test.each([
  ['reply4', { line: 1, sent: 1, received: 1, rttMs: expect.any(Number) }],
  ['reply6', { line: 1, sent: 1, received: 1, rttMs: expect.any(Number) }],
  ['reply-interface', { line: 1, sent: 1, received: 1, rttMs: expect.any(Number) }],
  ['no-reply4', { line: 1, sent: 1, received: 0 }],
  ['no-reply6', { line: 1, sent: 1, received: 0 }],
  ['icmp-network-unreachable', { line: 1, sent: 1, received: 0, error: 'ICMP Network Unreachable', errorFrom: '192.0.2.2' }],
  ['icmp-prohibited', { line: 1, sent: 1, received: 0, error: 'ICMP Unreachable (Communication Administratively Prohibited)', errorFrom: '192.0.2.2' }],
  ['icmp6-no-route', { line: 1, sent: 1, received: 0 }],
  ['no-route4', { line: 2, sent: 0, received: 0, error: 'Network is unreachable' }],
  ['no-route6', { line: 2, sent: 0, received: 0, error: 'Network is unreachable' }],
  ['blackhole', { line: 2, sent: 0, received: 0, error: 'Invalid argument' }],
  ['prohibit', { line: 2, sent: 0, received: 0, error: 'Permission denied' }],
  ['unreachable', { line: 2, sent: 0, received: 0, error: 'No route to host' }],
  ['ipv6-disabled', { line: 2, sent: 0, received: 0, error: 'Cannot assign requested address' }],
  ['unknown-interface', { line: 1, sent: 0, received: 0, error: 'binding to specific interface (SO_BINTODEVICE): No such device' }],
  ['other-address-replies', { line: 1, sent: 1, received: 1, rttMs: expect.any(Number) }],
])('recorded: %s', (name, result) => {
  const { stdout, stderr } = fpingRecording(name)
  expect(parseFping(stdout + stderr)).toEqual(result)
})

test('the time is that of the reply, whatever error or second reply came besides (synthetic)', () => {
  const text = '192.0.2.2 is alive (1.25 ms)\nICMP Redirect from 192.0.2.1 for ICMP Echo sent to 192.0.2.2\n192.0.2.2 : duplicate for [0], 64 bytes, 0.096 ms\n'
  expect(parseFping(text)).toEqual({ line: 1, sent: 1, received: 1, rttMs: 1.25 })
})

test.each([
  ['', 'not the end of fping: '],
  ['ICMP Host Unreachable from 192.0.2.1 for ICMP Echo sent to 192.0.2.9\n', 'not the end of fping: ICMP Host Unreachable from 192.0.2.1 for ICMP Echo sent to 192.0.2.9'],
  ['192.0.2.2 : [0], timed out (NaN avg, 100% loss)\n', 'not a line of fping: 192.0.2.2 : [0], timed out (NaN avg, 100% loss)'],
  [fpingRecording('not-an-address').stderr, 'not a line of fping: 192.0.2.2%a0: Name or service not known'],
])('%j is refused and quoted', (text, message) => {
  expect(() => parseFping(text)).toThrow(new SyntaxError(message))
})
