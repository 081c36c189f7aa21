import { parseBirdReply } from './bird-reply.ts'

export interface BirdStaticRoute {
  line: number
  net: string
  /** `recursive` carries the address it is resolved through */
  dest: 'unicast' | 'none' | 'blackhole' | 'unreachable' | 'prohibited' | 'recursive'
  recursiveVia?: string
  nextHops: BirdStaticNextHop[]
}

export interface BirdStaticNextHop {
  line: number
  gateway?: string
  interface?: string
  onlink: boolean
  /** a BFD session watches this next hop */
  bfd: boolean
  /** not usable now: BFD down, neighbour or interface gone */
  dormant: boolean
}

/**
 * Parses `show static` and `show static 'NAME'` (BIRD proto/static/static.c; recorded from 2.0.8 to 3.4.0).
 *     0.0.0.0/0
 *     \tvia 169.254.100.150%ext-vlan0 (bfd) (dormant)
 * Protocols are not named in the answer; an empty line stands between them.
 * @throws {BirdError} when BIRD refused (9001: no such protocol, or not a static one)
 * @throws {SyntaxError} on a line that is no static route, quoting it
 */
export function parseBirdStatic(text: string): BirdStaticRoute[] {
  const routes: BirdStaticRoute[] = []
  for (const { line, text: row } of parseBirdReply(text)) {
    if (row === '') continue
    const net = /^([^\s/]+\/\d+)(?:\t(none|blackhole|unreachable|prohibited)|\trecursive (\S+))?$/.exec(row)
    const hop = /^\t(?:dev (\S+)|via ([^\s%]+)(?:%(\S+))?)( onlink)?( \(bfd\))?( \(dormant\))?$/.exec(row)
    const current = routes.at(-1)
    if (net) {
      const dest = net[3] === undefined ? ((net[2] ?? 'unicast') as BirdStaticRoute['dest']) : 'recursive'
      routes.push({ line, net: net[1] ?? '', dest, ...(net[3] !== undefined && { recursiveVia: net[3] }), nextHops: [] })
    } else if (hop && current?.dest === 'unicast') {
      const [, device, gateway, scope, onlink, bfd, dormant] = hop
      const via = device ?? scope
      current.nextHops.push({ line, ...(gateway !== undefined && { gateway }), ...(via !== undefined && { interface: via }), onlink: !!onlink, bfd: !!bfd, dormant: !!dormant })
    } else throw new SyntaxError(`line ${line} is not a static route: ${row}`)
  }
  return routes
}
