import { defineCheck, outcome } from '#judge/check.ts'
import { networkCounters } from '../facts/transcripts.ts'
import { noStream, targetReads } from '../lib/target.ts'

/** What the target's kernel took in and did not hand to the application. */
export default defineCheck({
  id: 'target-drops-counted',
  subject: 'tapa',
  severity: 'note',
  reads: { ...targetReads, counters: outcome(networkCounters) },
  messages: {
    counted: (a: { counts: string }) => `since the pod began: ${a.counts}`,
  },
  why: 'Requests reached the pod and were lost there. The counters do not say when, nor of which interface.',
  fix: 'Listen queue and receive buffer: the application is too slow, or its backlog too short. Wrong UDP checksums: look for a port-NAT of UDP.',
  source: 'Linux SNMP counters (RFC 1213, 4113; TcpExt); catalogue T12',
  unless: sight => noStream(sight) ?? (sight.counters.error?.code === 'not-found' ? `the pod shows no counters: ${sight.counters.error.message}` : undefined),
  unseen: ({ counters }) => (counters.error ? [counters.error.message] : []),
  judge: ({ counters }, say) => {
    const found = (counters.data ?? []).filter(({ group, name, value }) => value > 0 && `${group} ${name}` in meanings)
    return found.length === 0 ? [] : [say.counted({ counts: found.map(({ group, name, value }) => `${meanings[`${group} ${name}`]} ${value}`).join(', ') }, ...found.map(row => counters.at(row)))]
  },
})

const meanings: Readonly<Record<string, string>> = {
  'TcpExt ListenOverflows': 'connections refused for a full listen queue',
  'Udp RcvbufErrors': 'IPv4 datagrams lost for a full receive buffer',
  'Udp6 RcvbufErrors': 'IPv6 datagrams lost for a full receive buffer',
  'Udp InCsumErrors': 'IPv4 datagrams with a wrong checksum',
  'Udp6 InCsumErrors': 'IPv6 datagrams with a wrong checksum',
  'Tcp InCsumErrors': 'TCP segments with a wrong checksum',
}
