import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Params } from '#facts/fact.ts'
import { Wire } from './namespace.ts'

let wire: Wire
beforeAll(() => { wire = new Wire() })
afterAll(() => wire.close())

const plain = { interface: 'near', filter: 'udp port 9', snaplen: 128, seconds: 30, packets: 100_000, bytes: 1e8, immediate: true }

test('packets come with kernel time, length and their first bytes; the counters add up', async () => {
  const capture = await listening(plain)
  await wire.send(20, { size: 400 })
  await expect.poll(() => capture.count).toBe(20)
  capture.stop()
  expect(await capture.end).toEqual({ code: 'over', message: 'it was ended' })
  expect(capture.counters).toEqual({ matched: 20, captured: 20, kernelDropped: 0, closing: true, answeredMs: 0 })
  const first = Buffer.concat(capture.records).subarray(0, 16 + 128)
  expect(Math.abs(first.readUInt32LE(0) - Date.now() / 1000)).toBeLessThan(60)
  expect([first.readUInt32LE(8), first.readUInt32LE(12)]).toEqual([128, 14 + 20 + 8 + 400])
  expect(wire.tcpdumps()).toEqual([])
})

test.each<[string, Partial<typeof plain>, { code: string; message: string }]>([
  ['after so many packets', { packets: 5 }, { code: 'over', message: '5 packets are captured' }],
  ['after so many bytes', { bytes: 500 }, { code: 'over', message: '500 bytes are captured' }],
  ['after so long', { seconds: 1 }, { code: 'over', message: '1 s are over' }],
])('a capture ends by itself %s', async (_, limit, end) => {
  const capture = await listening({ ...plain, ...limit })
  await wire.send(20, { perBatch: 5, pauseMs: 100 })
  expect(await capture.end).toEqual(end)
  expect(wire.tcpdumps()).toEqual([])
})

test.each<[string, Partial<typeof plain>, string]>([
  ['a filter that is none', { filter: 'host 10.0.0.1 andd port 5000' }, "can't parse filter expression: syntax error"],
  ['an interface that is not there', { interface: 'nope' }, 'nope: No such device exists\n(No such device exists)'],
  ['a port that is none', { filter: 'port 70000' }, 'illegal port number 70000 > 65535'],
  ['a filter that divides by zero', { filter: 'tcp[13] / 0 = 1' }, 'division by zero'],
  ['a filter of a shell', { filter: 'udp; reboot' }, "can't parse filter expression: syntax error"],
  ['an option in the filter', { filter: '-w /tmp/x' }, 'the filter holds -w: no word of it may begin with a dash'],
])('%s is refused, in words', async (_, change, message) => {
  const capture = begin({ ...plain, ...change })
  expect(await capture.end).toEqual({ code: 'refused', message })
  expect(wire.tcpdumps()).toEqual([])
})

test('a seventeenth capture is refused; when one has ended there is room again', async () => {
  const host = startHost()
  const captures = await Promise.all(Array.from({ length: 16 }, (_, index) => listening(plain, host, index)))
  expect(await begin(plain, host, 16).end).toEqual({ code: 'refused', message: '16 captures are under way in this pod' })
  captures[0]!.stop()
  await captures[0]!.end
  const another = await listening(plain, host, 17)
  for (const capture of [...captures, another]) capture.stop()
  await Promise.all([...captures, another].map(capture => capture.end))
  expect(wire.tcpdumps()).toEqual([])
})

test('a capture that is ended before it listens leaves nothing', async () => {
  const capture = begin(plain)
  capture.stop()
  expect(await capture.end).toMatchObject({ code: 'over' })
  expect(wire.tcpdumps()).toEqual([])
})

test('a capture whose interface goes away is a failure, told in the words of tcpdump', async () => {
  execFileSync('ip', ['-n', wire.name, 'link', 'add', 'leaving', 'type', 'veth', 'peer', 'name', 'leaving-peer'])
  execFileSync('ip', ['-n', wire.name, 'link', 'set', 'leaving', 'up'])
  const capture = await listening({ ...plain, interface: 'leaving' })
  execFileSync('ip', ['-n', wire.name, 'link', 'del', 'leaving'])
  expect(await capture.end).toEqual({ code: 'failed', message: 'pcap_loop: The interface disappeared' })
})

test('a tcpdump that is killed is a failure, told with what ended it', async () => {
  const capture = await listening(plain)
  for (const pid of wire.tcpdumps()) process.kill(pid, 'SIGKILL')
  expect(await capture.end).toEqual({ code: 'failed', message: expect.stringContaining('SIGKILL') })
})

interface Told { capture: number; records?: string; count?: number; counters?: object; end?: { code: string; message: string } }

function startHost(): ChildProcess {
  const child = spawn('ip', ['netns', 'exec', wire.name, process.execPath, join(import.meta.dirname, 'capture-process.ts')], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }).setMaxListeners(0)
  onTestFinished(() => { child.kill('SIGKILL') })
  return child
}

function begin(params: Params, host = startHost(), id = 1) {
  const end = Promise.withResolvers<{ code: string; message: string }>()
  const heard = Promise.withResolvers<void>()
  const capture = { count: 0, records: [] as Buffer[], counters: undefined as object | undefined, heard: heard.promise, end: end.promise, stop: () => { host.send({ stop: id }) } }
  host.on('message', (told: Told) => {
    if (told.capture !== id) return
    if (told.records !== undefined) {
      capture.records.push(Buffer.from(told.records, 'base64'))
      capture.count += told.count ?? 0
      heard.resolve()
    }
    if (told.counters) capture.counters = told.counters
    if (told.end) end.resolve(told.end)
  })
  host.send({ begin: id, params })
  return capture
}

async function listening(params: Params, host?: ChildProcess, id?: number) {
  const capture = begin(params, host, id)
  await Promise.race([capture.heard, capture.end.then(end => { throw new Error(end.message) })])
  return capture
}
