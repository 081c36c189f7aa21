import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TrenchLab } from './trench/lab.ts'
import { type PodName, pods } from './trench/topology.ts'

/** What changes from run to run, or between kernels. */
const volatile = new Set([
  'ifindex', 'link_index', 'link_netnsid', 'stats64', 'valid_life_time', 'preferred_life_time', 'inet6_token', 'id', 'no', 'designated_port',
  'hold_timer', 'message_age_timer', 'forward_delay_timer', 'gc_timer', 'hello_timer', 'topology_change_timer', 'tcn_timer',
  'nodad', // the recorded lab let bridge0 look for duplicates of its IPv6 address, which takes a second
])

const outputs: Readonly<Record<string, readonly string[]>> = {
  'ip-link.json': ['ip', '-j', '-d', '-s', 'link'],
  'ip-addr.json': ['ip', '-j', 'addr'],
  'ip-rule4.json': ['ip', '-j', '-4', 'rule'],
  'ip-rule6.json': ['ip', '-j', '-6', 'rule'],
  'ip-route4.json': ['ip', '-j', '-4', 'route', 'show', 'table', 'all'],
  'ip-route6.json': ['ip', '-j', '-6', 'route', 'show', 'table', 'all'],
  'ip-netconf.json': ['ip', '-j', 'netconf'],
}

/** Rows of the lab's `ip -j` outputs that the recordings of the healthy trench lack (`+`), and the other way round (`-`), in all pods. Order does not count. */
export async function recordedDifferences(lab: TrenchLab): Promise<string[]> {
  const differences = await Promise.all(pods.flatMap(({ name }) => Object.entries(outputs).map(async ([file, argv]) => {
    const now = rows(await lab.run(name, argv))
    const then = rows(readFileSync(join(import.meta.dirname, '../fixtures/trench/healthy', name, file), 'utf8'))
    return [...missing(now, then, `+ ${name} ${file}`), ...missing(then, now, `- ${name} ${file}`)]
  })))
  return differences.flat()
}

/** LB outputs that are text; counters become N. */
export async function recordedTextDifferences(lab: TrenchLab, lb: PodName): Promise<string[]> {
  const texts = {
    'nfqlb-flow-list.json': await lab.nfqlb(lb, 'flow-list'),
    'nfqlb-show-tshm-stream1.txt': await lab.nfqlb(lb, 'show', '--shm=tshm-stream1'),
    'iptables-legacy-mangle.txt': await lab.run(lb, ['iptables-legacy', '-t', 'mangle', '-S']),
    'ip6tables-legacy-mangle.txt': await lab.run(lb, ['ip6tables-legacy', '-t', 'mangle', '-S']),
    'nft-ruleset.txt': await lab.run(lb, ['nft', 'list', 'ruleset']),
  }
  const counted = (text: string) => text.replaceAll(/packets \d+ bytes \d+|(?<="matches_count": )\d+/g, 'N')
  return Object.entries(texts).filter(([file, text]) => counted(text) !== counted(readFileSync(join(import.meta.dirname, '../fixtures/trench/healthy', lb, file), 'utf8'))).map(([file]) => file)
}

const rows = (json: string): string[] => (JSON.parse(json) as unknown[]).map(row => JSON.stringify(stable(row)))
const missing = (these: readonly string[], others: readonly string[], label: string) => these.filter(row => !others.includes(row)).map(row => `${label}: ${row}`)

function stable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !volatile.has(key)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, stable(part)]))
}
