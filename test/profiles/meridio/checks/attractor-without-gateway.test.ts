import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/attractor-without-gateway.ts'
import { say } from '../recorded-trench.ts'
import { change, kube, remove } from './kube.ts'

test('a healthy attractor has gateways', async () => {
  expect(await say(check)).toEqual([])
})

test('an attractor that names no gateway, or none that exists', async () => {
  expect(await say(check, kube(change('attractors', 'attr1', spec => { spec['gateways'] = [] })))).toEqual(['red: attractor attr1 has no gateway'])
  expect(await say(check, kube(remove('gateways')))).toEqual(['red: attractor attr1 has no gateway'])
})

test('a trench without attractor is not judged, and one that cannot be read is unknown', async () => {
  expect(await say(check, kube(remove('attractors')))).toEqual(['red: not-applicable: the trench has no attractor'])
  expect(await say(check, kube(remove('trenches'), remove('configmaps')))).toEqual([expect.stringMatching(/^red: unknown: trench-config: /)])
})
