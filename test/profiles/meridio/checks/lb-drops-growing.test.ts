import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/lb-drops-growing.ts'
import { say, type World } from '../recorded-trench.ts'

const later = (file: string, from: RegExp, to: string): World => ({ edit: { pod: 'lb-1', command: `cat /proc/self/net/${file}`, from, to } })

test('healthy load balancers lose nothing between two readings', async () => {
  expect(await say(check)).toEqual([])
})

test('drops of the interface to gateways and of those to proxies', async () => {
  expect(await say(check, later('dev', /(nsm-1: +67622 +858 +0 +)0/, '$112'))).toEqual(['lb-1: within 1.0 s: nsm-1 rx drop 12'])
  expect(await say(check, later('dev', /(load-balan-27a4:.*305 +)0/, '$15'))).toEqual(['lb-1: within 1.0 s: load-balan-27a4 tx errs 5'])
})

test('drops of the primary network are not the trench', async () => {
  expect(await say(check, later('dev', /(eth0: +\d+ +\d+ +0 +)0/, '$112'))).toEqual([])
})

test('packets without a route, in the words of their family', async () => {
  expect(await say(check, later('snmp6', /^Ip6OutNoRoutes(\s+)\d+$/m, 'Ip6OutNoRoutes$199'))).toEqual([expect.stringMatching(/^lb-1: within 1\.0 s: IPv6 packets without a route out \d+$/)])
})

test('counters that were set back did not grow', async () => {
  expect(await say(check, later('dev', /67622/, '0'))).toEqual([])
})

test('counters that cannot be read are unknown', async () => {
  expect(await say(check, later('dev', /(nsm-1:.*) 0\n/, '$1\n'))).toEqual([expect.stringMatching(/^lb-1: unknown: .*not the counters of an interface: {2}nsm-1:/)])
})
