import { expect, test } from 'vitest'
import { parseIpRules } from '#parsers/ip-rules.ts'
import { fixture } from '../fixture.ts'

test('the rules of a load balancer: marks before VIPs before main', () => {
  expect(parseIpRules(fixture('trench/healthy/lb-1/ip-rule4.json'))).toEqual([
    { pointer: '/0', pref: 0, from: 'all', action: 'lookup', table: 'local' },
    { pointer: '/1', pref: 96, from: 'all', fwmark: 5090, action: 'lookup', table: '5090' },
    { pointer: '/2', pref: 97, from: 'all', fwmark: 5067, action: 'lookup', table: '5067' },
    { pointer: '/3', pref: 98, from: 'all', fwmark: 5058, action: 'lookup', table: '5058' },
    { pointer: '/4', pref: 99, from: 'all', fwmark: 5048, action: 'lookup', table: '5048' },
    { pointer: '/5', pref: 100, from: '10.0.0.1', action: 'lookup', table: '4096' },
    { pointer: '/6', pref: 101, from: '10.0.0.1', action: 'lookup', table: '4097' },
    { pointer: '/7', pref: 32766, from: 'all', action: 'lookup', table: 'main' },
    { pointer: '/8', pref: 32767, from: 'all', action: 'lookup', table: 'default' },
  ])
})

test('every condition and action that iproute2 6.1 prints', () => {
  expect(parseIpRules(fixture('kernel/ip-rule4.json')).slice(1, 9)).toEqual([
    { pointer: '/1', pref: 10, not: true, from: '10.0.0.0/24', action: 'lookup', table: '5' },
    { pointer: '/2', pref: 11, from: '10.1.0.0/16', to: '10.2.0.0/16', iif: 'a0', oif: 'b0', fwmark: 16, fwmask: 255, action: 'blackhole' },
    { pointer: '/3', pref: 12, from: 'all', to: '10.3.0.1', action: 'unreachable' },
    { pointer: '/4', pref: 13, from: 'all', iif: 'gone0', action: 'prohibit' },
    { pointer: '/5', pref: 14, from: '10.4.0.1', action: 'goto' },
    { pointer: '/6', pref: 15, from: '10.5.0.1', action: 'nop' },
    { pointer: '/7', pref: 16, from: '10.6.0.0/24', action: 'lookup', table: 'main', also: ['ipproto tcp', 'dport 80', 'uid_start 0', 'uid_end 99'] },
    { pointer: '/8', pref: 17, from: 'all', action: 'l3mdev' },
  ])
})

test('IPv6 rules have the same shape', () => {
  expect(parseIpRules(fixture('kernel/ip-rule6.json'))[1]).toEqual({ pointer: '/1', pref: 10, not: true, from: '2001:db8::/32', fwmark: 5048, action: 'lookup', table: '5048' })
})

test('a table printed as a number keeps its digits (synthetic)', () => {
  expect(parseIpRules('[{"priority":5,"src":"all","table":5048}]')).toEqual([{ pointer: '/0', pref: 5, from: 'all', action: 'lookup', table: '5048' }])
})

test('no output is no rule', () => {
  expect(parseIpRules('')).toEqual([])
})

test.each([
  ['[{"priority":"1","src":"all","table":"main"}]', 'not a rule: {"priority":"1","src":"all","table":"main"}'],
  ['[{"priority":1,"src":"all"}]', 'not a rule: {"priority":1,"src":"all"}'],
  ['[{"priority":1,"src":"all","fwmark":"blue","table":"main"}]', 'not a rule: {"priority":1,"src":"all","fwmark":"blue","table":"main"}'],
])('%s is refused and quoted', (text, message) => {
  expect(() => parseIpRules(text)).toThrow(new SyntaxError(message))
})
