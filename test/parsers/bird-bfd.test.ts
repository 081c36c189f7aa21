import { expect, test } from 'vitest'
import { parseBirdBfd } from '#parsers/bird-bfd.ts'
import { rawReply } from './bird-recordings.ts'

test.each([
  ['2.0.12', 'healthy-bgp-bfd', ['169.254.100.150 Up 0.3 1.5', '100:100::150 Up 0.3 1.5']],
  ['2.0.12', 'bfd-slow-timers', ['169.254.100.150 Up 2 6', '100:100::150 Up 2 6']],
  ['2.0.12', 'bfd-init', ['169.254.100.150 Init 1 5', '100:100::150 Init 1 5']],
  ['2.0.12', 'bfd-never-up', ['169.254.100.150 Down 1 0', '100:100::150 Down 1 0']],
  ['2.0.12', 'bfd-lost', ['169.254.100.150 Down 1 0', '100:100::150 Down 1 0']],
  ['2.0.12', 'static-bfd-v4-down', ['169.254.100.150 Down 1 0', '100:100::150 Up 0.3 1.5']],
  ['2.0.12', 'iface-missing', []],
  ['2.0.12', 'healthy-bgp-nobfd', []],
])('BFD sessions of BIRD %s in %s: address, state, interval, timeout', (version, situation, rows) => {
  const { protocols, sessions } = parseBirdBfd(rawReply(version, situation, 'show bfd sessions'))
  expect(protocols).toEqual([{ line: 1, name: 'NBR-BFD', up: true }])
  expect(sessions.map(({ address, state, intervalS, timeoutS }) => `${address} ${state} ${intervalS} ${timeoutS}`).sort()).toEqual([...rows].sort())
})

test('a BFD session in full', () => {
  expect(parseBirdBfd(rawReply('2.17.5', 'static-bfd-lost', 'show bfd sessions all')).sessions[0]).toMatchInlineSnapshot(`
    {
      "address": "100:100::150",
      "details": {
        "local": {
          "demand": false,
          "minRxS": 0.3,
          "minTxS": 1,
          "multiplier": 5,
        },
        "localDiagnostic": "Time expired",
        "localDiscriminator": 2999626777,
        "other": [],
        "remote": {
          "demand": false,
          "minRxS": 0,
          "minTxS": 0,
          "multiplier": 0,
        },
        "remoteDiagnostic": "None",
        "remoteDiscriminator": 0,
        "remoteState": "Down",
        "type": "Direct",
      },
      "interface": "ext-vlan0",
      "intervalS": 1,
      "line": 2,
      "protocol": "NBR-BFD",
      "since": "03:45:54.782",
      "state": "Down",
      "timeoutS": 0,
    }
  `)
})

test('BFD: a protocol that is down, multihop, a date, and no protocol at all (synthetic)', () => {
  expect(parseBirdBfd('1020-NBR-BFD: is not up\n other:\n IP address                Interface  State      Since         Interval  Timeout\n 10.0.0.1                  ---        AdminDown  2026-11-19      1.000    0.000\n0000 \n')).toEqual({
    protocols: [{ line: 1, name: 'NBR-BFD', up: false }, { line: 2, name: 'other', up: true }],
    sessions: [{ line: 4, protocol: 'other', address: '10.0.0.1', state: 'AdminDown', since: '2026-11-19', intervalS: 1, timeoutS: 0 }],
  })
  expect(parseBirdBfd('9001 There is no BFD protocol running\n')).toEqual({ protocols: [], sessions: [] })
})
