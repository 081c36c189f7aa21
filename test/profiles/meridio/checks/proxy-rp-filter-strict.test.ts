import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/proxy-rp-filter-strict.ts'
import { say } from '../recorded-trench.ts'
import { edit } from './edits.ts'
import { change, kube } from './kube.ts'

const set = (...settings: readonly (readonly [RegExp, string])[]) => ({ edit: settings.map(([from, to]) => edit('px-a', 'sysctl', from, to)) })

test('a healthy proxy has no strict filter', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['the bridge is strict', set([/(ipv4\.conf\.bridge0\.rp_filter = )0/, '$11']), 'net.ipv4.conf.bridge0.rp_filter'],
  ['all is strict', set([/(ipv4\.conf\.all\.rp_filter = )0/g, '$11']), 'net.ipv4.conf.all.rp_filter'],
])('%s', async (_, world, key) => {
  expect(await say(check, world)).toEqual([`px-a: bridge0 has a strict reverse-path filter (${key} = 1)`])
})

test.each([
  ['loose for all is the larger of both', set([/(all\.rp_filter = )0/g, '$12'], [/(bridge0\.rp_filter = )0/, '$11'])],
  ['a port of the bridge is not asked', set([/(proxy\.load-1f0a\.rp_filter = )0/, '$11'])],
])('%s', async (_, world) => {
  expect(await say(check, world)).toEqual([])
})

test('a bridge whose setting the kernel does not tell is unknown', async () => {
  expect(await say(check, set([/^.*ipv4\.conf\.bridge0\.rp_filter.*\n/m, '']))).toEqual(['px-a: unknown: the kernel tells no rp_filter of bridge0'])
})

test('without a bridge there is nothing to ask', async () => {
  expect(await say(check, { edit: edit('px-a', 'links', '"ifname":"bridge0"', '"ifname":"other"') })).toEqual(['px-a: not-applicable: there is no bridge0'])
})

test('a trench without IPv4 has no such filter', async () => {
  expect(await say(check, kube(change('trenches', 'red', spec => { spec['ip-family'] = 'ipv6' })))).toEqual(['px-a', 'px-b'].map(proxy => `${proxy}: not-applicable: the trench has no IPv4`))
})

test('a proxy that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['px-b'] })).toEqual(['px-b: unknown: ip-links: no probe: ErrImageNeverPull; sysctls: no probe: ErrImageNeverPull'])
})
