import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/nfqueue-stalled.ts'
import { say } from '../recorded-trench.ts'
import { environment, kube, lb1 } from './kube.ts'

const queues = (from: RegExp | string, to: string) => ({ edit: { pod: 'lb-1', command: 'cat /proc/net/netfilter/nfnetlink_queue', from, to } })

test('a healthy load balancer lets no packet wait', async () => {
  expect(await say(check)).toEqual([])
})

test('nfqlb is stopped', async () => {
  expect(await say(check, { fault: 'f12-nfqlb-stalled' })).toEqual(['lb-1: nfqlb does not take its packets: 1024 wait in netfilter queue 0, 241 were dropped'])
})

test('half a queue is stalled, a little less is a burst', async () => {
  expect(await say(check, queues(/^( +2 \d+ +)0( .*)  0  ( +309)/m, '$1512$2  0  $3'))).toEqual(['lb-1: nfqlb does not take its packets: 512 wait in netfilter queue 2, 0 were dropped'])
  expect(await say(check, queues(/^( +2 \d+ +)0 /m, '$1511 '))).toEqual([])
})

test('several queues are one finding', async () => {
  const said = await say(check, queues(/^( +[013] +\d+ +)0 2  1500     0     0 /gm, '$11024 2  1500     5     2 '))
  expect(said).toEqual(['lb-1: nfqlb does not take its packets: 3072 wait in netfilter queue 0, 1, 3, 21 were dropped'])
})

test('another program\'s queue is not ours', async () => {
  expect(await say(check, { ...kube(environment(lb1, 'NSM_NFQUEUE', '1:3', 'NSM_CONDUIT_NAME')), fault: 'f12-nfqlb-stalled' })).toEqual([])
})

test('a dead nfqlb has no queue to fill', async () => {
  expect(await say(check, { fault: 'f11-nfqlb-dead' })).toEqual([])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: nfnetlink-queue: no probe: ErrImageNeverPull'])
})
