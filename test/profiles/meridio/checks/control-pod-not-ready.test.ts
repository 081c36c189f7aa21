import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/control-pod-not-ready.ts'
import { say } from '../recorded-trench.ts'
import { kube, remove, twoTrenches } from './kube.ts'
import { containerOf, statusOf, terminating } from './kube-status.ts'

test('NSP, IPAM and NSE-VLAN of a healthy trench are ready', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['NSP is not ready', kube(containerOf('nsp-red-0', 'nsp', { ready: false })), ['red: red/nsp-red-0: container nsp is not ready: no target, VIP or flow is learned']],
  ['IPAM waits for its volume', kube(statusOf('ipam-red-0', { phase: 'Pending' })), ['red: red/ipam-red-0 is Pending: no proxy or target gets an address']],
  ['NSE-VLAN is not ready', kube(containerOf('nse-vlan-attr1-8dbb46ff8-wlnrm', 'nse-vlan', { ready: false })), ['red: red/nse-vlan-attr1-8dbb46ff8-wlnrm: container nse-vlan is not ready: no load balancer gets its external interface']],
  ['both are gone', kube(remove('pods', 'nsp-red-0', 'ipam-red-0')), ['red: no pod of the trench is its NSP and IPAM: no target, VIP or flow is learned; no proxy or target gets an address']],
  ['one on its way out is judged by what takes its place', kube(terminating('nsp-red-0'), containerOf('nsp-red-0', 'nsp', { ready: false })), []],
  ['those of another trench are not ours', kube(twoTrenches), []],
])('%s', async (_, world, said) => {
  expect((await say(check, world)).filter(line => line.startsWith('red:'))).toEqual(said)
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: control-pods: not observed'])
})
