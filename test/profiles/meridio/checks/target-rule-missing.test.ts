import { describe, expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-rule-missing.ts'
import { say } from '../recorded-trench.ts'
import { ipv4Only } from './kube.ts'
import { oldNumbers, route, rule, ruleOf, secondStream, shown, unreadable, unreadableReason } from './lb-edits.ts'

test('a healthy load balancer has a rule per active target and family', async () => {
  expect(await say(check)).toEqual([])
})

test('one IPv4 rule is missing', async () => {
  expect(await say(check, { fault: 'f03-fwmark-rule-missing' })).toEqual(['lb-1: stream1: target 172.16.1.8 is active in nfqlb, but no IPv4 rule routes its fwmark 5058'])
})

test('a target without route is named by its mark', async () => {
  expect(await say(check, { edit: [rule(6, ruleOf(5058), ''), route(6, '"gateway":"fd00::ac10:108","dev":"load-balan-27a4","table":"5058"', '"gateway":"fd00::ac10:108","dev":"load-balan-27a4","table":"5059"')] }))
    .toEqual(['lb-1: stream1: target 5058 is active in nfqlb, but no IPv6 rule routes its fwmark 5058'])
})

describe('other shapes', () => {
  test('before v0.9 the mark is the identifier', async () => {
    expect(await say(check, { edit: oldNumbers })).toEqual([])
    expect(await say(check, { edit: [...oldNumbers, rule(4, ruleOf(58), '')] })).toEqual(['lb-1: stream1: target 172.16.1.8 is active in nfqlb, but no IPv4 rule routes its fwmark 58'])
  })

  test('a rule may name another table than the mark', async () => {
    expect(await say(check, { edit: [rule(4, '"fwmark":"0x13c2","table":"5058"', '"fwmark":"0x13c2","table":"77"'), route(4, '"table":"5058"', '"table":"77"')] })).toEqual([])
  })

  test('a rule that drops is no rule to a table', async () => {
    expect(await say(check, { edit: rule(4, '"fwmark":"0x13c2","table":"5058"', '"fwmark":"0x13c2","action":"unreachable"') })).toEqual(['lb-1: stream1: target 172.16.1.8 is active in nfqlb, but no IPv4 rule routes its fwmark 5058'])
  })

  test('a trench of one family', async () => {
    expect(await say(check, { ...ipv4Only, edit: rule(6, ruleOf(5058), '') })).toEqual([])
  })

  test('a mark shown on two indexes is one finding', async () => {
    expect(await say(check, { fault: 'f03-fwmark-rule-missing', edit: shown('5058(57)', '5058(57) 5058(58)') })).toEqual(['lb-1: stream1: target 172.16.1.8 is active in nfqlb, but no IPv4 rule routes its fwmark 5058'])
  })

  test('in two streams a target has two marks', async () => {
    const world = secondStream('5101(0)', { 5101: ['172.16.1.8', 'fd00::ac10:108'] })
    expect(await say(check, world)).toEqual([])
    expect(await say(check, { ...world, edit: [...[world.edit ?? []].flat(), rule(4, ruleOf(5058), ''), rule(4, /\{"priority":90[^{}]*\},/, '')] })).toEqual([
      'lb-1: stream1: target 172.16.1.8 is active in nfqlb, but no IPv4 rule routes its fwmark 5058',
      'lb-1: stream2: target 172.16.1.8 is active in nfqlb, but no IPv4 rule routes its fwmark 5101',
    ])
  })
})

test('streams are judged from memory, also when nfqlb is dead', async () => {
  expect(await say(check, { fault: 'f11-nfqlb-dead', edit: rule(4, ruleOf(5058), '') })).toEqual(['lb-1: stream1: target 172.16.1.8 is active in nfqlb, but no IPv4 rule routes its fwmark 5058'])
})

test('without an active target there is nothing to judge', async () => {
  expect(await say(check, { fault: 'f47-no-active-target-announced' })).toEqual(['lb-1: not-applicable: no stream has an active target'])
})

test('a stream that cannot be shown leaves it unknown', async () => {
  expect(await say(check, { edit: unreadable })).toEqual([`lb-1: unknown: ${unreadableReason}`])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: nfqlb-streams: no probe: ErrImageNeverPull; ip-rules: no probe: ErrImageNeverPull; ip-routes: no probe: ErrImageNeverPull'])
})
