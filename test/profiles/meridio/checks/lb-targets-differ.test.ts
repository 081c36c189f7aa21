import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/lb-targets-differ.ts'
import { say } from '../recorded-trench.ts'
import { environment, kube, lb2, remove } from './kube.ts'

const shown = (from: RegExp | string, to: string, pod = 'lb-1') => ({ pod, command: 'nfqlb show --shm=tshm-stream1', from, to })

test('healthy load balancers agree', async () => {
  expect(await say(check)).toEqual([])
})

test('lb-1 lacks a target', async () => {
  expect(await say(check, { fault: 'f07-target-not-activated' })).toEqual(['red: load balancers disagree on the targets of stream1: lb-1 lacks 58'])
})

test('each lacks another', async () => {
  expect(await say(check, { edit: [shown(' 5048(47)', ''), shown(' 5067(66) 5090(89)', '', 'lb-2')] })).toEqual(['red: load balancers disagree on the targets of stream1: lb-1 lacks 48; lb-2 lacks 67, 90'])
})

test('marks are numbered anew by each load balancer: identifiers count', async () => {
  expect(await say(check, { edit: shown('5048(47) 5058(57) 5067(66) 5090(89)', '5148(47) 5158(57) 5167(66) 5190(89)') })).toEqual([])
})

test('load balancers of different conduits have nothing in common', async () => {
  expect(await say(check, { fault: 'f07-target-not-activated', ...kube(environment(lb2, 'NSM_CONDUIT_NAME', 'other')) })).toEqual(['red: not-applicable: no conduit has two load balancers to compare'])
})

test('one load balancer has nobody to compare with', async () => {
  expect(await say(check, kube(remove('pods', lb2)))).toEqual(['red: not-applicable: no conduit has two load balancers to compare'])
})

test.each([
  ['a load balancer that was not seen', { gone: ['lb-2'] }, 'red/lb-2: nfqlb-streams: no probe: ErrImageNeverPull'],
  ['a table that was being filled', { edit: shown(/Lookup: 57/, 'Lookup: -1') }, 'stream stream1: lb-1 was filling its table anew'],
  ['a stream that cannot be shown', { edit: shown(/[\s\S]+/, 'FAILED shm_open: No such file or directory\n') }, 'stream stream1: nfqlb show --shm=tshm-stream1 ended with 1: FAILED shm_open: No such file or directory'],
])('%s leaves ok open', async (_, world, reason) => {
  expect(await say(check, world)).toEqual([`red: unknown: ${reason}`])
})
