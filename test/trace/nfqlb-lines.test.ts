import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { flowHash, lookupTable } from '#profiles/meridio/lib/maglev.ts'
import { type MarkOf, NfqlbLines, type NfqlbMatch, type NfqlbPacket } from '../../controller/trace/nfqlb-lines.ts'

const recorded = (file: string): Buffer => readFileSync(join(import.meta.dirname, '../fixtures/nfqlb', `${file}.stdout`))
const table = lookupTable(9973, 100, [47, 57, 66, 89])
const numbers: Record<string, number> = { tcp: 6, udp: 17, sctp: 132, icmp: 1, icmp6: 58 }
/** by the recorded stream: tshm-stream1, M=9973, N=100, marks 5001 above the index */
const markOf: MarkOf = ({ protocol, echoId = 0, ...packet }) => table[flowHash({ ...packet, protocol: numbers[protocol] ?? Number(protocol), echoId }) % 9973]! + 5001
const unknown: MarkOf = () => undefined

/** `at`: ms of each piece; later than any packet that was under way before. */
function read(pieces: readonly (Buffer | string)[], by: MarkOf = markOf, at: readonly number[] = [0]): NfqlbMatch[] {
  const matches: NfqlbMatch[] = []
  const lines = new NfqlbLines(by, match => matches.push(match))
  lines.add(Buffer.from('Mask=0x00000040\nTrace active, mask=0x00000040\n'), -1000)
  for (const [index, piece] of pieces.entries()) lines.add(Buffer.from(piece), at[index] ?? at.at(-1)!)
  lines.gap()
  return matches
}

const line = ({ flow, packet: { protocol, length, source, sourcePort, destination, destinationPort, icmp }, verdict, paired }: NfqlbMatch): string =>
  `${flow}: ${icmp === undefined ? '' : `${icmp}; `}${protocol} ${length} ${source} ${sourcePort} > ${destination} ${destinationPort}: ${verdict ? `${verdict.stream ?? 'no flow'} ${verdict.fwmark}` : 'no verdict'} ${paired}`

test.each(['1.2.0', '1.1.4'])('nfqlb %s: a connection and pings, each with its verdict, whatever pieces the stream comes in', version => {
  const text = recorded(`${version}/trace-flows-tcp-ping`)
  const whole = read([text])
  expect(whole.every(({ verdict, packet, paired }) => verdict?.fwmark === markOf(packet) && paired === 'alone')).toBe(true)
  expect(read(Array.from({ length: Math.ceil(text.length / 7) }, (_, at) => text.subarray(at * 7, at * 7 + 7)))).toEqual(whole)
  expect(read([text], unknown)).toEqual(whole)
})

test('the first lines of such a stream', () => {
  expect(read([recorded('1.2.0/trace-flows-tcp-ping')]).filter((_, index) => [0, 4, 6].includes(index)).map(line)).toEqual([
    'probe-tcp: tcp 60 203.0.113.1 53601 > 20.0.0.1 5000: tshm-stream1 5067 alone',
    'probe-tcp: ICMP_ECHO: id=31447, seq=1; icmp 84 203.0.113.1 0 > 20.0.0.1 0: tshm-stream1 5058 alone',
    'probe-tcp: tcp 80 2001:db8::1 54995 > 2000::1 5000: tshm-stream1 5048 alone',
  ])
})

test.each<[string, string, number, readonly (string | undefined)[]]>([
  ['no flow takes the packet', 'trace-flows-no-flow', -1, [undefined]],
  ['its stream has no target', 'trace-flows-no-targets', -1, ['tshm-stream1']],
])('%s: the verdict says so', (_, file, mark, streams) => {
  const matches = read([recorded(`1.2.0/${file}`)], () => -1)
  expect([...new Set(matches.filter(({ packet }) => packet.icmp === undefined).map(({ verdict }) => verdict?.fwmark))]).toEqual([mark])
  expect([...new Set(matches.filter(({ packet }) => packet.icmp === undefined).map(({ verdict }) => verdict?.stream))]).toEqual(streams)
})

test.each(['trace-flows-overlap', 'trace-flows-udp', 'trace-log-flows-guide', 'trace-flows-icmp-errors', 'trace-flows-other-protocols', 'trace-flows-kernel-defrag', 'trace-flows-fragments', 'trace-sctp', 'trace-flows-frag-log', 'trace-malformed', 'trace-lb-dies'])('every match of the recording %s is read', file => {
  const text = recorded(`1.2.0/${file}`).toString('latin1')
  const matches = read([text])
  expect(matches.length).toBe(text.split('\nMatch for trace-flow: ').length - 1)
  expect(matches.filter(({ paired }) => paired !== 'alone')).toEqual([])
})

