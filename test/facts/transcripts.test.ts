import { expect, test } from 'vitest'
import type { AnyFact, Run } from '#facts/fact.ts'
import { observeFact } from '#facts/read.ts'
import { facts } from '#facts/registry.gen.ts'
import { rereadSnapshot } from '#judge/reread.ts'
import { transcripts } from '#profiles/meridio/facts/transcripts.ts'
import { recordedPod, recordedRecords } from '../terminal.ts'
import { pod, snapshotOf } from '../judge/synthetic.ts'

const lb = 'trench/healthy/lb-1'
const probeFact = (id: string) => facts.find(fact => fact.id === id) as AnyFact
const ours = (id: string) => transcripts.find(fact => fact.id === id) as AnyFact
const look = (fact: AnyFact, run: Run) => observeFact(fact, {}, run, () => 0)

test.each<[string, string[], string?]>([
  ['nft-ruleset', ['nft -j list ruleset']],
  ['iptables-mangle', ['cat /proc/net/ip_tables_names', 'cat /proc/net/ip6_tables_names', 'iptables-legacy -t mangle -S', 'ip6tables-legacy -t mangle -S']],
  ['conntrack-entries', ['conntrack -L']],
  ['bird-bfd', ['birdc show bfd sessions']],
  ['bird-log', ['cat /var/log/bird.log.backup', 'cat /var/log/bird.log']],
  ['bird-config', ['cat /etc/bird/bird-fe-meridio.conf']],
  ['network-counters', ['cat /proc/net/snmp', 'cat /proc/net/netstat', 'cat /proc/net/snmp6']],
  ['counters', ['cat /proc/net/dev', 'cat /proc/net/snmp', 'cat /proc/net/netstat', 'cat /proc/net/snmp6']],
  ['counters-again', ['cat /proc/self/net/dev', 'cat /proc/self/net/snmp', 'cat /proc/self/net/netstat', 'cat /proc/self/net/snmp6']],
  ['queues-again', ['cat /proc/self/net/netfilter/nfnetlink_queue']],
  ['nfqlb-stats', ['nfqlb stats']],
  ['sockets', ['ss -H -a -n -t -u -x -p']],
  ['bridge-fdb', ['bridge -j fdb show br bridge0'], 'trench/healthy/px-a'],
])('%s: the probe only fetches, the controller reads the transcript', async (id, commands, place = lb) => {
  const seen = await look(probeFact(id), recordedPod(place))
  expect(seen).toEqual({ fact: id, version: 0, params: {}, startedAt: 0, ms: 0, commands, data: null })
  const snapshot = snapshotOf({ subject: pod('lb', 'lb-1'), observations: [seen], records: recordedRecords(place) })
  const [again] = (await rereadSnapshot(snapshot, transcripts)).sights[0]?.observations ?? []
  expect(again).toEqual({ ...seen, version: 1, data: (await look(ours(id), recordedPod(place))).data })
  expect(again?.data).toEqual(expect.anything())
})

test('rows of several files say which they stand in', async () => {
  const { data } = await look(ours('iptables-mangle'), recordedPod(lb))
  expect(data).toMatchObject([{ family: 'IPv4', command: 'iptables-legacy -t mangle -S' }, { family: 'IPv4' }, { family: 'IPv6', command: 'ip6tables-legacy -t mangle -S' }, { family: 'IPv6' }])
})

test('old iptables is not asked for a table that is not in use, nor where the kernel has none', async () => {
  const asked: string[] = []
  const run: Run = async argv => {
    asked.push(argv.join(' '))
    return 'filter\n'
  }
  expect((await look(ours('iptables-mangle'), run)).data).toEqual([])
  expect(asked).toEqual(['cat /proc/net/ip_tables_names', 'cat /proc/net/ip6_tables_names'])
  expect((await look(ours('iptables-mangle'), recordedPod('trench/healthy/px-a'))).data).toEqual([])
})

test('a command that left no record keeps what the probe said of it', async () => {
  const seen = { fact: 'network-counters', version: 0, params: {}, startedAt: 0, ms: 0, commands: ['cat /proc/net/snmp'], error: { code: 'timeout' as const, message: 'network-counters was not read within 10000 ms' } }
  const snapshot = snapshotOf({ subject: pod('lb', 'lb-1'), observations: [seen], records: [] })
  expect((await rereadSnapshot(snapshot, transcripts)).sights[0]?.observations[0]).toEqual({ ...seen, version: 1 })
})
