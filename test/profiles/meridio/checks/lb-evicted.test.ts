import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/lb-evicted.ts'
import { judged, placed } from '../judged.ts'
import { pings, say } from '../recorded-trench.ts'
import { down } from './edits.ts'
import { conduitUntold } from './kube.ts'

const all = [down('lb-1', 'load-balan-27a4'), down('lb-1', 'load-balan-274a')]

test('a healthy load balancer has its interfaces up', async () => {
  expect(await say(check)).toEqual([])
})

test('all interfaces are set down', async () => {
  expect(await say(check, { edit: all })).toEqual(['load-balan-27a4', 'load-balan-274a'].map(name => `lb-1: ${name} is set down, as are all 2 interfaces to proxies: the load balancer carries no traffic`))
})

test('one of several set down is another check\'s', async () => {
  expect(await say(check, { fault: 'f41-lb-proxy-link-down' })).toEqual([])
})

test('an eviction follows from a session that is down, a single link that is down does not', async () => {
  const roots = async (edit: typeof all) => (await judged({ fault: 'f15-asn-mismatch', edit, synthetic: pings() })).findings.filter(({ explainedBy, severity }) => explainedBy === undefined && severity !== 'note').map(placed)
  expect(await roots(all)).toEqual(['lb-1 bgp-session-down'])
  expect(await roots(all.slice(1))).toEqual(['lb-1 bgp-session-down', 'lb-1 conduit-interface-down'])
})

test('a pod that does not say which conduit it serves is unknown', async () => {
  expect(await say(check, conduitUntold)).toEqual(['lb-1: unknown: the pod does not say which conduit it serves, so its interfaces to proxies cannot be told'])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-links: no probe: ErrImageNeverPull'])
})
