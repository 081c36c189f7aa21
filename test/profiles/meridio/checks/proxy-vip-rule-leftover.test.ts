import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/proxy-vip-rule-leftover.ts'
import { say } from '../recorded-trench.ts'
import { change, kube } from './kube.ts'

const rule = (row: string) => ({ edit: { pod: 'px-a', command: 'ip -j -4 rule', from: /^\[/, to: `[${row},` } })

test('a healthy proxy has rules of its VIPs only', async () => {
  expect(await say(check)).toEqual([])
})

test('a rule of a VIP that is gone', async () => {
  expect(await say(check, rule('{"priority":32764,"src":"10.0.0.9","table":"1"}'))).toEqual(['px-a: an IPv4 rule from 10.0.0.9 leads to table 1, but no flow of the conduit has such a VIP'])
})

test('rules to other tables are not ours', async () => {
  expect(await say(check, rule('{"priority":32764,"src":"10.0.0.9","table":"77"}'))).toEqual([])
})

test('without any rule of a VIP nothing tells the table', async () => {
  expect(await say(check, kube(change('flows', 'flow1', spec => { spec['vips'] = [] })))).toEqual(['px-a', 'px-b'].map(proxy => `${proxy}: not-applicable: no rule from a VIP names a table`))
  expect(await say(check, { gone: ['px-b'] })).toEqual([expect.stringMatching(/^px-b: unknown: ip-rules: no probe/)])
})
