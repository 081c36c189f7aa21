import { expect, test } from 'vitest'
import { parseNftRuleset } from '#parsers/nft-ruleset.ts'
import { fixture, fixturesNamed } from '../fixture.ts'

test('a healthy load balancer', () => {
  const { tables, sets, chains, rules } = parseNftRuleset(fixture('trench/healthy/lb-1/nft-ruleset.json'))
  expect(tables.map(({ table }) => table)).toEqual(['meridio-nfqlb', 'meridio-nat', 'meridio-defrag', 'meridio-metrics'])
  expect(sets).toEqual([
    { pointer: '/nftables/2/set', family: 'inet', table: 'meridio-nfqlb', name: 'ipv4-vips', elements: ['10.0.0.1'] },
    { pointer: '/nftables/3/set', family: 'inet', table: 'meridio-nfqlb', name: 'ipv6-vips', elements: ['1000::1:a00:1'] },
  ])
  expect(chains.filter(({ hook }) => hook !== undefined).map(({ name, hook, priority }) => `${name} ${hook} ${priority}`)).toEqual([
    'nfqlb prerouting -151', 'nfqlb-local output -151', 'pre-defrag prerouting -500', 'in prerouting -300', 'out output -300', 'target-hits postrouting 0',
  ])
  expect(chains.filter(({ hook }) => hook === undefined).map(({ name }) => name)).toEqual(['fwmark-5048', 'fwmark-5058', 'fwmark-5067', 'fwmark-5090'])
  expect(rules[0]).toEqual({
    pointer: '/nftables/6/rule', family: 'inet', table: 'meridio-nfqlb', chain: 'nfqlb',
    statements: [{ match: { op: '==', left: { payload: { protocol: 'ip', field: 'daddr' } }, right: '@ipv4-vips' } }, { counter: { packets: 381, bytes: 20574 } }],
  })
})

test('every recorded ruleset', () => {
  const files = fixturesNamed('trench', 'nft-ruleset.json')
  expect(files.map(file => [file, parseNftRuleset(fixture(file)).rules.length])).toEqual(files.map(file => [file, expect.any(Number)]))
  expect(parseNftRuleset(fixture('trench/variants/port-nat/lb-1/nft-ruleset.json')).chains.map(({ name }) => name)).toContain('5080-5000-tcp')
})

test('an element is a value, a prefix, a range, or one of these with a counter', () => {
  // synthetic: the shapes of libnftables-json(5)
  const elem = ['10.0.0.1', 5000, { prefix: { addr: '10.1.0.0', len: 16 } }, { range: ['10.2.0.1', '10.2.0.9'] }, { elem: { val: '10.3.0.1', counter: { packets: 0, bytes: 0 } } }]
  expect(parseNftRuleset(JSON.stringify({ nftables: [{ set: { family: 'inet', table: 't', name: 's', elem } }] })).sets[0]?.elements).toEqual(['10.0.0.1', '5000', '10.1.0.0/16', '10.2.0.1-10.2.0.9', '10.3.0.1'])
})

test('no rule at all is an empty ruleset', () => {
  expect(parseNftRuleset('{"nftables": [{"metainfo": {"version": "1.0.6", "release_name": "Lester Gooch #5", "json_schema_version": 1}}]}')).toEqual({ tables: [], sets: [], chains: [], rules: [] })
})

test.each([
  ['garbage', 'not JSON, but an nft ruleset was expected: garbage'],
  ['{"nftables": {}}', 'not a list of nft objects: {}'],
  ['{"nftables": [{"chain": {"name": "x"}}]}', 'not an nft chain: {"name":"x"}'],
  ['{"nftables": [{"set": {"family": "ip", "table": "t", "name": "s", "elem": [true]}}]}', 'not an element of an nft set: true'],
])('%s is no ruleset', (text, message) => {
  expect(() => parseNftRuleset(text)).toThrow(new SyntaxError(message))
})
