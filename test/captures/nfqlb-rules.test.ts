import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { nfqlbPath, until } from '../lab/nfqlb/arena.ts'
import { arena, expectNothingLeft, files, mask, name, Probe, request, server, setMask, state, TCP, traceFlows, useBalancer } from './nfqlb-balancer.ts'

// each rule by which a session is not begun, and by which it ends
useBalancer()

const nothing = () => undefined
test.each<[string, () => Promise<() => unknown> | (() => unknown), RegExp, Record<string, string>?]>([
  ['a tracer of somebody else is connected', () => tracer(), /^somebody else's nfqlb trace is connected/],
  ['trace flows of somebody else are set', async () => {
    await arena.nfqlb(['trace-flow-set', '--name=router-traffic'])
    return () => arena.nfqlb(['trace-flow-delete', '--name=router-traffic'])
  }, /^trace flows of somebody else are set, and would be traced, too: router-traffic/],
  ['the mask is set and nobody traces', () => {
    setMask(0x41)
    return () => setMask(0)
  }, /^the trace mask is 0x41 although nobody traces/],
  ['packets pile up', async () => {
    server.kill('SIGSTOP')
    await arena.send([{ ...TCP, repeat: 600 }], 0)
    return () => server.kill('SIGCONT')
  }, /^600 packets wait in queue \d: the load balancer is stalled$/],
  ['no folder is in memory', () => nothing, /^none of \/usr is in memory/, { FOLDERS: '/usr' }],
  ['the kernel\'s list of queues cannot be read', () => nothing, /ENOENT.*nfnetlink_queue/, { PROC: '/usr' }],
  ['shared memory is not the load balancer\'s', async () => {
    await arena.run(['mv', '/dev/shm/nfqlb-trace', '/dev/shm/away'])
    return () => arena.run(['mv', '/dev/shm/away', '/dev/shm/nfqlb-trace'])
  }, /nfqlb-trace is not there: the probe does not see the load balancer's shared memory$/],
  ['no load balancer runs', async () => {
    server.kill('SIGKILL')
    await once(server, 'exit')
    return nothing
  }, /^no netfilter queue is bound/],
])('it is not begun when %s, and says so', async (_, prepare, message, env) => {
  const probe = new Probe(env)
  await probe.clean
  const undo = await prepare()
  const before = await state()
  const session = await probe.begin()
  expect((await session.end).message).toMatch(message)
  expect([session.lines, await state()]).toEqual(['', before])
  await undo()
})

test('it is not begun where the flows count more packets than may be traced; others\' do not matter', async () => {
  const probe = new Probe()
  const flood = (dport: number) => arena.send([{ ...TCP, dport, repeat: 2000 }], 0.5)
  const sent = flood(5000)
  const session = await probe.begin({ ...request, perSecond: 50 })
  expect(await session.end).toEqual({ code: 'refused', message: expect.stringMatching(/^flows it belongs to take \d+ packets a second, more than 50$/) })
  await sent
  const other = arena.send([{ ...TCP, protocol: 17, dport: 6000, repeat: 2000 }], 0.5)
  const second = await probe.begin({ ...request, perSecond: 50 }, 2)
  await second.active
  await other
  second.stop()
  expect(await second.end).toEqual({ code: 'over', message: 'it was ended' })
  await expectNothingLeft()
})

test.each<[string, Record<string, unknown>, string]>([
  ['more packets come than may be traced', { perSecond: 50 }, 'it came to more than 50 packets a second'],
  ['it has printed what it may', { bytes: 4096 }, '4096 bytes are traced'],
  ['its time is over', { seconds: 1 }, '1 s are over'],
])('it ends by itself when %s', async (_, change, message) => {
  const session = await new Probe().begin({ ...request, ...change })
  await session.active
  await arena.send([{ ...TCP, repeat: 300 }], 1)
  expect(await session.end).toEqual({ code: 'over', message })
  await expectNothingLeft()
})

test('it ends with its load balancer, and leaves the next one no mask', async () => {
  const session = await new Probe().begin()
  await session.active
  server.kill('SIGKILL')
  expect(await session.end).toEqual({ code: 'over', message: 'the load balancer has ended' })
  expect([mask(), files()]).toEqual([0, []])
})

test('of two probes in a pod one traces', async () => {
  const [one, two] = [new Probe(), new Probe()]
  const first = await one.begin()
  await first.active
  const second = await two.begin({ ...request, session: 'tsffffffffffff' })
  expect(await second.end).toEqual({ code: 'refused', message: 'another probe traces nfqlb in this pod' })
  expect(await traceFlows()).toEqual([name])
  first.stop()
  await first.end
  await expectNothingLeft()
})

test('a live session is no leftover to another probe', async () => {
  const session = await new Probe().begin()
  await session.active
  const other = new Probe()
  await arena.sendInOrder([TCP])
  await until(() => session.lines.includes('target='), 'a verdict')
  expect([await traceFlows(), files()]).toEqual([[name], [name]])
  session.stop()
  await session.end
  await other.clean
  await expectNothingLeft()
})

/** Gives what ends it. */
async function tracer(): Promise<() => Promise<void>> {
  const child = arena.start([nfqlbPath, 'trace', '--selection=flows'])
  child.stdout!.resume()
  await until(() => arena.socketStates('@nfqlb-trace').includes('03'), 'the tracer to be active')
  await delay(200)
  return async () => {
    child.kill('SIGKILL')
    await until(() => mask() === 0, 'the mask to be 0')
  }
}
