import { expect, test } from 'vitest'
import { parseNfqlbFlows } from '#parsers/nfqlb-flows.ts'
import { parseNfqlbShow } from '#parsers/nfqlb-show.ts'
import { parseNfqlbStats } from '#parsers/nfqlb-stats.ts'
import { parseNfqlbVersion } from '#parsers/nfqlb-version.ts'
import { fixture } from '../fixture.ts'

const both = { dests: [{ family: 'IPv4', cidr: '20.0.0.1/32' }, { family: 'IPv6', cidr: '2000::1/128' }] }

test('flows with every field nfqlb has: nets by family, ports as ranges, priorities signed, companions marked', () => {
  expect(parseNfqlbFlows(fixture('nfqlb/1.2.0/full-flow-list.stdout'))).toEqual([
    {
      line: 1, name: 'tshm-stream2-all', priority: 500, protocols: ['tcp', 'udp', 'sctp'],
      dests: [{ family: 'IPv4', cidr: '20.0.0.0/24' }, { family: 'IPv6', cidr: '2000::/64' }],
      dports: [{ from: 80, to: 80 }, { from: 443, to: 443 }, { from: 1000, to: 2000 }],
      srcs: [{ family: 'IPv4', cidr: '10.0.0.0/8' }, { family: 'IPv6', cidr: 'fd00::/8' }],
      sports: [{ from: 1024, to: 65535 }],
      match: ['tcp[12:2]&0x1ff=0x2'], matches: 0, userRef: 'tshm-stream2', companion: false,
    },
    { line: 27, name: '#tshm-stream2-sctp', priority: 100, protocols: ['udp'], ...both, dports: [{ from: 9899, to: 9899 }], udpencap: 9899, matches: 0, companion: true },
    { line: 42, name: 'tshm-stream2-sctp', priority: 100, protocols: ['sctp'], ...both, dports: [{ from: 4000, to: 4000 }], udpencap: 9899, matches: 0, userRef: 'tshm-stream2', companion: false },
    { line: 57, name: 'tshm-stream1-flow2', priority: 1, protocols: ['udp'], ...both, dports: [{ from: 5000, to: 5003 }, { from: 6000, to: 6000 }], matches: 54, userRef: 'tshm-stream1', companion: false },
    { line: 72, name: 'tshm-stream1-flow1', priority: 0, protocols: ['tcp'], ...both, dports: [{ from: 5000, to: 5003 }], matches: 235, userRef: 'tshm-stream1', companion: false },
    { line: 86, name: 'tshm-stream2-l3', priority: 0, dests: [{ family: 'IPv4', cidr: '20.0.0.9/32' }], matches: 0, userRef: 'tshm-stream2', companion: false },
    { line: 95, name: 'tshm-stream2-any', priority: -5, matches: 0, userRef: 'tshm-stream2', companion: false },
  ])
})

test('names that break JSON are read as they are', () => {
  expect(parseNfqlbFlows(fixture('nfqlb/1.2.0/trace-flow-list-odd-names.stdout')).map(({ name }) => name.slice(0, 12))).toEqual(['with space', 'q"uote', 'back\\slash', 'ütf', 'aaaaaaaaaaaa'])
})

test('no flow is an empty list; nothing at all is a load balancer that gave no answer', () => {
  expect(parseNfqlbFlows(fixture('nfqlb/1.2.0/fresh-flow-list-noflows.stdout'))).toEqual([])
  expect(() => parseNfqlbFlows('')).toThrow(new SyntaxError('nfqlb printed no list of flows, not even an empty one'))
})

test('a listing cut off anywhere is an error', () => {
  const text = fixture('nfqlb/1.2.0/full-flow-list.stdout')
  const end = text.trimEnd().length
  const read = [...Array(end).keys()].filter(length => {
    try {
      return parseNfqlbFlows(text.slice(0, length))
    } catch (error) {
      if (error instanceof SyntaxError) return false
      throw error
    }
  })
  expect(read).toEqual([])
})

test.each([
  ['1.2.0/healthy-show', { line: 5, shm: 'tshm-stream1', ownFwmark: 0, M: 9973, N: 100, lookup: [57, 57, 57, 57, 57, 57, 66, 89, 57, 57, 66, 57, 89, 57, 66, 57, 57, 89, 66, 89, 57, 66, 66, 57, 89], active: [{ fwmark: 5048, index: 47 }, { fwmark: 5058, index: 57 }, { fwmark: 5067, index: 66 }, { fwmark: 5090, index: 89 }], recomputing: false }],
  ['1.2.0/show-m7', { line: 5, shm: 'tshm-s', ownFwmark: 0, M: 7, N: 3, lookup: [0, 0, 1, 1, 1, 0, 0], active: [{ fwmark: 101, index: 0 }, { fwmark: 102, index: 1 }], recomputing: false }],
  ['1.1.4/show-empty', { line: 5, shm: 'tshm-y', ownFwmark: 0, M: 997, N: 10, lookup: Array(25).fill(-1), active: [], recomputing: false }],
  ['1.2.0/init-shm-full-show', { line: 5, shm: 'tshm-s17', ownFwmark: 0, M: 0, N: 0, lookup: [], active: [], recomputing: false }],
  ['1.2.0/show-short-file', { line: 5, shm: 'short', ownFwmark: 1_819_043_176, M: 111, N: 0, lookup: Array(25).fill(0), active: [], recomputing: false }],
])('the stream of %s', (file, show) => {
  expect(parseNfqlbShow(fixture(`nfqlb/${file}.stdout`))).toEqual(show)
})

