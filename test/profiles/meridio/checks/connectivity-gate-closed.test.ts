import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/connectivity-gate-closed.ts'
import { meridio2 } from '../meridio-2.ts'
import { say } from '../recorded-trench.ts'
import { kube, lb1 } from './kube.ts'
import { statusOf, terminating } from './kube-status.ts'

const [v4, v6] = ['meridio-2.nordix.org/ipv4-connectivity', 'meridio-2.nordix.org/ipv6-connectivity']

test.each([
  ['open', kube(meridio2), []],
  ['closed', kube(meridio2, statusOf(lb1, { conditions: [{ type: v4, status: 'True' }, { type: v6, status: 'False', reason: 'NoGateway', message: 'no session is up' }] })), ['gw: red/lb-1: no IPv6 connectivity (NoGateway: no session is up)']],
  ['without its condition', kube(meridio2, statusOf(lb1, { conditions: [{ type: v4, status: 'Unknown' }] })), ['gw: red/lb-1: no IPv4 connectivity (condition Unknown)', 'gw: red/lb-1: no IPv6 connectivity (the gate has no condition yet)']],
  ['of a pod on its way out', kube(meridio2, statusOf(lb1, { conditions: [] }), terminating(lb1)), []],
  ['of Meridio 1', kube(), ['red: not-applicable: no load balancer has a readiness gate for connectivity: it is not of Meridio 2']],
])('%s', async (_, world, said) => {
  expect((await say(check, world)).sort()).toEqual([...said].sort())
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: connectivity-gates: not observed'])
})
