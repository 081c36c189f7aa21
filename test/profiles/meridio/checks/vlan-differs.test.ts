import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/vlan-differs.ts'
import { say } from '../recorded-trench.ts'
import { change, environment, kube, remove } from './kube.ts'

const nse = 'nse-vlan-attr1-8dbb46ff8-wlnrm'

test('the NSE-VLAN of a healthy trench makes what the attractor says', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['another VLAN', 'external-vlan.attr1.red.red { vlan: 101; via: eth1 }', 'VLAN 101 on eth1'],
  ['another base interface', 'external-vlan.attr1.red.red { vlan: 100; via: eth2 }', 'VLAN 100 on eth2'],
])('%s', async (_, services, made) => {
  expect(await say(check, kube(environment(nse, 'NSM_SERVICES', services)))).toEqual([`red: attractor attr1: red/${nse} makes external interfaces in ${made}, the attractor says VLAN 100 on eth1`])
})

test.each([
  ['no NSE-VLAN', kube(remove('pods', nse))],
  ['an attractor on a network attachment', kube(change('attractors', 'attr1', spec => { spec['interface'] = { name: 'net1', type: 'network-attachment' } }))],
  ['an NSE-VLAN of another trench', kube(environment(nse, 'NSM_SERVICES', 'external-vlan.attr1.blue.red { vlan: 101; via: eth1 }'))],
  ['a service written in another way', kube(environment(nse, 'NSM_SERVICES', 'external-vlan.attr1.red.red { domain: x }'))],
])('%s: nothing to compare', async (_, world) => {
  expect(await say(check, world)).toEqual(['red: not-applicable: no attractor with a VLAN has an NSE-VLAN pod'])
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: trench-config: not observed; control-pods: not observed'])
})
