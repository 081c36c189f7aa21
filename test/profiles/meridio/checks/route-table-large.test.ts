import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/route-table-large.ts'
import { say } from '../recorded-trench.ts'

test('a healthy BIRD holds a handful of routes', async () => {
  expect(await say(check)).toEqual([])
})

test('the gateway sends its whole table', async () => {
  expect(await say(check, { edit: { pod: 'lb-1', command: 'birdc show route count', from: /\d+ of \d+ routes for \d+ networks in table master6/, to: '150001 of 150001 routes for 150001 networks in table master6' } })).toEqual(['lb-1: BIRD holds 150001 IPv6 routes, more than 1000'])
})

test('a BIRD that does not answer is unknown', async () => {
  expect(await say(check, { fault: 'f37-bird-killed' })).toEqual([expect.stringMatching(/^lb-1: unknown: bird-route-count: .*Connection refused/)])
})
