import { expect, test } from 'vitest'
import { parseBirdLog } from '#parsers/bird-log.ts'
import { fixture, fixturesNamed } from '../fixture.ts'

const said = (file: string, kind: string) => parseBirdLog(fixture(file)).filter(row => row.class === kind)

test('a peer\'s refusal, of BIRD 2 and 3', () => {
  expect(said('bird/2.14/bgp-wrong-peer-asn/bird.log', 'RMT')[0]).toEqual({ line: 15, at: '2026-11-21 03:23:05.133', class: 'RMT', protocol: 'NBR-gateway-v6-a', text: 'Error: Bad peer AS: 4248829953' })
  expect(said('bird/3.4.0/bgp-wrong-peer-asn/bird.log', 'RMT')[0]).toMatchObject({ protocol: 'NBR-gateway-v6-a', text: 'Error: Bad peer AS: 4248829953' })
  expect(said('bird/3.1.7/bgp-unacceptable-hold/bird.log', 'RMT')[0]).toMatchObject({ protocol: 'NBR-gateway-v6-a', text: expect.stringMatching(/^Received: Unacceptable hold time: \d+$/) })
})

test('a line about no gateway has no protocol; one about a channel has its protocol', () => {
  expect(said('bird/2.14/kernel-table-conflict/bird.log', 'WARN')[0]).toEqual({ line: expect.any(Number), at: '2026-11-21 03:25:27.794', class: 'WARN', text: 'Netlink: File exists' })
  expect(parseBirdLog('2026-11-21 03:51:21.744 [0002] <TRACE> NBR-gateway2.ipv6: Fed up\n')).toEqual([{ line: 1, at: '2026-11-21 03:51:21.744', class: 'TRACE', protocol: 'NBR-gateway2', text: 'Fed up' }])
})

test('every recorded log', () => {
  const files = [...fixturesNamed('trench', 'bird.log'), ...fixturesNamed('bird', 'bird.log')]
  expect(files.length).toBeGreaterThan(10)
  for (const file of files) expect(parseBirdLog(fixture(file))).toHaveLength(fixture(file).split('\n').filter(line => line !== '').length)
})

test('what is no line of the log is quoted', () => {
  expect(() => parseBirdLog('2026-11-21 03:23:01.171 <INFO> Started\nbird: Started\n')).toThrow(new SyntaxError('not a line of BIRD\'s log: bird: Started'))
  expect(parseBirdLog('')).toEqual([])
})
