import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/stream-without-target.ts'
import { say } from '../recorded-trench.ts'
import { add, change, kube, remove } from './kube.ts'

/** Synthetic: a second stream, with targets of its own, on lb-1. */
const second = (text: string) => ({ synthetic: (pod: string, argv: readonly string[]) => (pod !== 'lb-1' ? undefined : argv.join(' ') === 'nfqlb show --shm=tshm-stream2' ? { stdout: text, exitCode: text.startsWith('FAILED') ? 1 : 0 } : undefined) })
const listed = { pod: 'lb-1', command: 'ls -ln --time-style=+ /dev/shm', from: /(.*)tshm-stream1\n/, to: '$1tshm-stream1\n$1tshm-stream2\n' }
const empty = 'Shm: tshm-stream2\n  Fw: own=0\n  Maglev: M=9973, N=100\n   Lookup: -1 -1 -1...\n   Active:\n'

test('a healthy load balancer has targets', async () => {
  expect(await say(check)).toEqual([])
})

test('VIPs are announced, and nobody is there', async () => {
  expect(await say(check, { fault: 'f47-no-active-target-announced' })).toEqual(['lb-1: stream stream1 has no active target, while the VIPs of its flows are announced'])
})

test('of two streams the one without target is named', async () => {
  const world = kube(add('streams', 'stream2', {}), add('flows', 'flow2', { stream: 'stream2' }))
  expect(await say(check, { ...world, edit: listed, ...second(empty) })).toEqual(['lb-1: stream stream2 has no active target, while the VIPs of its flows are announced'])
})

test.each([
  ['that no flow leads to', kube(add('streams', 'stream2', {}))],
  ['whose VIPs this attractor does not announce', kube(add('streams', 'stream2', {}), add('vips', 'vip9', { address: '10.9.9.9/32' }), add('flows', 'flow2', { stream: 'stream2', vips: ['vip9'] }))],
])('a stream %s needs no target', async (_, world) => {
  expect(await say(check, { ...world, edit: listed, ...second(empty) })).toEqual([])
})

test('a stream that cannot be shown may have none', async () => {
  const world = kube(add('streams', 'stream2', {}), add('flows', 'flow2', { stream: 'stream2' }))
  expect(await say(check, { ...world, edit: listed, ...second('FAILED mapSharedData: tshm-stream2\n') })).toEqual(['lb-1: unknown: stream stream2: nfqlb show --shm=tshm-stream2 ended with 1: FAILED mapSharedData: tshm-stream2'])
})

test('what is not announced may be without target', async () => {
  const said = await say(check, { fault: 'f17-vip-not-announced' })
  expect(said).toEqual(['lb-1: not-applicable: no VIP is announced'])
})

test('without flows no traffic comes', async () => {
  expect(await say(check, { ...kube(remove('flows')), fault: 'f47-no-active-target-announced' })).toEqual([])
  expect(await say(check, { ...kube(change('flows', 'flow1', spec => { spec['vips'] = [] })), fault: 'f47-no-active-target-announced' })).toEqual([])
})

test('BIRD that does not answer, and a pod nobody can enter, are unknown', async () => {
  expect(await say(check, { fault: 'f37-bird-killed', gone: ['lb-2'] })).toEqual([
    'lb-1: unknown: bird-protocols: birdc show protocols all: Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused',
    'lb-2: unknown: nfqlb-streams: no probe: ErrImageNeverPull; bird-protocols: no probe: ErrImageNeverPull',
  ])
})
