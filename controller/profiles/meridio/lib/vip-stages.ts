import type { IpRule } from '#parsers/ip-rules.ts'
import type { NfqlbFlow } from '#parsers/nfqlb-flows.ts'
import type { NftRuleset } from '#parsers/nft-ruleset.ts'
import type { Evidence, Observed } from '#judge/check.ts'
import type { TrenchConfig, Vip } from '../facts/config-types.ts'
import { type Family, networkOf } from './address.ts'
import { expectedOf } from './expected.ts'
import { hasTable, holds, queueTable } from './nft.ts'
import { listingOf } from './routes.ts'
import { openVips, ruleFrom } from './target.ts'
import { gatewayTable } from './thresholds.ts'

type Rules = Observed<readonly (IpRule & { readonly family: Family; readonly command: string })[]>
type Addresses = Observed<readonly { readonly interface: string; readonly address: string; readonly family: Family; readonly prefixLength: number; readonly scope: string; readonly pointer: string }[]>

/** Everything that shows where a VIP has got to. */
export interface VipSights {
  readonly config: Observed<TrenchConfig>
  readonly lbRules: readonly Rules[]
  readonly nft: readonly Observed<NftRuleset>[]
  readonly flows: readonly Observed<readonly NfqlbFlow[]>[]
  readonly proxyRules: readonly Rules[]
  readonly targets: readonly Addresses[]
}

/** Pods that lack a VIP at one stage of its way from the resource to the targets. */
export interface Stage { readonly name: string; readonly lacking: readonly { readonly pod: string; readonly proof: Evidence }[] }

/**
 * The stages of a VIP in the order Meridio hands it on: rule and set in the load balancers, nfqlb's flows, rule in the proxies, address in the
 * targets. Whether it is announced hangs on gateways and targets and is no stage. Which streams a target opened is told only by a trench of one stream.
 */
export function stagesOf(vip: Vip, { config, lbRules, nft, flows, proxyRules, targets }: VipSights): readonly Stage[] {
  const wanted = (seen: Observed<unknown>) => expectedOf(config, seen.subject).vips.includes(vip)
  const used = (seen: Observed<unknown>) => wanted(seen) && expectedOf(config, seen.subject).flows.some(flow => flow.vips.includes(vip.prefix))
  const lacking = <S extends Observed<unknown>>(sights: readonly S[], lacks: (seen: S) => boolean, proof: (seen: S) => Evidence) => sights.filter(lacks).map(seen => ({ pod: seen.subject.name, proof: proof(seen) }))
  const ruleProof = (seen: Rules) => seen.at(listingOf(seen.data, vip.family))
  return [
    { name: `rule to table ${gatewayTable}`, lacking: lacking(lbRules, seen => wanted(seen) && !ruleFrom(seen.data.filter(({ table }) => table === gatewayTable), vip), ruleProof) },
    { name: 'nft set of nfqlb', lacking: lacking(nft, seen => wanted(seen) && hasTable(seen.data, queueTable) && !setHolds(seen.data, vip), seen => seen.at()) },
    { name: 'flow of nfqlb', lacking: lacking(flows, seen => used(seen) && !seen.data.some(({ dests }) => dests === undefined || dests.some(({ cidr }) => networkOf(cidr) === networkOf(vip.prefix))), seen => seen.at()) },
    { name: 'rule of the proxy', lacking: lacking(proxyRules, seen => wanted(seen) && !ruleFrom(seen.data, vip), ruleProof) },
    { name: 'address of the target', lacking: config.data.streams.length > 1 ? [] : lacking(targets, seen => {
      const open = openVips(seen.data, config.data)
      return open.length > 0 && !open.some(one => one.vip === vip) && config.data.flows.some(flow => flow.vips.includes(vip.prefix))
    }, seen => seen.at()) },
  ]
}

function setHolds({ sets }: NftRuleset, vip: Vip): boolean {
  return sets.some(({ table, elements }) => table === queueTable && elements.some(element => holds(element, vip.address)))
}