test('one fwmark on two indexes stays two targets', () => {
  const { active } = parseNfqlbShow(fixture('nfqlb/1.2.0/fail-duplicate-show.stdout'))
  expect(active).toEqual([{ fwmark: 5048, index: 10 }, { fwmark: 5048, index: 47 }, { fwmark: 5058, index: 57 }, { fwmark: 5067, index: 66 }, { fwmark: 5090, index: 89 }])
})

test('a table that is being filled anew says so (synthetic)', () => {
  expect(parseNfqlbShow('Shm: tshm-s\n  Fw: own=0\n  Maglev: M=7, N=3\n   Lookup: 0 -1 -1 1 1 0 0...\n   Active: 101(0) 102(1)\n').recomputing).toBe(true)
})

test('statistics are read in spite of the missing comma', () => {
  expect(parseNfqlbStats(fixture('nfqlb/1.2.0/stats-fragments.stdout'))).toMatchInlineSnapshot(`
    {
      "bucketsAllocated": 0,
      "bucketsMax": 500,
      "bucketsUsed": 0,
      "collisions": 0,
      "fragsAllocated": 0,
      "fragsDiscarded": 0,
      "fragsMax": 0,
      "hsize": 500,
      "inserts": 18,
      "line": 1,
      "lookups": 43,
      "mtu": 1500,
      "objGC": 1,
      "reAssembled": 0,
      "rejected": 0,
      "ttlMillis": 200,
    }
  `)
})

test.each([
  [parseNfqlbFlows, '[{\n  "name": "a",\n  "priority": 0,\n', 'the list of flows stops before its end, after:   "priority": 0,'],
  [parseNfqlbFlows, '[{\n  "name": "a",\n  "colour": 0,\n  "priority": 0,\n  "matches_count": 0\n}]\n', 'line 3 is not of a flow:   "colour": 0,'],
  [parseNfqlbFlows, '[{\n  "name": "a",\n  "priority": high,\n  "matches_count": 0\n}]\n', 'line 3 is not of a flow:   "priority": high,'],
  [parseNfqlbFlows, '[{\n  "name": "a",\n  "matches_count": 0\n}]\n', 'the flow of line 1 has no priority'],
  [parseNfqlbFlows, '[{\n  "name": "a",\n  "priority": 0,\n  "dests": [\n    "anywhere"\n  ],\n  "matches_count": 0\n}]\n', 'not a net: anywhere'],
  [parseNfqlbFlows, '[{\n  "name": "a",\n  "priority": 0,\n  "dports": [\n    "http"\n  ],\n  "matches_count": 0\n}]\n', 'not a range of ports: http'],
  [parseNfqlbFlows, '[{\n  "name": "a",\n  "priority": 0,\n  "dports": [\n    "80"\n}]\n', 'line 5 leaves a list open:     "80"'],
  [parseNfqlbFlows, 'Connect failed\n}]\n', 'line 1 is not of a list of flows: Connect failed'],
  [parseNfqlbShow, 'FAILED mapSharedData: tshm-x\n', 'line 1 is not of an nfqlb stream: FAILED mapSharedData: tshm-x'],
  [parseNfqlbShow, 'Shm: a\n  Fw: own=0\n  Maglev: M=7, N=3\n   Lookup: 0 0\n   Active:\n', 'line 4 is not of an nfqlb stream:    Lookup: 0 0'],
  [parseNfqlbShow, 'Shm: a\n  Fw: own=0\n  Maglev: M=7, N=3\n   Lookup: 0...\n   Active:\nand more\n', 'line 6 is not of an nfqlb stream: and more'],
  [parseNfqlbStats, '{\n  "hsize": many\n}\n', `line 2 is not of nfqlb's statistics:   "hsize": many`],
  [parseNfqlbStats, '{\n  "hsize": 1\n}\n', `nfqlb's statistics have no ttlMillis: {\n  "hsize": 1\n}\n`],
  [parseNfqlbVersion, 'nfqlb: not found\n', 'not a version: nfqlb: not found\n'],
])('%o says what it cannot read (synthetic): %j', (parse, text, message) => {
  expect(() => parse(text)).toThrow(new SyntaxError(message))
})
