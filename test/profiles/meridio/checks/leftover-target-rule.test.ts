import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/leftover-target-rule.ts'
import { say } from '../recorded-trench.ts'
import { oldNumbers, route, rule, secondStream, shown, unreadable, unreadableReason } from './lb-edits.ts'

const left = (family: string, marks: string, tables: string, target: string) => `lb-1: an ${family} rule routes fwmark ${marks} to table ${tables} (${target}), but no stream has this target active`

test('a healthy load balancer has no rule too many', async () => {
  expect(await say(check)).toEqual([])
})

test('the rules of a target that is not active', async () => {
  expect(await say(check, { fault: 'f07-target-not-activated' })).toEqual([left('IPv4', '5058', '5058', '172.16.1.8'), left('IPv6', '5058', '5058', 'fd00::ac10:108')])
})

test('a rule to an empty table is named by its mark', async () => {
  expect(await say(check, { edit: rule(4, /^\[/, '[{"priority":50,"src":"all","fwmark":"0x1400","table":"5120"},') })).toEqual([left('IPv4', '5120', '5120', '5120')])
})

test('several marks that lead to one target, and one mark twice, are one finding', async () => {
  const extra = (mark: number) => `{"priority":50,"src":"all","fwmark":"${mark}","table":"${mark}"},`
  const tables = [5120, 5121].map(table => `{"dst":"default","gateway":"172.16.1.77","dev":"load-balan-27a4","table":"${table}","flags":[]},`).join('')
  expect(await say(check, { edit: [rule(4, /^\[/, `[${extra(5120)}${extra(5120)}${extra(5121)}`), route(4, /^\[/, `[${tables}`)] })).toEqual([left('IPv4', '5120, 5121', '5120, 5121', '172.16.1.77')])
})

test('a rule that drops has no table', async () => {
  expect(await say(check, { edit: rule(6, /^\[/, '[{"priority":50,"src":"all","fwmark":"0x1400","action":"unreachable"},') })).toEqual([left('IPv6', '5120', 'unreachable', '5120')])
})

test('the marks of every stream are known', async () => {
  expect(await say(check, secondStream('5101(0)', { 5101: ['172.16.1.8', 'fd00::ac10:108'] }))).toEqual([])
})

test('before v0.9 the mark is the identifier', async () => {
  expect(await say(check, { edit: oldNumbers })).toEqual([])
  expect(await say(check, { edit: [...oldNumbers, shown(' 58(57)', '')] })).toEqual([left('IPv4', '58', '58', '172.16.1.8'), left('IPv6', '58', '58', 'fd00::ac10:108')])
})

test('a dead nfqlb left its memory, and the rules that go with it', async () => {
  expect(await say(check, { fault: 'f11-nfqlb-dead' })).toEqual([])
})

test('a stream that cannot be shown may own any of them', async () => {
  expect(await say(check, { edit: unreadable })).toEqual([`lb-1: unknown: ${unreadableReason}`])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: nfqlb-streams: no probe: ErrImageNeverPull; ip-rules: no probe: ErrImageNeverPull; ip-routes: no probe: ErrImageNeverPull'])
})
