import { cluster, defineCheck, each, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { ipNeighbours } from '#facts/ip-neighbours.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { canonicalAddress } from '../lib/address.ts'
import { ownAddresses } from '../lib/target.ts'

/** The load balancer's entry for a target must hold the MAC the target has now. */
export default defineCheck({
  id: 'target-neighbour-stale',
  subject: 'lb',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), neighbours: own(ipNeighbours), addresses: each('tapa', ipAddresses), links: each('tapa', ipLinks) },
  messages: {
    stale: (a: { family: string; target: string; mac: string; pod: string; real: string; state: string }) => `${a.target} is known as ${a.mac} (${a.state}), but ${a.pod} has ${a.real}`,
  },
  why: 'Packets to this target are sent to a MAC that nobody has: its share of the flows is lost through this load balancer.',
  fix: 'Delete the entry (ip neigh del) or restart the load balancer; NSM heal changes MACs and leaves entries behind.',
  source: 'Meridio #316, #380, #542; catalogue X11',
  explains: ['target-unreachable'],
  judge: ({ config, neighbours, addresses, links }, say) => addresses.flatMap(target => ownAddresses(target, config.data).flatMap(row => {
    const link = links.find(one => one.subject === target.subject)?.data.find(({ name }) => name === row.interface)
    return link?.address === undefined ? [] : neighbours.data
      .filter(entry => canonicalAddress(entry.address) === canonicalAddress(row.address) && entry.mac !== undefined && entry.mac !== link.address)
      .map(entry => say.stale({ family: row.family, target: row.address, mac: entry.mac ?? '', pod: target.subject.name, real: link.address ?? '', state: entry.state.join(',') }, neighbours.at(entry), target.at(row)))
  })),
})
