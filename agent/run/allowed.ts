import { isIP } from 'node:net'
import { birdCommandAllowed } from './bird-commands.ts'
import { fileAllowed } from './files-allowed.ts'

/**
 * Why a command must not run, or undefined. The wire names facts and facts ask for commands: this is the second wall, for a fact that
 * is wrong. Verbs are listed in full because iproute2 and nfqlb take any unique abbreviation.
 */
export function refusalOf(argv: readonly string[]): string | undefined {
  const [program = '', ...args] = argv
  const allowed = Object.hasOwn(programs, program) ? programs[program] : undefined
  if (!allowed) return `${program || 'a command without a program'} is no program a probe runs`
  const odd = args.find(arg => arg.length > 1000 || /[\0-\x1f\x7f]/.test(arg))
  if (odd !== undefined || args.length > 200) return `${program} is not run with control characters, arguments over 1000 characters or more than 200 of them`
  return allowed(args) ? undefined : `${program} is only run to look: these arguments are not among those that are known to change nothing`
}

/** Sub-commands of nfqlb that ask the load balancer itself; a client of these must never be killed (nfqlb.md §1). */
export const nfqlbSocketCommands: readonly string[] = ['flow-list', 'flow-list-names', 'trace-flow-list']

type Allowed = (args: readonly string[]) => boolean

const programs: Readonly<Record<string, Allowed>> = {
  cat: args => args.length === 1 && fileAllowed(args[0] ?? ''),
  sysctl: ([first, ...keys]) => first === '-e' && keys.length > 0 && keys.every(sysctlKeyAllowed),
  birdc: args => birdCommandAllowed(args.join(' ')),
  nfqlb: nfqlbAllowed,
  ip: args => iproute(args, /^-(?:[jdspoN46]|br|json|details|stats)$/, ipObjects),
  bridge: args => iproute(args, /^-[jdsp]$/, { fdb: looking, link: looking, vlan: looking, mdb: looking }),
  ss: args => args.every(arg => /^-[HantuxwpimoelO46]+$/.test(arg)),
  ls: args => args.length > 0 && args.every(arg => /^-[lnad1]+$/.test(arg) || arg === '--time-style=+' || /^\/[\w./-]*$/.test(arg)) && !args.some(arg => arg.split('/').includes('..')),
  ps: ([first, option, columns, ...more]) => first === '-e' && option === '-o' && /^[a-z_:,=0-9]+$/.test(columns ?? '') && more.every(arg => arg === '-ww'),
  nft: args => /^(?:-[jans] )*list (?:ruleset|tables)$/.test(args.join(' ')),
  'iptables-legacy': listsMangle,
  'ip6tables-legacy': listsMangle,
  conntrack: args => /^-(?:[CS]|L(?: -f ipv[46])?(?: -o extended)?)$/.test(args.join(' ')),
  ping: pingAllowed,
  fping: fpingAllowed,
}

const looking = ['show', 'list']
const ipObjects: Readonly<Record<string, readonly string[]>> = {
  link: looking, addr: looking, address: looking, rule: looking, neigh: looking, neighbour: looking,
  netconf: looking, nexthop: looking, maddr: looking, route: [...looking, 'get'],
}

function listsMangle(args: readonly string[]): boolean {
  return args.join(' ') === '-t mangle -S'
}

/** `[options] OBJECT [VERB …]`, both in full. After a verb that only looks, no word can change anything. */
function iproute(args: readonly string[], options: RegExp, objects: Readonly<Record<string, readonly string[]>>): boolean {
  const start = args.findIndex(arg => !arg.startsWith('-'))
  if (start < 0 || !args.slice(0, start).every(arg => options.test(arg))) return false
  const [object = '', verb, ...rest] = args.slice(start)
  if (!Object.hasOwn(objects, object)) return false
  return (verb === undefined || (objects[object] ?? []).includes(verb)) && rest.every(word => !word.startsWith('-'))
}

function nfqlbAllowed([command = '', ...options]: readonly string[]): boolean {
  const names: Readonly<Record<string, RegExp>> = {
    version: /^$/,
    'flow-list': /^--name=./,
    'flow-list-names': /^$/,
    'trace-flow-list': /^--name=./,
    show: /^--shm=[^/]+$/,
    stats: /^--ft_shm=[^/]+$/,
    fwmark: /^--(?:shm=[^/]+|proto=(?:tcp|udp|sctp)|hash_mode=[01]|src=[\w.:[\]]+|dst=[\w.:[\]]+)$/,
  }
  return Object.hasOwn(names, command) && options.every(option => names[command]?.test(option))
}

/** Bounded: at most 5 packets, at most 5 seconds to wait, no flood. */
function pingAllowed(args: readonly string[]): boolean {
  const numbers: Readonly<Record<string, number>> = { '-c': 5, '-W': 5, '-s': 9000, '-m': 0xffffffff }
  const words = [...args]
  let counted = false
  while (words.length > 1) {
    const option = words.shift() ?? ''
    if (['-n', '-q', '-D', '-4', '-6'].includes(option)) continue
    const value = words.shift() ?? ''
    const most = numbers[option]
    if (most !== undefined ? !/^\d{1,10}$/.test(value) || Number(value) > most || Number(value) < 1 : option !== '-I' || value.startsWith('-')) return false
    counted ||= option === '-c'
  }
  return counted && isIP(words[0] ?? '') !== 0
}

/** One packet to one address, a second to wait; a millisecond between packets where others share the process. */
function fpingAllowed(args: readonly string[]): boolean {
  return /^-r 0 -e -t 1000 -i 1 (?:-I [\w.:@][\w.:@-]* )?[\da-fA-F.:]+$/.test(args.join(' ')) && isIP(args.at(-1) ?? '') !== 0
}

/** A key below /proc/sys, `*` for one part of it; never one that holds a secret. */
function sysctlKeyAllowed(key: string): boolean {
  return /^[\w*][\w./*:@-]*$/.test(key) && !key.includes('..') && !/secret|fastopen_key/.test(key)
}
