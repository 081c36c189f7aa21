import { expect, test } from 'vitest'
import { parseBirdConfig } from '#parsers/bird-config.ts'
import { parseConntrackEntries } from '#parsers/conntrack-entries.ts'
import { parseIptablesRules } from '#parsers/iptables-rules.ts'
import { parseProcNetSnmp, parseProcNetSnmp6 } from '#parsers/proc-net-counters.ts'
import { fixture, fixturesNamed } from '../fixture.ts'
import { recordedPod } from '../terminal.ts'

test('iptables: rules, without policies and chains', () => {
  expect(parseIptablesRules(`${fixture('trench/healthy/lb-1/iptables-legacy-mangle.txt')}`)).toEqual([
    { line: 6, chain: 'PREROUTING', destination: '10.0.0.1/32', target: 'NFQUEUE' },
    { line: 7, chain: 'OUTPUT', destination: '10.0.0.1/32', protocol: 'icmp', target: 'NFQUEUE' },
  ])
  expect(parseIptablesRules(fixture('trench/faults/f13-queue-rule-missing/lb-1/ip6tables-legacy-mangle.txt')).map(({ chain }) => chain)).toEqual(['OUTPUT'])
  expect(() => parseIptablesRules('iptables v1.8.9: denied')).toThrow(new SyntaxError('not a rule of iptables: iptables v1.8.9: denied'))
})

test('conntrack: the first packet of each connection', async () => {
  const entries = parseConntrackEntries(await recordedPod('trench/healthy/lb-1', { overlay: 'trench/faults/f34-conntrack-active' })(['conntrack', '-L']))
  expect(entries).toHaveLength(192)
  expect(entries[0]).toEqual({ line: 1, protocol: 'tcp', source: '192.0.2.10', destination: '10.0.0.1' })
  expect(entries[1]).toEqual({ line: 2, protocol: 'tcp', source: '2001:db8:c::10', destination: '1000::1:a00:1' })
  expect(parseConntrackEntries(await recordedPod('trench/healthy/lb-1')(['conntrack', '-L']))).toEqual([])
  expect(() => parseConntrackEntries('conntrack: not found\n')).toThrow(new SyntaxError('not a tracked connection: conntrack: not found'))
})

test('counters: every recorded file, value beside name', () => {
  for (const name of ['proc-net-snmp.txt', 'proc-net-netstat.txt']) {
    for (const file of fixturesNamed('trench', name)) expect(parseProcNetSnmp(fixture(file)).filter(({ value }) => !Number.isFinite(value))).toEqual([])
  }
  const lb = parseProcNetSnmp(fixture('trench/healthy/lb-1/proc-net-snmp.txt'))
  expect(lb.find(({ group, name }) => group === 'Ip' && name === 'ForwDatagrams')).toEqual({ line: 2, group: 'Ip', name: 'ForwDatagrams', value: 702 })
  expect(lb.find(({ group, name }) => group === 'Udp' && name === 'InCsumErrors')?.value).toBe(0)
  const six = parseProcNetSnmp6(fixture('trench/healthy/tg-1/proc-net-snmp6.txt'))
  expect(six[0]).toEqual({ line: 1, group: 'Ip6', name: 'InReceives', value: 303 })
  expect([...new Set(six.map(({ group }) => group))]).toEqual(['Ip6', 'Icmp6', 'Udp6', 'UdpLite6'])
  expect(() => parseProcNetSnmp('Ip: A B\nUdp: 1 2\n')).toThrow(new SyntaxError('not a pair of counter lines: Ip: A B'))
  expect(() => parseProcNetSnmp6('nonsense')).toThrow(new SyntaxError('not a counter: nonsense'))
})

test('BIRD\'s configuration: protocols, and the kernel tables they scan', () => {
  const protocols = parseBirdConfig(fixture('trench/healthy/lb-1/bird-fe-meridio.conf'))
  expect(protocols.map(({ line, kind, name }) => `${line} ${kind} ${name ?? ''}`.trim())).toEqual([
    '3 device', '9 static VIP4', '10 static VIP6', '13 kernel', '14 kernel', '15 static DROP4', '16 static DROP6', '17 kernel', '18 kernel', '19 bgp NBR-gateway1', '20 bgp NBR-gateway2', '21 bfd NBR-BFD',
  ])
  expect(protocols.filter(({ kind }) => kind === 'kernel').map(({ kernelTable, scanTimeS }) => [kernelTable, scanTimeS])).toEqual([[4097, undefined], [4097, undefined], [4096, 10], [4096, 10]])
})
