import { cluster, defineCheck, each } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { duplicates } from '../lib/duplicates.ts'
import { externalInterface } from '../lib/expected.ts'

/** Load balancers of a trench and its gateways share one network: every address there has one owner. */
export default defineCheck({
  id: 'external-address-duplicate',
  subject: 'trench',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), lbs: each('lb', ipAddresses) },
  messages: {
    twice: (a: { family: string; address: string; gateway: string; pods: string }) => `${a.address} is on the external interfaces of ${a.pods}`,
    gateways: (a: { family: string; gateway: string; name: string; pods: string }) => `${a.gateway} of gateway ${a.name} is on the external interface of ${a.pods}`,
  },
  why: 'Sessions and replies flap between the owners: BGP ends with "Neighbor lost", more than half of the packets are lost.',
  fix: 'Look at the IPAM of NSE-VLAN or of the network attachment; restart the pod that got the address last.',
  source: 'catalogue X09',
  explains: ['bgp-session-down', 'bfd-session-down', 'gateway-unreachable', 'default-route-not-received', 'kernel-default-route-missing'],
  judge: ({ config, lbs }, say) => {
    const rows = lbs.flatMap(lb => lb.data.filter(row => row.scope === 'global' && row.interface === externalInterface(config, lb.subject)).map(row => ({ seen: lb, row })))
    const own = duplicates(rows).map(({ address, family, pods, proof }) => say.twice({ family, address, gateway: address, pods }, ...proof))
    const stolen = config.data.gateways.flatMap(gateway => rows.filter(({ row }) => row.address === gateway.address).map(({ seen, row }) =>
      say.gateways({ family: gateway.family, gateway: gateway.address, name: gateway.name, pods: seen.subject.name }, seen.at(row), config.at(gateway))))
    return [...own, ...stolen]
  },
})
