import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/fwmark-reflect-off.ts'
import { say } from '../recorded-trench.ts'
import { edit } from './edits.ts'
import { ipv4Only } from './kube.ts'

const off = (family: 4 | 6) => edit('lb-1', 'sysctl', `net.ipv${family}.fwmark_reflect = 1`, `net.ipv${family}.fwmark_reflect = 0`)

test('a healthy load balancer answers with the mark', async () => {
  expect(await say(check)).toEqual([])
})

test('each family for itself', async () => {
  expect(await say(check, { edit: [off(4), off(6)] })).toEqual(['lb-1: IPv4 answers of the kernel carry no mark (net.ipv4.fwmark_reflect = 0)', 'lb-1: IPv6 answers of the kernel carry no mark (net.ipv6.fwmark_reflect = 0)'])
  expect(await say(check, { ...ipv4Only, edit: off(6) })).toEqual([])
})

test('a setting that is not told is unknown', async () => {
  expect(await say(check, { edit: edit('lb-1', 'sysctl', /^net\.ipv6\.fwmark_reflect.*\n/m, '') })).toEqual(['lb-1: unknown: the kernel tells no net.ipv6.fwmark_reflect'])
})
