import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-drops-counted.ts'
import { say, type World } from '../recorded-trench.ts'
import { idle } from './edits.ts'

/** tg-3 and tg-4 were recorded without counters. */
const unrecorded = ['tg-3', 'tg-4'].map(pod => `${pod}: not-applicable: the pod shows no counters: cat /proc/net/snmp was not recorded in trench/healthy/${pod}`)
const count = (command: string, from: RegExp, to: string): World => ({ edit: { pod: 'tg-1', command, from, to } })

test('healthy targets lost nothing', async () => {
  expect(await say(check)).toEqual(unrecorded)
})

test('datagrams with a wrong checksum, as port-NAT of UDP would make them', async () => {
  expect(await say(check, count('cat /proc/net/snmp6', /^Udp6InCsumErrors(\s+)0$/m, 'Udp6InCsumErrors$17'))).toEqual(['tg-1: since the pod began: IPv6 datagrams with a wrong checksum 7', ...unrecorded])
})

test('a full listen queue', async () => {
  expect(await say(check, count('cat /proc/net/netstat', /^(TcpExt: (?:\d+ ){22})0 /m, '$15 '))).toEqual(['tg-1: since the pod began: connections refused for a full listen queue 5', ...unrecorded])
})

test('a target that has nothing open is not judged; counters that cannot be read are unknown', async () => {
  expect(await say(check, { edit: idle('tg-1') })).toEqual(['tg-1: not-applicable: no stream is open: the pod has no nsm interface', ...unrecorded])
  expect(await say(check, count('cat /proc/net/snmp', /^Ip:/m, 'Xx:'))).toEqual([expect.stringMatching(/^tg-1: unknown: network-counters: not a pair of counter lines/), ...unrecorded])
})
