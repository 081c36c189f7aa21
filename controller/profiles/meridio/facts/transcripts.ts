import { readBird } from '#facts/bird-ask.ts'
import { birdBfdCommand, birdBfd as birdBfdTranscript } from '#facts/bird-bfd.ts'
import { birdConfig as birdConfigTranscript } from '#facts/bird-config.ts'
import { birdLog as birdLogTranscript } from '#facts/bird-log.ts'
import { bridgeFdb as bridgeFdbTranscript } from '#facts/bridge-fdb.ts'
import { counters as countersTranscript, countersAgain as countersAgainTranscript, queuesAgain as queuesAgainTranscript } from '#facts/counters.ts'
import { conntrackEntries as conntrackEntriesTranscript } from '#facts/conntrack-entries.ts'
import { iptablesMangle as iptablesMangleTranscript } from '#facts/iptables-mangle.ts'
import { networkCounters as networkCountersTranscript } from '#facts/network-counters.ts'
import { nfqlbStats as nfqlbStatsTranscript } from '#facts/nfqlb-stats.ts'
import { nftRuleset as nftRulesetTranscript, nftRulesetAgain as nftRulesetAgainTranscript } from '#facts/nft-ruleset.ts'
import { ping as pingTranscript } from '#facts/ping.ts'
import { sockets as socketsTranscript } from '#facts/sockets.ts'
import { parseBirdBfd } from '#parsers/bird-bfd.ts'
import { parseBirdConfig } from '#parsers/bird-config.ts'
import { parseBirdLog } from '#parsers/bird-log.ts'
import { parseBridgeFdb } from '#parsers/bridge-fdb.ts'
import { parseConntrackEntries } from '#parsers/conntrack-entries.ts'
import { parseFping } from '#parsers/fping.ts'
import { parseIptablesRules } from '#parsers/iptables-rules.ts'
import { parseNfnetlinkQueue } from '#parsers/nfnetlink-queue.ts'
import { parseNfqlbStats } from '#parsers/nfqlb-stats.ts'
import { parseNftRuleset } from '#parsers/nft-ruleset.ts'
import { type PingResult, parsePing } from '#parsers/ping.ts'
import { parseProcNetDev } from '#parsers/proc-net-dev.ts'
import { parseProcNetSnmp, parseProcNetSnmp6 } from '#parsers/proc-net-counters.ts'
import { parseSockets } from '#parsers/sockets.ts'
import type { Family } from '../lib/address.ts'
import { readTranscript } from './read-transcript.ts'

/** Tables, sets, chains and rules of the pod's nft. */
export const nftRuleset = readTranscript(nftRulesetTranscript, parseNftRuleset)

/** The same in the second wave. */
export const nftRulesetAgain = readTranscript(nftRulesetAgainTranscript, parseNftRuleset)

/** Rules of the mangle table of old iptables, with their family; empty where no such table is in use. */
export const iptablesMangle = readTranscript(iptablesMangleTranscript, ([v4, v6]) => [
  ...parseIptablesRules(v4 ?? '').map(rule => ({ ...rule, family: 'IPv4' as Family, command: 'iptables-legacy -t mangle -S' })),
  ...parseIptablesRules(v6 ?? '').map(rule => ({ ...rule, family: 'IPv6' as Family, command: 'ip6tables-legacy -t mangle -S' })),
])

/** Connections the kernel tracks in the pod. */
export const conntrackEntries = readTranscript(conntrackEntriesTranscript, parseConntrackEntries)

/** Lines of BIRD's log, oldest first. */
export const birdLog = readTranscript(birdLogTranscript, ({ older, log }) => [
  ...parseBirdLog(older).map(row => ({ ...row, command: 'cat /var/log/bird.log.backup' })),
  ...parseBirdLog(log).map(row => ({ ...row, command: 'cat /var/log/bird.log' })),
])

/** BFD sessions of the pod's BIRD. */
export const birdBfd = readTranscript(birdBfdTranscript, text => readBird(birdBfdCommand, text, parseBirdBfd))

/** Protocols of the configuration BIRD was given. */
export const birdConfig = readTranscript(birdConfigTranscript, parseBirdConfig)

/** The kernel's counters of IP, TCP and UDP since the pod began. */
export const networkCounters = readTranscript(networkCountersTranscript, ([snmp, netstat, snmp6]) => [
  ...parseProcNetSnmp(snmp ?? '').map(row => ({ ...row, command: 'cat /proc/net/snmp' })),
  ...parseProcNetSnmp(netstat ?? '').map(row => ({ ...row, command: 'cat /proc/net/netstat' })),
  ...parseProcNetSnmp6(snmp6 ?? '').map(row => ({ ...row, command: 'cat /proc/net/snmp6' })),
])

/** One reading of a counter, of an interface (`nsm-1`, `rx drop`) or of the IP stack (`Ip6`, `OutNoRoutes`). */
export interface CounterReading {
  readonly interface?: string
  readonly group?: string
  readonly name: string
  readonly value: number
  readonly line: number
  readonly command: string
}

const readings = (root: string) => ([dev, snmp, netstat, snmp6]: string[]): readonly CounterReading[] => [
  ...parseProcNetDev(dev ?? '').map(row => ({ ...row, command: `cat /proc/${root}dev` })),
  ...parseProcNetSnmp(snmp ?? '').map(row => ({ ...row, command: `cat /proc/${root}snmp` })),
  ...parseProcNetSnmp(netstat ?? '').map(row => ({ ...row, command: `cat /proc/${root}netstat` })),
  ...parseProcNetSnmp6(snmp6 ?? '').map(row => ({ ...row, command: `cat /proc/${root}snmp6` })),
]

/** Counters of interfaces and of the IP stack, in the first wave and in the second. */
export const counters = readTranscript(countersTranscript, readings('net/'))
export const countersAgain = readTranscript(countersAgainTranscript, readings('self/net/'))

/** The netfilter queues, in the second wave. */
export const queuesAgain = readTranscript(queuesAgainTranscript, parseNfnetlinkQueue)

/** nfqlb's counters of fragments. */
export const nfqlbStats = readTranscript(nfqlbStatsTranscript, parseNfqlbStats)

/** Which MAC is behind which port of the proxy's bridge. */
export const bridgeFdb = readTranscript(bridgeFdbTranscript, parseBridgeFdb)

/** TCP, UDP and Unix sockets of the pod. */
export const sockets = readTranscript(socketsTranscript, parseSockets)

/** Whether an address answers, and the command that says so: absent where an older probe read it. */
export const ping = readTranscript(pingTranscript, ({ program, command, text }): PingResult & { readonly command?: string } => ({ ...(program === 'fping' ? parseFping : parsePing)(text), command }))

/** All of them, for the profile: they stand in for the probe's facts of the same id. */
export const transcripts = [nftRuleset, nftRulesetAgain, iptablesMangle, conntrackEntries, birdBfd, birdLog, birdConfig, networkCounters, nfqlbStats, bridgeFdb, sockets, ping, counters, countersAgain, queuesAgain]
