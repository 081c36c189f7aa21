import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/conntrack-active.ts'
import { say } from '../recorded-trench.ts'
import { edit, fails } from './edits.ts'

test('a healthy load balancer tracks no connection, and conntrack is not asked', async () => {
  expect(await say(check, fails('lb-1', 'conntrack'))).toEqual([])
})

test('connections of VIPs are tracked', async () => {
  expect(await say(check, { fault: 'f34-conntrack-active' })).toEqual(['lb-1: the kernel tracks 192 connections, 186 of them of VIPs; the table takes 262144'])
})

test('connections of the pod itself may be', async () => {
  expect(await say(check, { fault: 'f34-conntrack-active', edit: { pod: 'lb-1', command: 'conntrack -L', from: /10\.0\.0\.1|1000::1:a00:1/g, to: '10.96.0.10' } })).toEqual([])
})

test('more than can be listed are too many', async () => {
  expect(await say(check, { fault: 'f34-conntrack-active', ...fails('lb-1', 'conntrack') })).toEqual(['lb-1: the kernel tracks 192 connections; the table takes 262144'])
})

test('a kernel that tracks nothing has no such setting', async () => {
  expect(await say(check, { edit: edit('lb-1', 'sysctl', /^net\.netfilter.*\n/gm, '') })).toEqual([])
})

test('a load balancer that nobody could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: sysctls: no probe: ErrImageNeverPull'])
})
