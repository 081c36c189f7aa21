import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/forward-lookup-astray.ts'
import { judgeSnapshot } from '#judge/judge.ts'
import { recordedTrench, say } from '../recorded-trench.ts'
import { edit } from './edits.ts'
import { change, environment, kube, lb1 } from './kube.ts'
import { route, routeOf } from './lb-edits.ts'

const lookup = (mark: number, from: RegExp | string, to: string) => ({ pod: 'lb-1', command: `ip -j route get 10.0.0.1 from 192.0.2.10 iif nsm-1 mark ${mark}`, from, to })

test('a healthy load balancer sends every mark to its target', async () => {
  expect(await say(check)).toEqual([])
})

test('without its rule a mark leaks', async () => {
  expect(await say(check, { fault: 'f03-fwmark-rule-missing' })).toEqual(['lb-1: stream1: packets to 10.0.0.1/32 for target 172.16.1.8 (fwmark 5058) would leave by eth0 to 10.244.1.1 (table main)'])
})

test('a leftover rule that stands first leads to another target', async () => {
  expect(await say(check, { edit: lookup(5058, '"gateway":"172.16.1.8","dev":"load-balan-27a4","table":"5058"', '"gateway":"172.16.1.6","dev":"load-balan-27a4","table":"5048"') })).toEqual([
    'lb-1: stream1: packets to 10.0.0.1/32 for target 172.16.1.8 (fwmark 5058) would leave by load-balan-27a4 to 172.16.1.6 (table 5048)',
  ])
})

test('where the table of a family is empty, the listing of that family is the proof', async () => {
  const mark = { pod: 'lb-1', command: 'ip -j route get 1000::1:a00:1 from 2001:db8:c::10 iif nsm-1 mark 5058', from: /"gateway":"[^"]*","dev":"[^"]*","table":"[^"]*"/, to: '"gateway":"fd00:10:244:1::1","dev":"eth0","table":"main"' }
  const world = { edit: [mark, route(6, routeOf(5058), '')] }
  const [verdict] = judgeSnapshot([check], await recordedTrench([check], world))
  expect(verdict?.findings.map(({ about, evidence }) => [about.family, ...evidence.map(({ command }) => command)])).toEqual([['IPv6', mark.command, 'ip -j -6 route show table all']])
})

test('a packet that would stay here does not go on', async () => {
  expect(await say(check, { edit: lookup(5058, /.*/, '[{"type":"local","dst":"10.0.0.1","from":"192.0.2.10","dev":"lo","table":"local","flags":[],"cache":["local"],"iif":"nsm-1"}]') })).toEqual([
    'lb-1: stream1: packets to 10.0.0.1/32 for target 172.16.1.8 (fwmark 5058) would be taken as local (table local)',
  ])
})

test('forwarding is off: IPv6 lookups do not show it', async () => {
  expect(await say(check, { fault: 'f42-lb-forwarding-off' })).toEqual(['172.16.1.6 (fwmark 5048)', '172.16.1.8 (fwmark 5058)', '172.16.2.6 (fwmark 5067)', '172.16.2.8 (fwmark 5090)'].map(target =>
    `lb-1: stream1: packets to 10.0.0.1/32 for target ${target} would be dropped (an unreachable route, or forwarding is off)`))
})

test('what does not apply', async () => {
  expect(await say(check, { fault: 'f47-no-active-target-announced' })).toContain('lb-1: not-applicable: no stream has an active target')
  const noName = kube(environment(lb1, 'NFE_EXTERNAL_INTERFACE'), environment(lb1, 'NSM_NETWORK_SERVICES'), change('attractors', 'attr1', spec => { delete spec['interface'].name }))
  expect(await say(check, noName)).toEqual(['lb-1: not-applicable: the name of the external interface is not known'])
  expect(await say(check, kube(change('flows', 'flow1', spec => { spec['vips'] = [] })))).toEqual([])
})

test('a lookup that failed leaves its target unknown', async () => {
  expect(await say(check, { edit: lookup(5058, /.*/, 'Error: any valid prefix is expected') })).toEqual(['lb-1: unknown: red/lb-1: route-get 10.0.0.1 192.0.2.10 nsm-1 5058: not an answer of ip route get: Error: any valid prefix is expected'])
  expect(await say(check, { gone: ['lb-2'] })).toEqual([expect.stringMatching(/^lb-2: unknown: nfqlb-streams: no probe: ErrImageNeverPull/)])
  expect(await say(check, { edit: edit('lb-1', 'rules4', /^.*$/m, 'garbage') })).toEqual([expect.stringMatching(/^lb-1: unknown: ip-rules: not JSON/)])
})
