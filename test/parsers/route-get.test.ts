import { expect, test } from 'vitest'
import { parseRouteGet } from '#parsers/route-get.ts'
import { fixture } from '../fixture.ts'

const line = (file: string, number: number): string => fixture(file).split('\n')[number - 1] ?? ''

test('a marked packet goes to its target', () => {
  expect(parseRouteGet(line('trench/healthy/lb-1/route-get-forward.txt', 2))).toEqual({
    pointer: '/0', found: true, dst: '10.0.0.1', from: '192.0.2.10', type: 'unicast', gateway: '172.16.1.6', dev: 'load-balan-27a4', table: '5048',
  })
})

test('without its rule the packet leaks to the primary network', () => {
  expect(parseRouteGet(line('trench/faults/f03-fwmark-rule-missing/lb-1/route-get-forward.txt', 5))).toMatchObject({ found: true, dev: 'eth0', table: 'main' })
})

test('a neighbour has no gateway, an own address is local', () => {
  expect([parseRouteGet(fixture('kernel/route-get-connected4.txt')), parseRouteGet(fixture('kernel/route-get-local6.txt'))]).toEqual([
    { pointer: '/0', found: true, dst: '192.0.2.9', type: 'unicast', dev: 'a0', table: 'main', prefsrc: '192.0.2.1' },
    { pointer: '/0', found: true, dst: '2001:db8::1', from: '::', type: 'local', dev: 'lo', table: 'local', prefsrc: '2001:db8::1' },
  ])
})

test.each([
  ['blackhole', { found: false, reason: 'invalid', said: 'Invalid argument' }],
  ['unreachable', { found: false, reason: 'unreachable', said: 'No route to host' }],
  ['prohibit', { found: false, reason: 'prohibited', said: 'Permission denied' }],
  ['none', { found: false, reason: 'no-route', said: 'Network is unreachable' }],
])('the answer for %s, in both families', (kind, answer) => {
  expect([4, 6].map(family => parseRouteGet(fixture(`kernel/route-get-${kind}${family}.txt`)))).toEqual([answer, answer])
})

test.each([
  ['', 'not an answer of ip route get: '],
  ['Cannot find device "nsm-9"', 'not an answer of ip route get: Cannot find device "nsm-9"'],
  ['RTNETLINK answers: Operation not permitted', 'not an answer of ip route get: RTNETLINK answers: Operation not permitted'],
  ['[]', 'not a route: []'],
  ['[{"dst":"10.0.0.1"}]', 'not a route: [{"dst":"10.0.0.1"}]'],
])('%j is refused and quoted', (text, message) => {
  expect(() => parseRouteGet(text)).toThrow(new SyntaxError(message))
})
