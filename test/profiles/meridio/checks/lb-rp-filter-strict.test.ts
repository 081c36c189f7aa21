import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/lb-rp-filter-strict.ts'
import { say } from '../recorded-trench.ts'
import { change, conduitUntold, kube } from './kube.ts'

const sysctl = (...edits: readonly (readonly [RegExp | string, string])[]) => ({ edit: edits.map(([from, to]) => ({ pod: 'lb-1', command: 'sysctl', from, to })) })

test('a healthy load balancer has no strict filter', async () => {
  expect(await say(check)).toEqual([])
})

test('one interface to a proxy is strict', async () => {
  expect(await say(check, { fault: 'f25-rp-filter-strict' })).toEqual(['lb-1: load-balan-27a4 has a strict reverse-path filter (net.ipv4.conf.load-balan-27a4.rp_filter = 1)'])
})

test('the setting for all makes both strict, and is named', async () => {
  expect(await say(check, sysctl([/(net\.ipv4\.conf\.all\.rp_filter = )0/g, '$11']))).toEqual([
    'lb-1: load-balan-274a has a strict reverse-path filter (net.ipv4.conf.all.rp_filter = 1)',
    'lb-1: load-balan-27a4 has a strict reverse-path filter (net.ipv4.conf.all.rp_filter = 1)',
  ])
})

test.each([
  ['loose for all is the larger of both', [[/(all\.rp_filter = )0/g, '$12'], [/(27a4\.rp_filter = )0/, '$11']]],
  ['on the external interface it does no harm', [[/(nsm-1\.rp_filter = )0/, '$11']]],
  ['for interfaces to come it does none yet', [[/(default\.rp_filter = )0/g, '$11']]],
] as const)('%s', async (_, edits) => {
  expect(await say(check, sysctl(...edits))).toEqual([])
})

test('an interface whose setting the kernel does not tell is unknown', async () => {
  expect(await say(check, sysctl([/^.*load-balan-27a4\.rp_filter.*\n/m, '']))).toEqual(['lb-1: unknown: the kernel tells no rp_filter of load-balan-27a4'])
})

test('a trench without IPv4 has no such filter', async () => {
  expect(await say(check, kube(change('trenches', 'red', spec => { spec['ip-family'] = 'ipv6' })))).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: the trench has no IPv4`))
})

test('a pod that does not say which conduit it serves is unknown', async () => {
  expect(await say(check, conduitUntold)).toEqual(['lb-1: unknown: the pod does not say which conduit it serves, so its interfaces to proxies cannot be told'])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-links: no probe: ErrImageNeverPull; sysctls: no probe: ErrImageNeverPull'])
})
