import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bfd-source-port-wrong.ts'
import { say } from '../recorded-trench.ts'
import { edit } from './edits.ts'
import { change, kube } from './kube.ts'

const noBfd = kube(...['gateway1', 'gateway2'].map(name => change('gateways', name, spec => { delete spec['bgp'].bfd })))

test('a healthy load balancer keeps to the range of the RFC', async () => {
  expect(await say(check)).toEqual([])
})

test('the kernel\'s default range', async () => {
  expect(await say(check, { edit: edit('lb-1', 'sysctl', '49152\t65535', '32768\t60999') })).toEqual(['lb-1: ports of our own are taken from 32768-60999, BFD\'s must be within 49152-65535'])
})

test('without BFD it does not matter', async () => {
  expect(await say(check, noBfd)).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: no gateway of the attractor has BFD`))
})

test('a range that is not told is unknown', async () => {
  expect(await say(check, { edit: edit('lb-1', 'sysctl', /^net\.ipv4\.ip_local_port_range.*\n/m, '') })).toEqual(['lb-1: unknown: the kernel tells no net.ipv4.ip_local_port_range'])
})
