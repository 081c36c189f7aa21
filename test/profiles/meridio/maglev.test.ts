import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseNfqlbShow } from '#parsers/nfqlb-show.ts'
import { flowHash, lookupTable } from '#profiles/meridio/lib/maglev.ts'

const folder = join(import.meta.dirname, '../../fixtures/nfqlb')
const show = parseNfqlbShow(readFileSync(join(folder, '1.2.0/healthy-show.stdout'), 'utf8'))
const table = lookupTable(show.M, show.N, show.active.map(({ index }) => index))

test('the table is the one nfqlb shows', () => {
  expect([...table.slice(0, 25)]).toEqual(show.lookup)
  expect(table.every(index => index >= 0)).toBe(true)
})

test.each([
  ['1.2.0/fwmark-tcp4.stdout', { source: '203.0.113.1', destination: '20.0.0.1', protocol: 6, sourcePort: 40_000, destinationPort: 5000, echoId: 0 }],
  ['1.2.0/fwmark-udp6.stdout', { source: '2001:db8::1', destination: '2000::1', protocol: 17, sourcePort: 40_000, destinationPort: 5000, echoId: 0 }],
])('%s: hash, slot, index and mark are what nfqlb fwmark says', (file, tuple) => {
  const said = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { hash: number; lookupindex: number; activeindex: number; fwmark: number }
  const hash = flowHash(tuple)
  const index = table[hash % show.M]!
  expect({ hash, lookupindex: hash % show.M, activeindex: index, fwmark: show.active.find(target => target.index === index)!.fwmark }).toEqual(said)
})

/** Traces recorded while these four targets were active, whose blocks are whole. Block grammar: nfqlb.md §6. */
const block = /(?:ICMP6?_ECHO(?:_REQUEST)?: id=(\d+), seq=\d+\n)?proto=(tcp|udp|icmp6?|sctp), len=\d+, (\S+) (\d+) -> (\S+) (\d+)\ntarget=tshm-stream1, fwmark=(\d+)/g
const numbers = { tcp: 6, udp: 17, icmp: 1, icmp6: 58, sctp: 132 } as const

describe.each(['1.1.4', '1.2.0'])('packets that nfqlb %s traced', version => {
  const traces = readdirSync(join(folder, version)).filter(file => /^trace-flows-(tcp-ping|udp|overlap)\.stdout$|^trace-log-flows-guide\.stdout$/.test(file))

  test.each(traces)('%s: every mark is the one predicted', file => {
    const packets = [...readFileSync(join(folder, version, file), 'latin1').matchAll(block)].map(([, echoId, protocol, source, sourcePort, destination, destinationPort, mark]) => ({
      mark: Number(mark),
      tuple: { source: plain(source!), destination: plain(destination!), protocol: numbers[protocol as keyof typeof numbers], sourcePort: Number(sourcePort), destinationPort: Number(destinationPort), echoId: Number(echoId ?? 0) },
    }))
    expect(packets.length).toBeGreaterThan(6)
    expect(packets.map(({ tuple }) => show.active.find(target => target.index === table[flowHash(tuple) % show.M])!.fwmark)).toEqual(packets.map(({ mark }) => mark))
  })
})

test('without a target the table is empty, with one it leads there from everywhere', () => {
  expect([...new Set(lookupTable(7, 3, []))]).toEqual([-1])
  expect([...new Set(lookupTable(7, 3, [2]))]).toEqual([2])
})

function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '')
}
