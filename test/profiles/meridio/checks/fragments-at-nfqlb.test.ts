import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/fragments-at-nfqlb.ts'
import { say } from '../recorded-trench.ts'
import { fails } from './edits.ts'

const noDefrag = { pod: 'lb-1', command: 'nft -j list ruleset', from: /meridio-defrag/g, to: 'gone' }
const other = 'lb-2: not-applicable: table meridio-defrag puts fragments together before nfqlb'

test('behind the kernel\'s defragmentation nfqlb is not asked', async () => {
  expect(await say(check, fails('lb-1', 'nfqlb stats'))).toEqual([other.replace('lb-2', 'lb-1'), other])
})

test('without it, no fragment came yet', async () => {
  expect(await say(check, { edit: noDefrag })).toEqual([other])
})

test('fragments came', async () => {
  expect(await say(check, { edit: [noDefrag, { pod: 'lb-1', command: 'nfqlb stats', from: /"inserts": +\d+/, to: '"inserts": 12' }, { pod: 'lb-1', command: 'nfqlb stats', from: /"fragsDiscarded": +\d+/, to: '"fragsDiscarded": 3' }] })).toEqual([
    'lb-1: nfqlb has seen 12 packets in fragments, and discarded 3 fragments; 0 had no room', other,
  ])
})

test('counters that cannot be read are unknown', async () => {
  expect(await say(check, { edit: noDefrag, ...fails('lb-1', 'nfqlb stats') })).toEqual(['lb-1: unknown: red/lb-1: nfqlb-stats : nfqlb stats did not end within 5000 ms', other])
})
