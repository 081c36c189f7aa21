import { afterEach, expect, test, vi } from 'vitest'
import { parseAddress } from '../../agent/address.ts'
import { cutFailure, cutRecord } from '../../agent/cut.ts'
import { Lease } from '../../agent/lease.ts'
import { LinkLog } from '../../agent/link-log.ts'
import { ClockOffset } from '../../controller/link/clock-offset.ts'
import { decodeFrame, encodeFrame } from '../../proto/codec.ts'
import type { Frames } from '../../proto/frames.ts'
import { limits } from '../../proto/limits.ts'

afterEach(() => void vi.useRealTimers())

test.each([
  ['192.0.2.1:7443', { host: '192.0.2.1', port: 7443 }],
  ['[2001:db8::1]:7443', { host: '2001:db8::1', port: 7443 }],
  ['2001:db8::1:7443', undefined],
  ['[192.0.2.1]:7443', undefined],
  ['controller.red.svc:7443', undefined],
  ['192.0.2.1', undefined],
  ['192.0.2.1:0', undefined],
  ['192.0.2.1:65536', undefined],
])('the address %s is %j', (text, address) => {
  expect(parseAddress(text)).toEqual(address)
})

const record = { argv: ['cat', '/x'], exitCode: 0, stdout: '', stderr: '', startedAt: 1, ms: 1 }

test('an output that is too long to travel is cut whole, and says so', () => {
  const stdout = 'é'.repeat(limits.textBytes / 2)
  expect(cutRecord({ ...record, stdout })).toEqual({ ...record, stdout })
  expect(cutRecord({ ...record, stdout, stderr: '!' })).toEqual({ ...record, exitCode: null, error: { code: 'too-long', message: `cat printed ${limits.textBytes + 1} bytes; ${limits.textBytes} may travel` } })
})

test('a message of any length is cut to what may travel', () => {
  const error = cutFailure({ code: 'failed', message: '\u{1F600}'.repeat(limits.messageBytes) })
  expect(decodeFrame(encodeFrame('record', { ask: 1, id: 1, ...record, error }))?.kind).toBe('record')
})

test('of several pings the one that took the shortest way counts', () => {
  const offset = new ClockOffset()
  expect(offset.at(0)).toBeUndefined()
  // their clock is 1000 ahead; the second ping took 40 ms there and none back
  offset.add({ sentAt: 0, theyReceivedAt: 1005, theySentAt: 1007, receivedAt: 12 })
  offset.add({ sentAt: 60, theyReceivedAt: 1100, theySentAt: 1100, receivedAt: 100 })
  const soon = offset.at(112)!
  expect(soon.offsetMs).toBe(1000)
  expect(soon.errorMs).toBeCloseTo(6.01)
  // two clocks may have drifted apart since the better one
  offset.add({ sentAt: 1_000_000, theyReceivedAt: 1_001_040, theySentAt: 1_001_040, receivedAt: 1_000_040 })
  expect(offset.at(1_000_040)).toEqual({ offsetMs: 1020, errorMs: 21 })
})

test.each<[string, (lease: Lease) => void, string]>([
  ['never used', () => undefined, 'nobody asked for 1000 ms'],
  ['used all the time', lease => void setInterval(() => lease.use(), 500), 'the lease has ended'],
])('a lease %s is over in time', (_, use, reason) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'performance'] })
  const lease = new Lease({ idleMs: 1000, endMs: 5000 })
  use(lease)
  vi.advanceTimersByTime(900)
  expect(lease.over.aborted).toBe(false)
  vi.advanceTimersByTime(5000)
  expect(lease.over.reason).toBe(reason)
})

test('a lease of months is held', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const day = 86_400_000
  const lease = new Lease({ idleMs: 60 * day, endMs: 90 * day })
  vi.advanceTimersByTime(59 * day)
  expect(lease.over.aborted).toBe(false)
  vi.advanceTimersByTime(2 * day)
  expect(lease.over.reason).toBe(`nobody asked for ${60 * day} ms`)
})

test('what is logged without a link waits for one, the newest of it', () => {
  const log = new LinkLog()
  for (let n = 0; n < 150; n += 1) log.warn({ n }, 'counted')
  const sent: Frames['log'][] = []
  log.attach(line => sent.push(line))
  expect(sent.map(({ fields }) => fields['n'])).toEqual(Array.from({ length: 100 }, (_, n) => n + 50))
  log.error({ err: new Error('broke') }, 'failed')
  expect(sent.at(-1)).toEqual({ at: expect.any(Number), level: 'error', message: 'failed', fields: { err: { message: 'broke', stack: expect.stringContaining('Error: broke') } } })
  log.warn({ text: 'x'.repeat(limits.jsonBytes) }, 'long')
  expect(sent.at(-1)!.fields).toEqual({ cut: `${limits.jsonBytes + 11} characters of fields` })
})
