import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-without-hits.ts'
import { say } from '../recorded-trench.ts'
import { shown, unreadable, unreadableReason } from './lb-edits.ts'

/** Packets that nft counted for a target of lb-1. */
const hits = (fwmark: number, packets: number) => ({ pod: 'lb-1', command: 'nft -j list ruleset', from: new RegExp(`("chain": "fwmark-${fwmark}".*?"packets": )\\d+`), to: `$1${packets}` })

test('each target of a healthy load balancer has had packets', async () => {
  expect(await say(check)).toEqual([])
})

test('a target without any, where the others had many', async () => {
  expect(await say(check, { edit: [hits(5048, 20_000), hits(5058, 0)] })).toEqual(['lb-1: stream1: target 5058 has had no packet since it was activated here, the other targets 20404'])
})

test('few packets may be few flows', async () => {
  expect(await say(check, { edit: hits(5058, 0) })).toEqual([])
})

test('a load balancer that counts nothing, or has nobody to count, cannot be judged; a stream that cannot be shown is unknown', async () => {
  expect(await say(check, { edit: { pod: 'lb-1', command: 'nft -j list ruleset', from: /\{"table": \{"family": "inet", "name": "meridio-metrics"[^{}]*\}\},?/, to: '' } })).toEqual(['lb-1: not-applicable: the load balancer counts no packets per target'])
  expect(await say(check, { edit: shown(/Active: .*/, 'Active:') })).toEqual(['lb-1: not-applicable: no stream has an active target'])
  expect(await say(check, { edit: unreadable })).toEqual([`lb-1: unknown: ${unreadableReason}`])
})
