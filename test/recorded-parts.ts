import { commandsOf } from './recorded-commands.ts'
/** The output of a command, and the ways to type the command. */
export interface Recorded {
  readonly commands: readonly (readonly string[])[]
  text: string
}

/** Lines of the asked keys, in the order asked, each key once. `*` stands for any part of a key, as interface names hold dots. */
export function sysctlLines(pool: string, keys: readonly string[]): string {
  const byKey = new Map(pool.split('\n').filter(line => line !== '').map(line => [line.split(' = ')[0] ?? '', line]))
  const asked = keys.flatMap(key => {
    const pattern = new RegExp(`^${key.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`)
    return [...byKey.keys()].filter(name => pattern.test(name))
  })
  return [...new Set(asked)].map(key => `${byKey.get(key)}\n`).join('')
}

/**
 * `show route table T where net = DEFAULT all`, cut from `show route table all all`: BIRD prints the same block under the same heading,
 * and after its greeting nothing when no route matches.
 */
export function birdDefaultRoutes(files: ReadonlyMap<string, string>): Recorded[] {
  const [greeting = '', ...tables] = (files.get('birdc-route-table-all.txt') ?? '').split(/^(?=Table )/m)
  if (tables.length === 0) return []
  return [['master4', '0.0.0.0/0'], ['master6', '::/0']].map(([table = '', net = '']) => {
    const routes = tables.find(text => text.startsWith(`Table ${table}:`))?.trimEnd().split(/\n(?=\S)/).slice(1) ?? []
    const route = routes.find(text => text.startsWith(`${net} `))
    return { commands: [['birdc', 'show', 'route', 'table', table, 'where', 'net', '=', net, 'all']], text: route === undefined ? greeting : `${greeting}Table ${table}:\n${route}\n` }
  })
}

const families = [{ vip: '10.0.0.1', client: '192.0.2.10' }, { vip: '1000::1:a00:1', client: '2001:db8:c::10' }]

/** `route-get-forward.txt`: IPv4 and IPv6 under each `# mark N`; `route-get-return.txt`: IPv4 and IPv6. The interface of a return stands in the answer, or is the first load-balan. */
export function routeGets(files: ReadonlyMap<string, string>): Recorded[] {
  const get = (argv: readonly string[], text = ''): Recorded => ({ commands: [['ip', '-j', 'route', 'get', ...argv]], text: `${text}\n` })
  const forward = (files.get('route-get-forward.txt') ?? '').split(/^# mark /m).slice(1).flatMap(block => {
    const [mark = '', ...answers] = block.trim().split('\n')
    return families.map(({ vip, client }, index) => get([vip, 'from', client, 'iif', 'nsm-1', 'mark', mark], answers[index]))
  })
  const back = files.get('route-get-return.txt')?.trim().split('\n')
  if (!back) return forward
  const links: readonly { ifname: string }[] = JSON.parse(files.get('ip-link.json') ?? '[]')
  const inward = links.find(link => link.ifname === 'bridge0') ?? links.find(link => link.ifname.startsWith('load-balan-'))
  return [...forward, ...families.map(({ vip, client }, index) => {
    const iif = /"iif":"([^"]+)"/.exec(back[index] ?? '')?.[1] ?? inward?.ifname
    return get([client, 'from', vip, ...(iif ? ['iif', iif] : [])], back[index])
  })]
}

/** Names of the old iptables' tables in use, which were not recorded: a table whose rules were listed is in use. */
export function tablesInUse(files: ReadonlyMap<string, string>): Recorded[] {
  return [['iptables-legacy-mangle.txt', 'ip_tables_names'], ['ip6tables-legacy-mangle.txt', 'ip6_tables_names']].flatMap(([file = '', names = '']) =>
    files.has(file) ? [{ commands: [['cat', `/proc/net/${names}`]], text: 'mangle\n' }] : [])
}

/** A second reading of every counter a moment later, when nothing had grown: `/proc/self/net/X` is `/proc/net/X` by another name, `nft -j -a` prints what `nft -j` does. */
export function secondReadings(files: ReadonlyMap<string, string>): Recorded[] {
  const ruleset = files.get('nft-ruleset.json')
  const counters = [...files].flatMap(([file, text]) => commandsOf(file).filter(([program, path]) => program === 'cat' && path?.startsWith('/proc/net/')).map(([, path = '']) => ({ commands: [['cat', path.replace('/proc/net/', '/proc/self/net/')]], text })))
  return ruleset === undefined ? counters : [...counters, { commands: [['nft', '-j', '-a', 'list', 'ruleset']], text: ruleset }]
}
