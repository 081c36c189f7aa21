import { describe, expect, test } from 'vitest'
import { countersIn } from '../../agent/captures/counters.ts'
import { Outbox } from '../../agent/captures/outbox.ts'
import { RecordCutter } from '../../agent/captures/records.ts'
import { captureArguments, checkArguments, readRequest } from '../../agent/captures/request.ts'

const good = { interface: 'nsm-1', filter: 'host 10.0.0.1 and port 5000', snaplen: 128, seconds: 60, packets: 1000, bytes: 1e6, immediate: true }

describe('a request', () => {
  test('becomes arguments of which the filter is one, behind the end of options', () => {
    expect(captureArguments(readRequest(good))).toEqual(['-i', 'nsm-1', '-n', '-p', '-y', 'EN10MB', '-s', '128', '-B', '4096', '--time-stamp-precision=nano', '-c', '1000', '--immediate-mode', '-U', '-w', '-', '--', 'host 10.0.0.1 and port 5000'])
    expect(checkArguments(readRequest(good)).slice(-3)).toEqual(['-d', '--', 'host 10.0.0.1 and port 5000'])
    expect(captureArguments(readRequest({ ...good, immediate: false }))).not.toContain('--immediate-mode')
  })

  test.each<[string, object, string]>([
    ['a filter with an option', { filter: 'tcp -w /etc/passwd' }, 'the filter holds -w: no word of it may begin with a dash'],
    ['a filter that is an option', { filter: '-z' }, 'the filter holds -z: no word of it may begin with a dash'],
    ['a filter with a line break', { filter: 'tcp\nudp' }, 'filter "tcp\\nudp" is not one a capture takes'],
    ['a filter without end', { filter: `port 1${' or port 1'.repeat(900)}` }, 'is not one a capture takes'],
    ['every interface at once', { interface: 'any' }, 'interface "any" is not one a capture takes'],
    ['an option as interface', { interface: '-Z' }, 'interface "-Z" is not one a capture takes'],
    ['a path as interface', { interface: '../x' }, 'interface "../x" is not one a capture takes'],
    ['no interface', { interface: '' }, 'interface "" is not one a capture takes'],
    ['whole packets of any size', { snaplen: 262144 }, 'snaplen must be a whole number from 64 to 9216, not 262144'],
    ['a capture without end', { seconds: 86400 }, 'seconds must be a whole number from 1 to 3600, not 86400'],
    ['half a packet', { packets: 0.5 }, 'packets must be a whole number from 1 to 10000000, not 0.5'],
    ['bytes that are a word', { bytes: 'many' }, 'bytes must be a whole number from 1 to 1000000000, not many'],
  ])('for %s is refused', (_, change, message) => {
    expect(() => readRequest({ ...good, ...change } as typeof good)).toThrow(message)
  })
})

describe('records', () => {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b23c4d, 0)
  const record = (length: number): Buffer => {
    const bytes = Buffer.alloc(16 + length, length)
    bytes.writeUInt32LE(0, 4)
    bytes.writeUInt32LE(length, 8)
    return bytes
  }

  test.each([1, 7, 24, 25, 100, 1000])('are whole again from pieces of %i bytes', size => {
    const file = Buffer.concat([header, record(60), record(1), record(0), record(200)])
    const cutter = new RecordCutter()
    const cuts = Array.from({ length: Math.ceil(file.length / size) }, (_, index) => cutter.add(file.subarray(index * size, (index + 1) * size)) ?? []).flat()
    expect(Buffer.concat(cuts.map(cut => cut.records))).toEqual(file.subarray(24))
    expect(cuts.reduce((sum, cut) => sum + cut.count, 0)).toBe(4)
  })

  test('that are torn are an error: a length no record has, or a time', () => {
    const [long, timeless] = [record(60), record(60)]
    long.writeUInt32LE(9217, 8)
    timeless.writeUInt32LE(1e9, 4)
    for (const torn of [long, timeless]) expect(() => new RecordCutter().add(Buffer.concat([header, record(60), torn]))).toThrow('what tcpdump wrote is torn')
  })

  test('of another format are an error', () => {
    expect(() => new RecordCutter().add(Buffer.from('0a0d0d0a'.repeat(8), 'hex'))).toThrow('not a pcap file with nanoseconds: it begins with 0a0d0d0a')
  })
})

test.each([
  ['tcpdump: 13 packets captured, 15 packets received by filter, 2 packets dropped by kernel\n', { captured: 13, matched: 15, kernelDropped: 2, closing: false }],
  ['tcpdump: listening on v0\n1 packet captured\n1 packet received by filter\n0 packets dropped by kernel\n', { captured: 1, matched: 1, kernelDropped: 0, closing: true }],
  ['tcpdump: 1 packet captured, 1 packet received by filter, 0 packets dropped by kernel\n2 packets captured\n3 packets received by filter\n1 packet dropped by kernel\n', { captured: 2, matched: 3, kernelDropped: 1, closing: true }],
  ['2 packets captured\n3 packets rec', undefined],
])('counters in %j', (text, counters) => {
  expect(countersIn(text)).toEqual(counters)
})

describe('an outbox', () => {
  const bytes = (count: number, value = 0) => Buffer.alloc(count, value)
  const taken = (outbox: Outbox) => outbox.take().map(({ parts, dropped }) => ({ payload: Buffer.concat(parts), dropped }))

  test('gives what waits as one piece, as far as the window goes', () => {
    const outbox = new Outbox(1000, 150)
    for (let value = 1; value <= 4; value++) outbox.add(bytes(100, value), 1)
    expect(taken(outbox)).toEqual([{ payload: Buffer.concat([bytes(100, 1), bytes(100, 2)]), dropped: 0 }])
    expect(taken(outbox)).toEqual([])
    outbox.grant(1000)
    expect(taken(outbox)).toEqual([{ payload: Buffer.concat([bytes(100, 3), bytes(100, 4)]), dropped: 0 }])
    expect(outbox.isEmpty).toBe(true)
  })

  test('drops what it has no room for, and says so at its place', () => {
    const outbox = new Outbox(250, 1)
    outbox.add(bytes(100, 1), 2)
    outbox.add(bytes(100, 2), 2)
    outbox.add(bytes(100, 3), 3)
    outbox.add(bytes(60, 4), 4)
    outbox.add(bytes(50, 5), 5)
    outbox.grant(1000)
    expect(taken(outbox)).toEqual([{ payload: Buffer.concat([bytes(100, 1), bytes(100, 2)]), dropped: 0 }, { payload: bytes(50, 5), dropped: 7 }])
  })

  test('gives up what no window came for, and counts it', () => {
    const outbox = new Outbox(250, 0)
    outbox.add(bytes(200), 2)
    outbox.add(bytes(200), 5)
    expect(outbox.giveUp()).toBe(7)
    expect(outbox.giveUp()).toBe(0)
  })
})
