import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-not-active.ts'
import { say } from '../recorded-trench.ts'
import { conduitUntold, ipv4Only } from './kube.ts'
import { oldNumbers, route, routeOf, rule, ruleOf, secondStream, shown, unreadable, unreadableReason } from './lb-edits.ts'

const idle = (pod: string, address: string, lb = 'lb-1') => `${lb}: ${pod} (${address}) is connected, but no active target of this load balancer leads to it`

test('in a healthy trench every connected target is active', async () => {
  expect(await say(check)).toEqual([])
})

test('one target is not activated', async () => {
  expect(await say(check, { fault: 'f07-target-not-activated' })).toEqual([idle('tg-2', '172.16.1.8')])
})

test('none is', async () => {
  expect(await say(check, { fault: 'f47-no-active-target-announced' })).toEqual([idle('tg-1', '172.16.1.6'), idle('tg-2', '172.16.1.8'), idle('tg-3', '172.16.2.6'), idle('tg-4', '172.16.2.8')])
})

test('active in one of two streams is enough', async () => {
  const world = secondStream('5101(0)', { 5101: ['172.16.1.8', 'fd00::ac10:108'] })
  expect(await say(check, { ...world, edit: [...[world.edit ?? []].flat(), shown(' 5058(57)', '')] })).toEqual([])
})

test('one family that leads to it is enough', async () => {
  expect(await say(check, { edit: [rule(4, ruleOf(5058), ''), route(4, routeOf(5058), '')] })).toEqual([])
})

test('before v0.9 the mark is the identifier', async () => {
  expect(await say(check, { edit: oldNumbers })).toEqual([])
  expect(await say(check, { edit: [...oldNumbers, shown(' 58(57)', '')] })).toEqual([idle('tg-2', '172.16.1.8')])
})

test('a trench of one family', async () => {
  expect(await say(check, { ...ipv4Only, edit: shown(' 5058(57)', '') })).toEqual([idle('tg-2', '172.16.1.8')])
})

test.each([
  ['has no stream open', { from: /"ifname":"nsm-0"/, to: '"ifname":"eth9"' }],
  ['has a VIP no longer', { from: /\{"family":"inet6?","local":"(10\.0\.0\.1|1000::1:a00:1)".*?\},?/g, to: '' }],
  ['lies in another conduit', { from: /"local":"(172\.16\.1\.8|fd00::ac10:108)"/g, to: '"local":"192.0.2.8"' }],
])('a target that %s is not missed', async (_, change) => {
  const edit = ['ip -j addr', ...(change.to.includes('eth9') ? ['ip -j -d -s link'] : [])].map(command => ({ pod: 'tg-2', command, ...change }))
  expect(await say(check, { fault: 'f07-target-not-activated', edit })).toEqual([])
})

test('an active mark without any route may be anybody: nobody is called idle', async () => {
  expect(await say(check, { edit: [route(4, routeOf(5058), ''), route(6, routeOf(5058), '')] })).toEqual(['lb-1: unknown: active target 5058 has no route that tells who it is'])
})

test('a stream that cannot be shown leaves it unknown', async () => {
  expect(await say(check, { edit: unreadable })).toEqual([`lb-1: unknown: ${unreadableReason}`])
})

test('what was seen stands when one target was not', async () => {
  expect(await say(check, { fault: 'f07-target-not-activated', gone: ['tg-4'] })).toEqual([idle('tg-2', '172.16.1.8'), 'lb-2: unknown: red/tg-4: ip-addresses: no probe: ErrImageNeverPull'])
})

test('a pod that does not say which conduit it serves is unknown', async () => {
  expect(await say(check, { ...conduitUntold, fault: 'f07-target-not-activated' })).toEqual(['lb-1: unknown: the pod does not say which conduit it serves, so its interfaces to proxies cannot be told'])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: nfqlb-streams: no probe: ErrImageNeverPull; ip-rules: no probe: ErrImageNeverPull; ip-routes: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull'])
})
