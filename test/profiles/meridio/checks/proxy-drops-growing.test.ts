import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/proxy-drops-growing.ts'
import { say } from '../recorded-trench.ts'

test('healthy proxies lose nothing between two readings', async () => {
  expect(await say(check)).toEqual([])
})

test('replies too large for the way on, and drops of the bridge', async () => {
  expect(await say(check, { edit: [
    { pod: 'px-a', command: 'cat /proc/self/net/snmp6', from: /^Ip6FragFails(\s+)0$/m, to: 'Ip6FragFails$18' },
    { pod: 'px-a', command: 'cat /proc/self/net/dev', from: /(bridge0: +\d+ +\d+ +0 +)\d+/, to: '$1999' },
  ] })).toEqual([expect.stringMatching(/^px-a: within 1\.0 s: bridge0 rx drop \d+, IPv6 packets too large for the way on 8$/)])
})

test('a pod without counters cannot be judged, an unreadable one is unknown', async () => {
  expect(await say(check, { edit: { pod: 'px-a', command: 'cat /proc/self/net/snmp', from: /^Ip:/m, to: 'Xx:' } })).toEqual([expect.stringMatching(/^px-a: unknown: .*not a pair of counter lines/)])
})
