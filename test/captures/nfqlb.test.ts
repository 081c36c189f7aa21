import { expect, test } from 'vitest'
import { readNfqlbRequest } from '../../agent/captures/nfqlb/request.ts'
import { until } from '../lab/nfqlb/arena.ts'
import { arena, expectNothingLeft, files, mask, name, Probe, request, TCP, traceFlows, useBalancer } from './nfqlb-balancer.ts'

useBalancer()

test('packets that match are told in nfqlb\'s own lines; at the end mask, trace flow, lock and what was written are gone', async () => {
  const probe = new Probe()
  const session = await probe.begin()
  await session.active
  expect([await traceFlows(), mask(), files()]).toEqual([[name], 0x40, [name]])
  await arena.sendInOrder([TCP, { ...TCP, dport: 5002 }, { ...TCP, sport: 40_001 }])
  await until(() => session.lines.split('target=').length === 3, 'two verdicts')
  expect(session.lines).toMatch(/^Mask=0x00000040\nTrace active, mask=0x00000040\n(\nMatch for trace-flow: probe-ts0123456789ab-1\nproto=tcp, len=60, ::ffff:203\.0\.113\.1 4000\d -> ::ffff:20\.0\.0\.1 5000\ntarget=tshm-stream1, fwmark=50\d\d\n){2}$/)
  session.stop()
  expect(await session.end).toEqual({ code: 'over', message: 'it was ended' })
  await expectNothingLeft()
})

test('a probe that is killed leaves the load balancer alive and untraced; the next one finds its trace flow and deletes it', async () => {
  const dead = new Probe()
  const session = await dead.begin()
  await session.active
  await dead.kill()
  await until(() => mask() === 0, 'the mask to be 0')
  expect([await traceFlows(), files()]).toEqual([[name], [name]])
  await new Probe().clean
  await expectNothingLeft()
})

test('a probe that leaves undoes its session first, also one that has not begun to trace', async () => {
  const probe = new Probe()
  const early = await probe.begin()
  await probe.close()
  expect((await early.end).code).toBe('over')
  await expectNothingLeft()
  const session = await probe.begin(request, 2)
  await session.active
  await probe.close()
  expect(await session.end).toEqual({ code: 'over', message: 'it was ended' })
  await expectNothingLeft()
})

test.each<[string, Record<string, unknown>, RegExp]>([
  ['no address', { vips: '' }, /^vips "" is not what a trace flow takes/],
  ['a net', { vips: '20.0.0.0/8' }, /^vips/],
  ['no port', { ports: '' }, /^ports/],
  ['a range of ports', { ports: '1-65535' }, /^ports/],
  ['no protocol', { protocols: '' }, /^protocols/],
  ['pings', { protocols: 'icmp' }, /^protocols/],
  ['a name that holds a line', { session: 'all\nname:x' }, /^session/],
  ['more packets than is good', { perSecond: 1e6 }, /^perSecond must be a whole number from 1 to 2000/],
  ['no end', { seconds: 1e6 }, /^seconds/],
])('nothing is asked of nfqlb for %s', (_, change, message) => {
  expect(() => readNfqlbRequest({ ...request, ...change } as typeof request)).toThrow(message)
})
