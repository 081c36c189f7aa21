import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/flow-without-vip.ts'
import { say } from '../recorded-trench.ts'
import { change, kube, remove } from './kube.ts'

test('a healthy flow has VIPs', async () => {
  expect(await say(check)).toEqual([])
})

test.each([[[]], [['vip9']]])('VIPs %j: the flow matches everything', async vips => {
  expect(await say(check, kube(change('flows', 'flow1', spec => { spec['vips'] = vips })))).toEqual(['red: flow flow1 of stream stream1 has no VIP that exists: it matches any address, with priority 1'])
})

test('a trench without flow is not judged, and one that cannot be read is unknown', async () => {
  expect(await say(check, kube(remove('flows')))).toEqual(['red: not-applicable: the trench has no flow'])
  expect(await say(check, kube(remove('trenches'), remove('configmaps')))).toEqual([expect.stringMatching(/^red: unknown: trench-config: /)])
})
