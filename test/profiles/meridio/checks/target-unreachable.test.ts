import { expect, test } from 'vitest'
import { judgeSnapshot } from '#judge/judge.ts'
import check from '#profiles/meridio/checks/target-unreachable.ts'
import { noWayTo, pings, recordedTrench, say } from '../recorded-trench.ts'
import { ipv4Only } from './kube.ts'
import { oldNumbers, route, routeOf, secondStream, unreadable, unreadableReason } from './lb-edits.ts'

const silent = (address: string, mark: number, lb = 'lb-1', stream = 'stream1') => `${lb}: ${stream}: active target ${address} (fwmark ${mark}) does not answer a ping`

test('in a healthy trench every target answers', async () => {
  expect(await say(check, { synthetic: pings() })).toEqual([])
})

test('one target is silent, in both families, for both load balancers', async () => {
  const synthetic = pings(['172.16.1.8', 'fd00::ac10:108'])
  expect(await say(check, { synthetic })).toEqual(['lb-1', 'lb-2'].flatMap(lb => [silent('172.16.1.8', 5058, lb), silent('fd00::ac10:108', 5058, lb)]))
})

test('one family of it, for one load balancer', async () => {
  const [all, some] = [pings(), pings(['fd00::ac10:108'])]
  expect(await say(check, { synthetic: (pod, argv) => (pod === 'lb-1' ? some : all)(pod, argv) })).toEqual([silent('fd00::ac10:108', 5058)])
})

test('who says that it cannot be reached is told', async () => {
  const all = pings()
  const said = await say(check, { synthetic: (pod, argv) => (pod === 'lb-1' && argv.at(-1) === '172.16.1.8' ? noWayTo('172.16.1.8') : all(pod, argv)) })
  expect(said).toEqual([`${silent('172.16.1.8', 5058)} (Network is unreachable)`])
})

test.each([
  ['fping', 'fping -r 0 -e -t 1000 -i 1 172.16.1.8', 1, '172.16.1.8 is unreachable'],
  ['ping', 'ping -n -c 1 -W 1 172.16.1.8', 4, '1 packets transmitted, 0 received, 100% packet loss, time 0ms'],
] as const)('the proof is the line in which %s says so', async (program, command, line, excerpt) => {
  const [verdict] = judgeSnapshot([check], await recordedTrench([check], { synthetic: pings(['172.16.1.8'], program) }))
  expect(verdict?.findings[0]?.evidence[0]).toMatchObject({ command, line, excerpt })
})

test('the address is the one the table leads to', async () => {
  expect(await say(check, { fault: 'f05-fwmark-route-wrong', synthetic: pings(['172.16.1.99']) })).toEqual([silent('172.16.1.99', 5058)])
})

test('a target that another load balancer has active is not asked for', async () => {
  expect(await say(check, { fault: 'f07-target-not-activated', synthetic: pings(['172.16.1.8', 'fd00::ac10:108']) })).toEqual([silent('172.16.1.8', 5058, 'lb-2'), silent('fd00::ac10:108', 5058, 'lb-2')])
})

test('a target of two streams is a finding of each, and asked once', async () => {
  const [world, ping] = [secondStream('5101(0)', { 5101: ['172.16.1.8', 'fd00::ac10:108'] }), pings(['172.16.1.8'])]
  const said = await say(check, { ...world, synthetic: (pod, argv) => world.synthetic?.(pod, argv) ?? ping(pod, argv) })
  expect(said).toEqual([silent('172.16.1.8', 5058), silent('172.16.1.8', 5101, 'lb-1', 'stream2'), silent('172.16.1.8', 5058, 'lb-2')])
})

test('two marks that lead to one address are one finding', async () => {
  expect((await say(check, { edit: route(4, '"gateway":"172.16.1.6"', '"gateway":"172.16.1.8"'), synthetic: pings(['172.16.1.8']) }))[0]).toBe(silent('172.16.1.8', 5048))
})

test('before v0.9 the mark is the identifier', async () => {
  expect((await say(check, { edit: oldNumbers, synthetic: pings(['172.16.1.8']) }))[0]).toBe(silent('172.16.1.8', 58))
})

test('a trench of one family asks for no other', async () => {
  expect(await say(check, { ...ipv4Only, synthetic: pings(['fd00::ac10:108']) })).toEqual([])
})

test('a target that no route leads to could not be asked', async () => {
  expect(await say(check, { edit: route(4, routeOf(5058), ''), synthetic: pings() })).toEqual(['lb-1: unknown: stream1: active target 5058 has no IPv4 route that tells its address'])
})

test('a ping that failed leaves it unknown', async () => {
  const all = pings()
  expect(await say(check, { synthetic: (pod, argv) => (pod === 'lb-1' && argv.at(-1) === '172.16.1.8' ? { stdout: '', exitCode: null, error: { code: 'timeout', message: 'fping did not end within 5000 ms' } } : all(pod, argv)) }))
    .toEqual(['lb-1: unknown: red/lb-1: ping 172.16.1.8: fping did not end within 5000 ms'])
})

test('without an active target there is nothing to judge', async () => {
  expect(await say(check, { fault: 'f47-no-active-target-announced', synthetic: pings() })).toEqual(['lb-1: not-applicable: no stream has an active target'])
})

test('a stream that cannot be shown leaves it unknown', async () => {
  expect(await say(check, { edit: unreadable, synthetic: pings() })).toEqual([`lb-1: unknown: ${unreadableReason}`])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'], synthetic: pings() })).toEqual(['lb-2: unknown: nfqlb-streams: no probe: ErrImageNeverPull; ip-rules: no probe: ErrImageNeverPull; ip-routes: no probe: ErrImageNeverPull'])
})
