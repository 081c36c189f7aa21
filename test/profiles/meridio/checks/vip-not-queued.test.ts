import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/vip-not-queued.ts'
import { say } from '../recorded-trench.ts'
import { fails } from './edits.ts'
import { add, change, kube } from './kube.ts'

const nft = (from: RegExp | string, to: string) => ({ pod: 'lb-1', command: 'nft -j list ruleset', from, to })
/** Synthetic: the rules as Meridio v1.2.8 writes them; the lab's kernel has no nft queue. */
const queued = (family: 4 | 6) => nft(new RegExp(`("right": "@ipv${family}-vips"\\}\\}, \\{"counter": \\{[^}]*\\}\\})(\\]\\}\\})`), '$1, {"queue": {"num": {"range": [0, 3]}}}$2')
const noIptables = ['iptables-legacy -t mangle -S', 'ip6tables-legacy -t mangle -S'].map(command => ({ pod: 'lb-1', command, from: /^-A PREROUTING.*\n/m, to: '' }))

test('the lab queues by old iptables', async () => {
  expect(await say(check)).toEqual([])
})

test('Meridio queues by nft, and old iptables need not be asked', async () => {
  expect(await say(check, { edit: [queued(4), queued(6), ...noIptables], ...fails('lb-1', 'iptables-legacy') })).toEqual([])
})

test('rules of iptables-nft are rules of nft', async () => {
  const edit = [4, 6].map(family => ({ ...queued(family as 4 | 6), to: '$1, {"xt": {"type": "target", "name": "NFQUEUE"}}$2' }))
  expect(await say(check, { edit: [...edit, ...noIptables] })).toEqual([])
})

test('lb-1 queues nothing', async () => {
  expect(await say(check, { fault: 'f13-queue-rule-missing' })).toEqual([
    'lb-1: no rule at prerouting gives IPv4 packets to a queue, so those to 10.0.0.1/32 never reach nfqlb',
    'lb-1: no rule at prerouting gives IPv6 packets to a queue, so those to 1000::1:a00:1/128 never reach nfqlb',
  ])
})

test('one family is not queued', async () => {
  expect(await say(check, { edit: [queued(4), ...noIptables] })).toEqual(['lb-1: no rule at prerouting gives IPv6 packets to a queue, so those to 1000::1:a00:1/128 never reach nfqlb'])
})

test('a VIP is not in the set', async () => {
  expect(await say(check, { edit: [queued(4), queued(6), ...noIptables, nft('"elem": ["1000::1:a00:1"]', '"elem": ["1000::2"]')] })).toEqual(['lb-1: 1000::1:a00:1/128 is not in nft set ipv6-vips, so packets to it never reach nfqlb'])
})

test('a set may hold the network of a VIP', async () => {
  expect(await say(check, { edit: [queued(4), queued(6), ...noIptables, nft('"elem": ["10.0.0.1"]', '"elem": [{"prefix": {"addr": "10.0.0.0", "len": 24}}]')] })).toEqual([])
})

test('a rule for one protocol only queues nothing of the rest', async () => {
  const tcp = nft('"chain": "nfqlb", "handle": 5, "expr": [', '"chain": "nfqlb", "handle": 5, "expr": [{"match": {"op": "==", "left": {"meta": {"key": "l4proto"}}, "right": "tcp"}}, ')
  expect(await say(check, { edit: [queued(4), queued(6), ...noIptables, tcp] })).toEqual(['lb-1: no rule at prerouting gives IPv4 packets to a queue, so those to 10.0.0.1/32 never reach nfqlb'])
})

test('a second VIP of the attractor is queued too', async () => {
  const world = kube(add('vips', 'vip3', { address: '10.0.0.2/32' }), change('attractors', 'attr1', spec => { spec['vips'] = ['vip1', 'vip2', 'vip3'] }))
  expect(await say(check, world)).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: no rule at prerouting gives IPv4 packets to a queue, so those to 10.0.0.2/32 never reach nfqlb`))
})

test('where nft does not queue and old iptables cannot be asked, nobody knows', async () => {
  expect(await say(check, fails('lb-1', 'iptables-legacy'))).toEqual(['lb-1: unknown: red/lb-1: iptables-mangle : iptables-legacy did not end within 5000 ms'])
})

test('an attractor without VIP is not judged, and a load balancer that nobody could enter is unknown', async () => {
  expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['vips'] = [] })))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: the attractor has no VIP`))
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: nft-ruleset: no probe: ErrImageNeverPull'])
})
