import { commandText } from '#facts/fact.ts'
import type { PodEdit, World } from '../recorded-trench.ts'

/** Commands by the name of what they list, as edits name them. */
export const commands = {
  links: 'ip -j -d -s link',
  addresses: 'ip -j addr',
  neighbours: 'ip -j -s neigh',
  rules4: 'ip -j -4 rule',
  rules6: 'ip -j -6 rule',
  routes4: 'ip -j -4 route show table all',
  routes6: 'ip -j -6 route show table all',
  ports: 'bridge -j -d link',
  sockets: 'ss -H -a -n -t -u -x -p',
  sysctl: 'sysctl',
} as const
export type Listing = keyof typeof commands

/** One change of one listing of one pod. */
export const edit = (pod: string, listing: Listing, from: RegExp | string, to: string): PodEdit => ({ pod, command: commands[listing], from, to })

/** Takes the rows (of flat JSON objects) that hold a text out of a listing. */
export const without = (pod: string, listing: Listing, text: string): PodEdit => edit(pod, listing, new RegExp(`,\\{[^{}]*${escaped(text)}[^{}]*\\}|\\{[^{}]*${escaped(text)}[^{}]*\\},`, 'g'), '')

/** Sets an interface down, as `ip link` shows it. */
export const down = (pod: string, name: string): PodEdit => flags(pod, name, ['BROADCAST', 'MULTICAST'])

/** An interface whose far end is down or gone. */
export const noCarrier = (pod: string, name: string): PodEdit => flags(pod, name, ['NO-CARRIER', 'BROADCAST', 'MULTICAST', 'UP'])

/** Synthetic: one command of one pod fails. `argv` as it is typed; of several probes' commands that show the same, the one the fact asks. */
export const fails = (pod: string, command: string): Pick<World, 'synthetic'> => ({
  synthetic: (asked, argv) => (asked === pod && commandText(argv).startsWith(command) ? { stdout: '', exitCode: null, error: { code: 'timeout', message: `${command} did not end within 5000 ms` } } : undefined),
})

/** The target has nothing open: its interface has another name. */
export const idle = (pod: string): PodEdit => edit(pod, 'links', '"ifname":"nsm-0"', '"ifname":"net1"')

/** Takes one address (as the listing spells it) from an interface. */
export const noAddress = (pod: string, address: string): PodEdit => edit(pod, 'addresses', new RegExp(`,\\{[^{}]*"local":"${escaped(address)}"[^{}]*\\}|\\{[^{}]*"local":"${escaped(address)}"[^{}]*\\},`), '')

function flags(pod: string, name: string, words: readonly string[]): PodEdit {
  return edit(pod, 'links', new RegExp(`("ifname":"${escaped(name)}","flags":\\[)[^\\]]*`), `$1${words.map(word => `"${word}"`).join(',')}`)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
