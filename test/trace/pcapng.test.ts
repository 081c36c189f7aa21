import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileHeader } from '../../controller/trace/file-header.ts'
import { type FilePacket, fileTime, packetBlock, remarkBlock, statisticsBlock } from '../../controller/trace/pcapng.ts'
import type { Tap } from '../../controller/trace/taps.ts'
import { tcp, udp } from './frames.ts'

const base = 1_790_000_000
const tap = (index: number, rest: Partial<Tap>): Tap => ({ tap: index, pod: `red/pod-${index}`, role: 'lb', node: 'worker1', interface: 'nsm-1', place: 'external', addresses: [], label: `lb-${index}/nsm-1`, ...rest })
const taps = [tap(0, { mac: '02:fe:00:00:00:02', addresses: ['169.254.101.1/24', '1000::1:a9fe:6501/120'] }), tap(1, { role: 'proxy', place: 'proxy-lb', interface: 'load-balan-90c8' }), tap(2, { role: 'tapa', place: 'target', interface: 'nsm-0', node: 'worker2' })]
const header = fileHeader({
  id: 'a-trace', trench: 'red/red', filter: 'ip host 10.0.0.1 and port 5000', snaplen: 128, taps,
  clocks: [{ node: 'worker1', offsetNs: 0, errorNs: 1.5e6 }, { node: 'worker2', offsetNs: 20e6, errorNs: 2e6 }],
  names: [{ address: '10.0.0.1', names: ['vip-a.vip'] }, { address: '2001:db8:c::10', names: ['client'] }],
})
const packet = (index: number, ns: number, data: Buffer, rest: Partial<FilePacket> = {}): Buffer => packetBlock({ interface: index, time: fileTime(base, ns), data, length: data.length, dropped: 0, id: 0, ...rest })
const file = Buffer.concat([
  header,
  packet(0, 1_000_000_123, tcp(), { direction: 'in', id: 7, comment: 'hop 1' }),
  packet(1, 1_000_050_123, tcp({ ttl: 63 }), { direction: 'out', id: 7 }),
  statisticsBlock(0, fileTime(base, 1_500_000_000), { start: fileTime(base, 0), received: 9, dropped: 1, kernelDropped: 2, delivered: 6 }),
  packet(2, 1_600_000_000, udp({ payload: 'x' }), { dropped: 3, length: 1400 }),
  remarkBlock(0, fileTime(base, 2_000_000_000), 'this client was too slow'),
])

let folder: string
let path: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trenchscope-pcapng-'))
  path = join(folder, 'trace.pcapng')
  writeFileSync(path, file)
})
afterAll(() => rmSync(folder, { recursive: true }))
const run = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
const fields = (filter: string, ...names: string[]) => run('tshark', '-r', path, '-Y', filter, '-T', 'fields', ...names.flatMap(name => ['-e', name])).trim().split('\n').map(line => line.split('\t'))

describe('a trace file', () => {
  test('tshark finds each packet on its interface, to the nanosecond', () => {
    expect(fields('ip', 'frame.interface_name', 'frame.time_epoch', 'frame.len', 'frame.cap_len')).toEqual([
      ['red/pod-0/nsm-1', '1790000001.000000123', '54', '54'], ['red/pod-1/load-balan-90c8', '1790000001.000050123', '54', '54'], ['red/pod-2/nsm-0', '1790000001.600000000', '1400', '43'],
    ])
  })

  test('tshark selects the same packet on all interfaces by its id, and shows what is said of packets', () => {
    expect(fields('frame.packet_id == 7', 'frame.number', 'frame.comment', 'frame.packet_flags_direction')).toEqual([['1', 'hop 1', '0x00000001'], ['2', '', '0x00000002']])
    expect(fields('frame.drop_count == 3', 'frame.number')).toEqual([['3']])
  })

  test('tshark calls addresses by their names', () => {
    expect(run('tshark', '-r', path, '-N', 'n', '-c', '1')).toContain('vip-a.vip')
  })

  test('capinfos knows interfaces, filter, clock and statistics', () => {
    const info = run('capinfos', path)
    for (const part of ['Number of packets:   3', 'Number of interfaces in file: 3', 'Name = red/pod-0/nsm-1', 'Description = lb-0/nsm-1, external of lb on worker1', 'Hardware = proxy', 'Filter string = ip host 10.0.0.1 and port 5000', 'Time resolution = 0x09', 'Number of stat entries = 2', 'the clock of worker2 was 20.000 ms ahead', 'Capture application: trenchscope', 'Strict time order:   True']) {
      expect(info).toContain(part)
    }
  })

  test('tcpdump, mergecap and reordercap read it, and keep every packet', () => {
    expect(run('tcpdump', '-n', '-r', path).trim().split('\n')).toHaveLength(3)
    const [merged, ordered] = [join(folder, 'merged.pcapng'), join(folder, 'ordered.pcapng')]
    run('mergecap', '-w', merged, path, path)
    expect(run('capinfos', '-c', merged)).toContain('Number of packets:   6')
    expect(run('reordercap', path, ordered)).toContain('3 frames, 0 out of order')
  })
})

test('a packet without options is exactly as the format says', () => {
  // 1790000000 s = 0x18d75b8423f30000 ns: the high half first, each little endian
  const time = '845bd718' + '0000f323'
  expect(packet(2, 0, Buffer.from('abcde')).toString('hex')).toBe(`06000000${'28000000'}02000000${time}05000000${'05000000'}6162636465000000${'28000000'}`)
})

test.each([[0, 0], [base, 0], [base, 999_999_999], [base, 86_400e9 * 100 + 1], [base, -5]])('the time of %i s and %i ns is whole', (seconds, ns) => {
  const { high, low } = fileTime(seconds, ns)
  expect((BigInt(high) << 32n) + BigInt(low)).toBe(BigInt(seconds) * 1_000_000_000n + BigInt(ns))
})
