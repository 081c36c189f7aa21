import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/external-interface-down.ts'
import { say } from '../recorded-trench.ts'
import { change, environment, kube, lb1, lb2 } from './kube.ts'

/** The pod does not say which interface it was given. */
const untold = (lb: string) => [environment(lb, 'NFE_EXTERNAL_INTERFACE'), environment(lb, 'NSM_NETWORK_SERVICES')]
const link = (from: RegExp | string, to: string) => ({ edit: { pod: 'lb-1', command: 'ip -j -d -s link', from, to } })

test('a healthy load balancer has its external interface up', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['it is not there', link(/"ifname":"nsm-1"/, '"ifname":"nsm-9"'), 'there is no external interface nsm-1'],
  ['it is set down', link(/("ifname":"nsm-1","flags":\["BROADCAST","MULTICAST"),"UP","LOWER_UP"/, '$1'), 'the external interface nsm-1 is set down'],
  ['it has no carrier', link(/("ifname":"nsm-1","flags":\["BROADCAST","MULTICAST","UP"),"LOWER_UP"/, '$1'), 'the external interface nsm-1 has no carrier'],
])('%s', async (_, world, text) => {
  expect(await say(check, world)).toEqual([`lb-1: ${text}`])
})

test('a tap, whose state is unknown, is up when it has carrier', async () => {
  expect(await say(check, link(/("ifname":"nsm-1".*?"operstate":)"UP"/, '$1"UNKNOWN"'))).toEqual([])
})

test('what the pod was told counts, else what its attractor says', async () => {
  const attractor = change('attractors', 'attr1', spec => { spec['interface'].name = 'ext-vlan0' })
  expect(await say(check, kube(attractor))).toEqual([])
  expect(await say(check, kube(attractor, ...untold(lb1)))).toEqual(['lb-1: there is no external interface ext-vlan0'])
})

test('an interface that nobody names cannot be judged', async () => {
  const world = kube(change('attractors', 'attr1', spec => { delete spec['interface'] }), ...untold(lb1), ...untold(lb2))
  expect(await say(check, world)).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: unknown: neither the pod nor the attractor names an external interface`))
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-links: no probe: ErrImageNeverPull'])
})
