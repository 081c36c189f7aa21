import { FactError, type Run } from './fact.ts'
import { transcript } from './transcript.ts'

const tables = [
  { names: '/proc/net/ip_tables_names', list: ['iptables-legacy', '-t', 'mangle', '-S'] },
  { names: '/proc/net/ip6_tables_names', list: ['ip6tables-legacy', '-t', 'mangle', '-S'] },
] as const

/**
 * Rules of the mangle table of old iptables, which nft does not show: IPv4, IPv6; empty text where the kernel has no such table in this pod.
 * Asking for a table makes the kernel load it, so it is asked for only where it is in use already.
 */
export const iptablesMangle = transcript('iptables-mangle', run => Promise.all(tables.map(async ({ names, list }) => ((await inUse(run, names)).includes('mangle') ? run(list) : ''))))

/** Names of the tables in use; none where the kernel has no old iptables. */
async function inUse(run: Run, path: string): Promise<readonly string[]> {
  try {
    return (await run(['cat', path])).split('\n')
  } catch (error) {
    if (error instanceof FactError && error.code === 'not-found') return []
    throw error
  }
}
