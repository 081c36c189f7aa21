import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bird-log-complaint.ts'
import { say } from '../recorded-trench.ts'
import { log, situationWithLog } from './bird-log-of.ts'

test('a healthy BIRD has nothing to complain about', async () => {
  expect(await say(check)).toEqual([])
})

test.each(['2.14', '3.4.0'])('BIRD %s: the log names the AS that the gateway really has', async version => {
  const wrong = { bgp: { 'remote-asn': 64999 } }
  expect(await say(check, situationWithLog(version, 'bgp-wrong-peer-asn', wrong))).toEqual(['v4', 'v6'].map(family => expect.stringMatching(
    new RegExp(`^lb-1: bird.log about gateway-${family}-a \\(.*\\): Error: Bad peer AS: 4248829953: the gateway is AS 4248829953, its resource says 64999 \\(once, last 2026-11-21 03:2\\d:\\d\\d\\.\\d+\\)$`))))
})

test('the gateway does not take our AS, or our hold time', async () => {
  expect((await say(check, situationWithLog('2.14', 'bgp-wrong-local-asn')))[0]).toMatch(/gateway-v4-a .*: Received: Bad peer AS: 8104: the gateway does not take our AS 8104, its resource says 8103 \(once/)
  expect((await say(check, situationWithLog('2.17.5', 'bgp-unacceptable-hold')))[0]).toMatch(/Received: Unacceptable hold time: \d+: the gateway does not take a hold time of \d+ s, its resource says 24 s/)
})

test('what concerns no gateway is told once with its count', async () => {
  expect(await say(check, situationWithLog('2.14', 'kernel-table-conflict'))).toEqual([expect.stringMatching(/^lb-1: bird\.log: Netlink: File exists \(\d+ times, last 2026-11-21 03:25:\d\d\.\d+\)$/)])
})

test('what was said about a session that is up by now is history', async () => {
  expect(await say(check, log('2026-11-21 03:23:05.133 <RMT> NBR-gateway1: Error: Bad peer AS: 64999\n'))).toEqual([])
})

test('without the log nothing is judged, and one that cannot be read is unknown', async () => {
  expect(await say(check, log(undefined))).toEqual(['lb-1: not-applicable: no volume shows the probe BIRD\'s log: cat /var/log/bird.log: No such file or directory'])
  expect(await say(check, log('nonsense\n'))).toEqual(['lb-1: unknown: bird-log: not a line of BIRD\'s log: nonsense'])
  expect(await say(check, { gone: ['lb-2'] })).toEqual([expect.stringMatching(/^lb-2: unknown: bird-protocols: no probe/)])
})
