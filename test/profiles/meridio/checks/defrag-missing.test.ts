import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/defrag-missing.ts'
import { say } from '../recorded-trench.ts'
import { conduitUntold } from './kube.ts'

const nft = (from: RegExp | string, to: string) => ({ edit: { pod: 'lb-1', command: 'nft -j list ruleset', from, to } })

test('a healthy load balancer tracks nothing and defragments', async () => {
  expect(await say(check)).toEqual([])
})

test('the table is gone', async () => {
  expect(await say(check, nft(/meridio-defrag/g, 'gone'))).toEqual(['lb-1: nft has no table meridio-defrag'])
})

test('packets that come in are tracked', async () => {
  expect(await say(check, nft('"chain": "in", "handle": 5, "expr": [{"notrack": null}]', '"chain": "in", "handle": 5, "expr": []'))).toEqual(['lb-1: no rule at prerouting takes packets out of connection tracking'])
})

test('packets of the pod itself are tracked', async () => {
  expect(await say(check, nft('"chain": "out", "handle": 7, "expr": [{"notrack": null}]', '"chain": "out", "handle": 7, "expr": []'))).toEqual(['lb-1: no rule at output takes packets out of connection tracking'])
})

test('the interfaces to proxies have another name than the rule', async () => {
  expect(await say(check, nft('"right": "load-balan*"', '"right": "conduit-b-*"'))).toEqual(['lb-1: packets of conduit-b-* are left out of defragmentation, but the interfaces to proxies are called load-balan-*'])
})

test('without any table of Meridio nothing is said', async () => {
  expect(await say(check, nft(/meridio-(nfqlb|defrag)/g, 'other-$1'))).toEqual(['lb-1: not-applicable: nft has no table of Meridio'])
})

test('what cannot be told is unknown', async () => {
  expect(await say(check, conduitUntold)).toEqual(['lb-1: unknown: the pod does not say which conduit it serves, so its interfaces to proxies cannot be told'])
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: nft-ruleset: no probe: ErrImageNeverPull'])
})