test('lines of four threads between each other: every packet finds the verdict that its flow has', () => {
  const text = recorded('1.2.0/trace-flows-interleaved')
  const matches = read([text])
  const told = text.toString('latin1').split('\nproto=').length - 1
  expect(matches.filter(({ paired }) => paired !== 'unended').length).toBeGreaterThan(told - 4)
  expect(matches.filter(({ verdict, packet }) => verdict && verdict.fwmark !== markOf(packet))).toEqual([])
  expect(matches.filter(({ paired }) => paired === 'ambiguous')).toEqual([])
  expect(matches.filter(({ paired }) => paired === 'computed').length).toBeGreaterThan(0)
})

test('without facts, flows that were seen alone before tell those between each other apart; where nothing tells, it is ambiguous', () => {
  const matches = read([recorded('1.2.0/trace-flows-interleaved')], unknown)
  expect(matches.filter(({ verdict, packet }) => verdict && verdict.fwmark !== markOf(packet))).toEqual([])
  expect(matches.filter(({ paired }) => paired === 'ambiguous').every(({ verdict, among }) => verdict === undefined && among!.length > 1)).toBe(true)
})

/** Synthetic: two packets of two threads. */
const a = 'proto=udp, len=46, ::ffff:203.0.113.1 1 -> ::ffff:20.0.0.1 5000'
const b = 'proto=udp, len=46, ::ffff:203.0.113.2 2 -> ::ffff:20.0.0.1 5000'
const match = '\nMatch for trace-flow: f'
const by = (marks: Record<string, number>): MarkOf => ({ source }: NfqlbPacket) => marks[source]
const stream = (...lines: string[]) => `${lines.join('\n')}\n`

test.each<[string, string, MarkOf, readonly (number | undefined)[], readonly string[]]>([
  ['verdicts that differ are given to the packets by their marks', stream(match, match, a, b, 'target=s, fwmark=5002', 'target=s, fwmark=5001'), by({ '203.0.113.1': 5001, '203.0.113.2': 5002 }), [5001, 5002], ['computed', 'computed']],
  ['verdicts that are equal need no facts', stream(match, match, a, b, 'target=s, fwmark=5001', 'target=s, fwmark=5001'), unknown, [5001, 5001], ['same', 'same']],
  ['equal verdicts are told even where facts say otherwise', stream(match, match, a, b, 'target=s, fwmark=5003', 'target=s, fwmark=5003'), by({ '203.0.113.1': 5001, '203.0.113.2': 5002 }), [5003, 5003], ['same', 'same']],
  ['verdicts that no packet should have are nobody\'s', stream(match, match, a, b, 'target=s, fwmark=5009', 'target=s, fwmark=5001'), by({ '203.0.113.1': 5001, '203.0.113.2': 5002 }), [undefined, undefined], ['ambiguous', 'ambiguous']],
  ['no flow and no target are not told apart by a mark', stream(match, match, a, b, 'NO target, fwmark=-1', 'NO servers, target=s, fwmark=-1'), by({ '203.0.113.1': -1, '203.0.113.2': -1 }), [undefined, undefined], ['ambiguous', 'ambiguous']],
  ['what the stream breaks off in is not guessed', stream(match, match, a, b, 'target=s, fwmark=5001'), by({ '203.0.113.1': 5001, '203.0.113.2': 5002 }), [undefined, undefined], ['unended', 'unended']],
  ['a verdict of a packet that came before has no packet', stream('target=s, fwmark=5009', match, a, 'target=s, fwmark=5001'), unknown, [5001], ['alone']],
])('%s', (_, text, marks, verdicts, paired) => {
  const matches = read([text], marks)
  expect([matches.map(({ verdict }) => verdict?.fwmark), matches.map(each => each.paired)]).toEqual([verdicts, paired])
})

test('in its first moments a verdict may be of a packet under way before: it is believed where the facts say the same', () => {
  const first = (marks: MarkOf): NfqlbMatch[] => {
    const matches: NfqlbMatch[] = []
    new NfqlbLines(marks, each => matches.push(each)).add(Buffer.from(stream(match, a, 'target=s, fwmark=5001')), 0)
    return matches
  }
  expect([first(by({ '203.0.113.1': 5001 }))[0]!.paired, first(unknown)[0]!.paired]).toEqual(['alone', 'ambiguous'])
})

test('a verdict that never comes holds up others for a second only', () => {
  const matches = read([stream(match, a, match, b, 'target=s, fwmark=5002'), stream(match, b, 'target=s, fwmark=5002')], unknown, [0, 1500])
  expect(matches.map(({ paired }) => paired)).toEqual(['ambiguous', 'ambiguous', 'alone'])
})

test('a trace flow\'s name may be rubbish, and of two flows between each other it is not told which', () => {
  const rubbish = Buffer.concat([Buffer.from('\nMatch for trace-flow: '), Buffer.from([0x80, 0xff, 0x07]), Buffer.from(stream('', a, 'NO target, fwmark=-1'))])
  expect(read([rubbish])[0]!.flow).toBe('\u0080ÿ\u0007')
  expect(read([stream('\nMatch for trace-flow: f', '\nMatch for trace-flow: g', a, b, 'target=s, fwmark=5001', 'target=s, fwmark=5001')], unknown).map(({ flow }) => flow)).toEqual([undefined, undefined])
})
