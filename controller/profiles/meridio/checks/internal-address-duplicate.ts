import { cluster, defineCheck, each } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { duplicates } from '../lib/duplicates.ts'
import { bridgeName, conduitLinks, proxyPorts, unseenConduit, unseenPorts } from '../lib/interfaces.ts'
import { ownAddresses } from '../lib/target.ts'

/** Within a trench every internal address (targets, bridges, ends of the links between load balancers and proxies) has one owner; VIPs are shared on purpose. */
export default defineCheck({
  id: 'internal-address-duplicate',
  subject: 'trench',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), lbs: each('lb', ipAddresses), proxies: each('proxy', ipAddresses), targets: each('tapa', ipAddresses) },
  messages: {
    twice: (a: { family: string; address: string; owners: string }) => `${a.address} is on several interfaces: ${a.owners}`,
  },
  why: 'Packets to the address reach whichever owner answered last: one of them is cut off.',
  fix: 'Addresses released too early are given out twice (Meridio #521, #584): restart the pod that got it last; look at IPAM.',
  source: 'catalogue X10, X13, P07, T02',
  explains: ['target-unreachable', 'target-neighbour-failed', 'target-neighbour-stale', 'target-not-active', 'target-gateway-mac-stale', 'bridge-unreachable', 'target-route-wrong', 'proxy-nexthop-missing', 'proxy-target-link-missing', 'proxy-nexthop-unreachable', 'target-network-twice', 'bridge-port-address-foreign'],
  unseen: ({ lbs, proxies }) => [...lbs.flatMap(lb => unseenConduit(lb, lb.subject)), ...proxies.flatMap(proxy => unseenPorts(proxy, proxy.subject))],
  judge: ({ config, lbs, proxies, targets }, say) => {
    const named = (rows: readonly { readonly interface: string }[]) => rows.map(row => ({ name: row.interface }))
    const rows = [
      ...lbs.flatMap(seen => {
        const names = new Set(conduitLinks(named(seen.data), seen.subject).map(({ name }) => name))
        return seen.data.filter(row => names.has(row.interface)).map(row => ({ seen, row }))
      }),
      ...proxies.flatMap(seen => {
        const { toLoadBalancers, toTargets } = proxyPorts(named(seen.data), seen.subject)
        const names = new Set([bridgeName, ...[...toLoadBalancers, ...toTargets].map(({ name }) => name)])
        return seen.data.filter(row => names.has(row.interface)).map(row => ({ seen, row }))
      }),
      ...targets.flatMap(seen => ownAddresses(seen, config.data).map(row => ({ seen, row }))),
    ].filter(({ row }) => row.scope === 'global')
    return duplicates(rows).map(({ address, family, owners, proof }) => say.twice({ family, address, owners }, ...proof))
  },
})
