import { expect, test } from 'vitest'
import type { AnyFact, CommandRecord } from '#facts/fact.ts'
import { nfqlbFlows } from '#facts/nfqlb-flows.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { nfqlbVersion } from '#facts/nfqlb-version.ts'
import { observeFact, replay } from '#facts/read.ts'
import { fixture } from '../fixture.ts'

const healthy = 'trench/healthy/lb-1'
const flowList = record('nfqlb flow-list', fixture(`${healthy}/nfqlb-flow-list.json`))
const shm = record('ls -ln --time-style=+ /dev/shm', fixture(`${healthy}/dev-shm.txt`))
const show = record('nfqlb show --shm=tshm-stream1', fixture(`${healthy}/nfqlb-show-tshm-stream1.txt`))

const stream1 = {
  stream: 'stream1', shm: 'tshm-stream1', command: 'nfqlb show --shm=tshm-stream1', line: 5, ownFwmark: 0, M: 9973, N: 100, recomputing: false,
  lookup: [57, 57, 57, 57, 57, 57, 66, 89, 57, 57, 66, 57, 89, 57, 66, 57, 57, 89, 66, 89, 57, 66, 66, 57, 89],
  active: [{ fwmark: 5048, index: 47 }, { fwmark: 5058, index: 57 }, { fwmark: 5067, index: 66 }, { fwmark: 5090, index: 89 }],
}

test('flows and version', async () => {
  expect((await look(nfqlbFlows, flowList)).data).toEqual([{
    line: 1, name: 'tshm-stream1-flow1', priority: 1, protocols: ['tcp', 'udp'],
    dests: [{ family: 'IPv4', cidr: '10.0.0.1/32' }, { family: 'IPv6', cidr: '1000::1:a00:1/128' }],
    dports: [{ from: 5000, to: 5003 }], matches: 690, userRef: 'tshm-stream1', companion: false,
  }])
  expect((await look(nfqlbVersion, record('nfqlb version', fixture('nfqlb/1.1.4/version.stdout')))).data).toEqual({ line: 1, version: '1.1.4' })
})

test('a stream of flows and memory is shown once, and names its command', async () => {
  const seen = await look(nfqlbStreams, flowList, shm, show)
  expect(seen.data).toEqual([stream1])
  expect(seen.commands).toEqual(['nfqlb flow-list', 'ls -ln --time-style=+ /dev/shm', 'nfqlb show --shm=tshm-stream1'])
})

test('a flow whose memory is gone, and memory no flow names, are streams too', async () => {
  const flows = record('nfqlb flow-list', fixture('nfqlb/1.2.0/fail-shm-deleted-flow-list.stdout'))
  const gone = record('nfqlb show --shm=tshm-stream2', '', 1, fixture('nfqlb/1.2.0/fail-shm-deleted-show.stderr'))
  const unnamed = { ...shm, stdout: shm.stdout + '-rw------- 1 0 0    2064  tshm-small\n' }
  const small = record('nfqlb show --shm=tshm-small', fixture('nfqlb/1.2.0/show-small-2of4.stdout'))
  expect((await look(nfqlbStreams, flows, unnamed, gone, show, small)).data).toEqual([
    { stream: 'stream2', shm: 'tshm-stream2', command: 'nfqlb show --shm=tshm-stream2', error: { code: 'failed', message: 'nfqlb show --shm=tshm-stream2 ended with 1: FAILED mapSharedData: tshm-stream2' } },
    stream1,
    { stream: 'small', shm: 'tshm-small', command: 'nfqlb show --shm=tshm-small', line: 5, ownFwmark: 0, M: 101, N: 4, recomputing: false, lookup: [3, 1, 1, 1, 3, 3, 3, 1, 3, 1, 3, 1, 1, 3, 1, 3, 1, 1, 1, 1, 3, 3, 3, 1, 1], active: [{ fwmark: 5002, index: 1 }, { fwmark: 5004, index: 3 }] },
  ])
})

test.each([
  ['is gone', record('nfqlb flow-list', '', 1, 'Connect failed. Connection refused\n')],
  ['does not answer', { ...record('nfqlb flow-list', '', null), error: { code: 'timeout' as const, message: 'nfqlb flow-list: timeout after 5000 ms' } }],
  ['died in the middle of its answer', record('nfqlb flow-list', '[{\n  "name": "tshm-st')],
])('streams are shown also when the load balancer %s', async (_title, flows) => {
  expect((await look(nfqlbStreams, flows, shm, show)).data).toEqual([stream1])
  expect((await look(nfqlbFlows, flows)).error?.code).toBe(flows.error?.code ?? (flows.exitCode === 0 ? 'unreadable' : 'failed'))
})

test('a stream that cannot be read is an error of that stream; a pod that is gone is an error of the fact', async () => {
  const odd = record('nfqlb show --shm=tshm-stream1', 'Shm: tshm-stream1\nodd\n')
  expect((await look(nfqlbStreams, flowList, shm, odd)).data).toEqual([{ stream: 'stream1', shm: 'tshm-stream1', command: 'nfqlb show --shm=tshm-stream1', error: { code: 'unreadable', message: 'line 2 is not of an nfqlb stream: odd' } }])
  const refused = { ...show, exitCode: null, error: { code: 'refused' as const, message: 'not run' } }
  expect((await look(nfqlbStreams, flowList, shm, refused)).data).toEqual([{ stream: 'stream1', shm: 'tshm-stream1', command: 'nfqlb show --shm=tshm-stream1', error: { code: 'refused', message: 'not run' } }])
  const gone = { ...show, exitCode: null, error: { code: 'gone' as const, message: 'the probe left' } }
  expect((await look(nfqlbStreams, flowList, shm, gone)).error).toEqual({ code: 'gone', message: 'the probe left' })
})

function record(command: string, stdout: string, exitCode: number | null = 0, stderr = ''): CommandRecord {
  return { argv: command.split(' '), stdout, stderr, exitCode, startedAt: 0, ms: 1 }
}

const look = (fact: AnyFact, ...records: readonly CommandRecord[]) => observeFact(fact, {}, replay(records), () => 0)
