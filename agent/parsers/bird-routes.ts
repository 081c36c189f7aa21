import { parseBirdReply } from './bird-reply.ts'
import { birdTime } from './bird-time.ts'

export interface BirdRoute {
  line: number
  table: string
  /** also where BIRD leaves it blank, for further routes to the same net */
  net: string
  /** absent in an answer of BIRD 3.3.1 about an export table */
  dest?: 'unicast' | 'blackhole' | 'unreachable' | 'prohibited' | 'none' | 'recursive'
  /** protocol the route came from */
  protocol: string
  /** see bird-time.ts */
  since: string
  /** who told us, where that is not the next hop */
  from?: string
  best: boolean
  /** BIRD could not put this best route into the kernel (`!`) */
  outOfSync: boolean
  preference: number
  /** left over from before a graceful restart of the neighbour */
  stale: boolean
  metric?: number
  originAs?: number
  origin?: 'IGP' | 'EGP' | 'Incomplete'
  nextHops: BirdNextHop[]
  /** only with `all`; names differ between BIRD 2 (`BGP.as_path`, `Type`) and 3 (`bgp_path`, `source`) */
  attributes: { line: number; name: string; value: string }[]
}

export interface BirdNextHop {
  line: number
  gateway?: string
  interface?: string
  onlink: boolean
  /** of several next hops */
  weight?: number
  /** a recursive route's table, where the gateway is looked up */
  table?: string
}

/**
 * Parses `show route …`, with or without `all` (BIRD nest/rt-show.c, nest/rt-attr.c; recorded from 2.0.8 to 3.4.0).
 *     Table master4:
 *     0.0.0.0/0            unicast [NBR-gateway-v4-a 02:55:21.219] * (100) [AS4248829953i]
 *     \tvia 169.254.100.150 on ext-vlan0
 *     \tBGP.as_path: 4248829953
 * Order: BIRD 2 by hash, BIRD 3 by insertion.
 * @throws {BirdError} when BIRD refused; 9001 may only say that a protocol exports nothing because it is down
 * @throws {SyntaxError} on a line it cannot read, quoting it
 */
export function parseBirdRoutes(text: string): BirdRoute[] {
  const routes: BirdRoute[] = []
  let table: string | undefined
  let net = ''
  for (const { line, text: row } of parseBirdReply(text)) {
    const current = routes.at(-1)
    const head = headShape.exec(row)
    const hop = hopShape.exec(row)
    const attribute = /^\t([^\t:]+):(?: (.*))?$/.exec(row)
    const last = current?.attributes.at(-1)
    if (row === '') continue
    else if (/^Table \S+:$/.test(row)) {
      table = row.slice(6, -1)
      net = ''
    } else if (head && table !== undefined && (head[1] || net)) {
      net = head[1] || net
      routes.push(routeOf(line, table, net, head))
    } else if (hop && current) current.nextHops.push(nextHopOf(line, hop))
    else if (attribute && current) current.attributes.push({ line, name: attribute[1] ?? '', value: attribute[2] ?? '' })
    // long community lists wrap to lines with two tabs
    else if (row.startsWith('\t\t') && last) last.value = `${last.value} ${row.trim()}`
    else throw new SyntaxError(`line ${line} is not of a route: ${row}`)
  }
  return routes
}

const headShape = new RegExp(
  String.raw`^(\S*) +(?:(unicast|blackhole|unreachable|prohibited|none|recursive) )?\[(\S+) (${birdTime})(?: from (\S+))?\]( [*!])?` +
  String.raw` \((\d+)-?(s)?(?:/(\d+|\?))?\)(?: \[(?:AS(\d+))?([ie?])\])?$`,
)
const hopShape = /^\t(?:dev (\S+)|via (\S+) on (\S+)|via (\S+)(?: \S+)? table (\S+))(?: mpls [\d/]+)?( onlink)?(?: weight (\d+))?$/
const origins: Readonly<Record<string, NonNullable<BirdRoute['origin']>>> = { i: 'IGP', e: 'EGP', '?': 'Incomplete' }

function routeOf(line: number, table: string, net: string, match: RegExpExecArray): BirdRoute {
  const [, , dest, protocol = '', since = '', from, mark, preference, stale, metric, originAs, origin] = match
  const how = origins[origin ?? '']
  return {
    line,
    table,
    net,
    ...(dest !== undefined && { dest: dest as NonNullable<BirdRoute['dest']> }),
    protocol,
    since,
    ...(from !== undefined && { from }),
    best: mark !== undefined,
    outOfSync: mark === ' !',
    preference: Number(preference),
    stale: stale !== undefined,
    ...(metric !== undefined && metric !== '?' && { metric: Number(metric) }),
    ...(originAs !== undefined && { originAs: Number(originAs) }),
    ...(how && { origin: how }),
    nextHops: [],
    attributes: [],
  }
}

function nextHopOf(line: number, match: RegExpExecArray): BirdNextHop {
  const [, device, direct, scope, recursive, table, onlink, weight] = match
  const gateway = direct ?? recursive
  const via = device ?? scope
  return {
    line,
    ...(gateway !== undefined && { gateway }),
    ...(via !== undefined && { interface: via }),
    onlink: onlink !== undefined,
    ...(weight !== undefined && { weight: Number(weight) }),
    ...(table !== undefined && { table }),
  }
}
