import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/internal-network-overlaps.ts'
import { say } from '../recorded-trench.ts'
import { environment, kube, remove } from './kube.ts'
import { statusOf } from './kube-status.ts'

test('the pools of a healthy trench are apart from its pods', async () => {
  expect(await say(check)).toEqual([])
})

test('a pool that holds the pod network', async () => {
  expect(await say(check, kube(environment('ipam-red-0', 'IPAM_PREFIX_IPV4', '10.244.0.0/16')))).toEqual([
    'red: IPAM gives addresses from 10.244.0.0/16, where pods of the cluster live: red/lb-1 10.244.1.11, red/lb-2 10.244.2.12, red/px-a 10.244.1.13 and 5 more',
  ])
})

test('of a pod with two addresses the one inside is named', async () => {
  expect(await say(check, kube(statusOf('proxy-load-balancer-5slff', { podIPs: [{ ip: '10.244.1.13' }, { ip: 'fd00:0:0:7::13' }] })))).toEqual([
    'red: IPAM gives addresses from fd00::/48, where pods of the cluster live: red/px-a fd00:0:0:7::13',
  ])
})

test('without an IPAM pod nobody says what the pools are', async () => {
  expect(await say(check, kube(remove('pods', 'ipam-red-0')))).toEqual(['red: not-applicable: no IPAM pod says what it gives addresses from'])
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: control-pods: not observed; trench-pods: not observed'])
})
