import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/port-range-from-zero.ts'
import { say } from '../recorded-trench.ts'
import { change, kube, remove } from './kube.ts'

const ports = (destination: string[], source = ['any']) => kube(change('flows', 'flow1', spec => Object.assign(spec, { 'destination-ports': destination, 'source-ports': source })))

test('healthy flows begin their ranges with 1 or more', async () => {
  expect(await say(check)).toEqual([])
  expect(await say(check, ports(['1-5003', '6000']))).toEqual([])
})

test.each([[['any']], [['0-65535']]])('%j is no restriction, and Meridio leaves it out', async all => {
  expect(await say(check, ports(all, all))).toEqual([])
})

test('nfqlb refuses a range from 0, of destination and source ports', async () => {
  expect(await say(check, ports(['0-1024', '5000']))).toEqual(['red: flow flow1 of stream stream1 names ports 0-1024: nfqlb refuses ranges that begin with 0'])
  expect(await say(check, ports(['0'], ['0-10']))).toEqual(['red: flow flow1 of stream stream1 names ports 0, 0-10: nfqlb refuses ranges that begin with 0'])
})

test('a trench without flow is not judged', async () => {
  expect(await say(check, kube(remove('flows')))).toEqual(['red: not-applicable: the trench has no flow'])
})
