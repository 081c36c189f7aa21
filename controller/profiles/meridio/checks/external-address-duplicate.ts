import { cluster, defineCheck, each } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { canonicalAddress } from '../lib/address.ts'
import { duplicates } from '../lib/duplicates.ts'
import { expectedOf, externalInterface } from '../lib/expected.ts'

/** Load balancers of an attractor and its gateways share one network: every address there has one owner. */
export default defineCheck({
  id: 'external-address-duplicate',
  subject: 'trench',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), lbs: each('lb', ipAddresses) },
  messages: {
    twice: (a: { family: string; address: string; owners: string }) => `${a.address} is on several external interfaces: ${a.owners}`,
    gateways: (a: { family: string; address: string; gateway: string; name: string; owners: string }) => `${a.address} of gateway ${a.name} is on the external interface of ${a.owners}`,
  },
  why: 'Sessions and replies flap between the owners: BGP ends with "Neighbor lost", more than half of the packets are lost.',
  fix: 'Look at the IPAM of NSE-VLAN or of the network attachment; restart the pod that got the address last.',
  source: 'catalogue X09',
  explains: ['external-address-missing', 'bgp-session-down', 'bfd-session-down', 'static-gateway-down', 'gateway-unreachable', 'default-route-not-received', 'kernel-default-route-missing', 'bird-listener-missing'],
  unseen: ({ config, lbs }) => lbs.filter(lb => externalInterface(config, lb.subject) === undefined).map(lb => `${lb.subject.name}: neither the pod nor its attractor names an external interface`),
  judge: ({ config, lbs }, say) => [...Map.groupBy(lbs, ({ subject }) => expectedOf(config, subject).attractor?.name).values()].flatMap(group => {
    const rows = group.flatMap(lb => lb.data.filter(row => row.scope === 'global' && row.interface === externalInterface(config, lb.subject)).map(row => ({ seen: lb, row })))
    const gateways = group[0] ? expectedOf(config, group[0].subject).gateways : []
    const own = duplicates(rows).map(({ address, family, owners, proof }) => say.twice({ family, address, owners }, ...proof))
    const stolen = gateways.flatMap(gateway => {
      const thieves = rows.filter(({ row }) => canonicalAddress(row.address) === gateway.address)
      return thieves.length === 0 ? [] : [say.gateways({
        family: gateway.family, address: gateway.address, gateway: gateway.address, name: gateway.name, owners: thieves.map(({ seen }) => seen.subject.name).join(' and '),
      }, ...thieves.map(({ seen, row }) => seen.at(row)), config.at(gateway))]
    })
    return [...own, ...stolen]
  }),
})
