import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/conduit-network-twice.ts'
import { say } from '../recorded-trench.ts'
import { down, edit } from './edits.ts'
import { conduitUntold } from './kube.ts'

const twice = edit('lb-1', 'addresses', '"local":"172.16.2.2"', '"local":"172.16.1.22"')

test('a healthy load balancer has a network per proxy', async () => {
  expect(await say(check)).toEqual([])
})

test('two interfaces in one network', async () => {
  expect(await say(check, { edit: twice })).toEqual(['lb-1: load-balan-27a4 and load-balan-274a are up in one network, 172.16.1.0/24'])
})

test('one that is down does not divert packets', async () => {
  expect(await say(check, { edit: [twice, down('lb-1', 'load-balan-274a')] })).toEqual([])
})

test('what cannot be told is unknown', async () => {
  expect(await say(check, conduitUntold)).toEqual(['lb-1: unknown: the pod does not say which conduit it serves, so its interfaces to proxies cannot be told'])
  expect(await say(check, { gone: ['lb-2'] })).toEqual([expect.stringMatching(/^lb-2: unknown: ip-links: no probe/)])
})
