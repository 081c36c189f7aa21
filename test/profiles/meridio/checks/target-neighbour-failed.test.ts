import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-neighbour-failed.ts'
import { say } from '../recorded-trench.ts'
import { ipv4Only } from './kube.ts'
import { neighbour, oldNumbers, route, routeOf, secondStream, shown, unreadable, unreadableReason } from './lb-edits.ts'

const failed = (address: string, state: string) => neighbour(new RegExp(`("dst":"${address}","dev":"load-balan-27a4",)"lladdr":"[^"]*",(.*?"state":)\\["REACHABLE"\\]`), `$1$2["${state}"]`)

test('a healthy load balancer knows its targets', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['f02-target-link-down', 'fd00::ac10:108 on load-balan-27a4'],
  ['f05-fwmark-route-wrong', '172.16.1.99 on load-balan-27a4'],
  ['f23-proxy-port-unbridged', 'fd00::ac10:108 on load-balan-27a4'],
  ['f27-duplicate-target-ip', '172.16.2.8 on load-balan-274a'],
])('%s', async (fault, who) => {
  expect(await say(check, { fault })).toEqual([`lb-1: stream1: nobody answers for active target ${who}: neighbour INCOMPLETE`])
})

test('FAILED counts as INCOMPLETE does, STALE and the like do not', async () => {
  expect(await say(check, { edit: failed('172.16.1.8', 'FAILED') })).toEqual(['lb-1: stream1: nobody answers for active target 172.16.1.8 on load-balan-27a4: neighbour FAILED'])
  for (const state of ['STALE', 'DELAY', 'PROBE', 'PERMANENT', 'NOARP']) expect(await say(check, { edit: failed('172.16.1.8', state) })).toEqual([])
})

test('the same address on another interface, and one that is no target, do not count', async () => {
  expect(await say(check, { edit: neighbour(/("dst":"172\.16\.1\.8","dev":)"load-balan-27a4",(.*?"state":)\["REACHABLE"\]/, '$1"eth0",$2["FAILED"]') })).toEqual([])
  expect(await say(check, { edit: neighbour(/("dst":"172\.16\.1\.1","dev":"load-balan-27a4".*?"state":)\["DELAY"\]/, '$1["FAILED"]') })).toEqual([])
})

test('a target of two streams is a finding of each', async () => {
  const world = secondStream('5101(0)', { 5101: ['172.16.1.8', 'fd00::ac10:108'] })
  expect(await say(check, { ...world, edit: [...[world.edit ?? []].flat(), failed('172.16.1.8', 'FAILED')] })).toEqual(['stream1', 'stream2'].map(stream => `lb-1: ${stream}: nobody answers for active target 172.16.1.8 on load-balan-27a4: neighbour FAILED`))
})

test('two marks that lead to one address are one finding', async () => {
  expect(await say(check, { edit: [route(4, '"gateway":"172.16.1.6"', '"gateway":"172.16.1.8"'), shown('5058(57)', '5058(57) 5058(58)'), failed('172.16.1.8', 'FAILED')] })).toEqual(['lb-1: stream1: nobody answers for active target 172.16.1.8 on load-balan-27a4: neighbour FAILED'])
})

test('before v0.9 the mark is the identifier', async () => {
  expect(await say(check, { edit: [...oldNumbers, failed('172.16.1.8', 'FAILED')] })).toEqual(['lb-1: stream1: nobody answers for active target 172.16.1.8 on load-balan-27a4: neighbour FAILED'])
})

test('a trench of one family', async () => {
  expect(await say(check, { ...ipv4Only, fault: 'f02-target-link-down' })).toEqual([])
})

test('a target whose address no route tells is unknown', async () => {
  expect(await say(check, { edit: route(4, routeOf(5058), '') })).toEqual(['lb-1: unknown: stream1: active target 5058 has no IPv4 route that tells its address'])
})

test('without an active target there is nothing to judge', async () => {
  expect(await say(check, { fault: 'f47-no-active-target-announced' })).toEqual(['lb-1: not-applicable: no stream has an active target'])
})

test('a stream that cannot be shown leaves it unknown', async () => {
  expect(await say(check, { edit: unreadable })).toEqual([`lb-1: unknown: ${unreadableReason}`])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: nfqlb-streams: no probe: ErrImageNeverPull; ip-rules: no probe: ErrImageNeverPull; ip-routes: no probe: ErrImageNeverPull; ip-neighbours: no probe: ErrImageNeverPull'])
})
