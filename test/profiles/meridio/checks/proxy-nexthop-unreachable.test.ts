import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/proxy-nexthop-unreachable.ts'
import { noWayTo, pings, say } from '../recorded-trench.ts'
import { change, kube } from './kube.ts'

test('healthy next hops answer', async () => {
  expect(await say(check, { synthetic: pings() })).toEqual([])
})

test('a load balancer of the other node does not answer', async () => {
  expect(await say(check, { synthetic: pings(['172.16.1.4', 'fd00::ac10:202']) })).toEqual([
    'px-a: table 1: next hop 172.16.1.4 (one of 2) does not answer a ping', 'px-b: table 1: next hop fd00::ac10:202 (one of 2) does not answer a ping',
  ])
})

test('a ping that could not be sent says why', async () => {
  const answer = pings()
  const synthetic: typeof answer = (pod, argv) => (pod === 'px-a' && argv.at(-1) === '172.16.1.4' ? noWayTo('172.16.1.4') : answer(pod, argv))
  expect(await say(check, { synthetic })).toEqual(['px-a: table 1: next hop 172.16.1.4 (one of 2) does not answer a ping (Network is unreachable)'])
})

test('without next hops nothing is asked, and without an answer nothing is known', async () => {
  expect(await say(check, kube(change('flows', 'flow1', spec => { spec['vips'] = [] })))).toEqual(['px-a', 'px-b'].map(proxy => `${proxy}: not-applicable: no table that a rule from a VIP names has a next hop`))
  expect(await say(check)).toEqual(['px-a', 'px-b'].map(proxy => expect.stringMatching(new RegExp(`^${proxy}: unknown: 4 not seen: red/${proxy}: ping 172`))))
})
