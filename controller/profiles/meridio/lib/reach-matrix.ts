import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipRoutes } from '#facts/ip-routes.ts'
import { ipRules } from '#facts/ip-rules.ts'
import { nfqlbStreams } from '#facts/nfqlb-streams.ts'
import { cluster, each, eachPlanned, type Evidence, own, type Values } from '#judge/check.ts'
import { type Subject, subjectKey } from '#judge/subject.ts'
import { ping } from '../facts/transcripts.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { sameAddress, targetWays } from './lb-targets.ts'
import { ownAddresses } from './target.ts'

const way = { config: cluster(trenchConfig), streams: own(nfqlbStreams), rules: own(ipRules), routes: own(ipRoutes) }

/** What the matrix of load balancers and targets is made of: the pings that each load balancer sends to the targets it has active, and whose addresses these are. */
export const matrixReads = {
  config: cluster(trenchConfig),
  addresses: each('tapa', ipAddresses),
  pings: eachPlanned('lb', ping, way, ({ config, streams, rules, routes }) => targetWays(streams.data, rules.data, routes.data, config.data.families).flatMap(({ route }) => (route?.gateway === undefined ? [] : [{ address: route.gateway }]))),
}

/** One ping from a load balancer to a target of its trench. */
export interface Cell {
  readonly lb: Subject
  readonly target: Subject
  readonly answered: boolean
  readonly evidence: Evidence
}

/**
 * Who reaches whom, within one trench: an address is looked for among those that a target has on this trench's interfaces, since another trench of the namespace has the same
 * addresses by default (Meridio v1.2.8: IPAM_PREFIX_IPV4 172.16.0.0/16), on the same pods perhaps. What no target seen has is in no cell.
 */
export function reachMatrix({ config, addresses, pings }: Pick<Values<typeof matrixReads>, 'config' | 'addresses' | 'pings'>): readonly Cell[] {
  const owners = addresses.flatMap(seen => ownAddresses(seen, config.data).map(({ address }) => ({ address, target: seen.subject })))
  return pings.flatMap(seen => {
    const having = owners.filter(({ address }) => sameAddress(address, seen.params.address))
    const [owner] = having
    // an address that two targets have tells of neither
    return owner && new Set(having.map(({ target }) => subjectKey(target))).size === 1 ? [{ lb: seen.subject, target: owner.target, answered: seen.data.received > 0, evidence: seen.at(seen.data) }] : []
  })
}
