import { cluster, defineCheck, each, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { ipNeighbours } from '#facts/ip-neighbours.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { canonicalAddress } from '../lib/address.ts'
import { conduitLinks, unseenConduit } from '../lib/interfaces.ts'
import { ownAddresses } from '../lib/target.ts'

/** The load balancer's entry for a target must hold the MAC the target has now. */
export default defineCheck({
  id: 'target-neighbour-stale',
  subject: 'lb',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), neighbours: own(ipNeighbours), addresses: each('tapa', ipAddresses), links: each('tapa', ipLinks) },
  messages: {
    stale: (a: { family: string; target: string; interface: string; mac: string; pod: string; real: string; state: string }) => `${a.target} is known on ${a.interface} as ${a.mac} (${a.state}), but ${a.pod} has ${a.real}`,
  },
  why: 'Packets to this target are sent to a MAC that it does not have: its share of the flows is lost through this load balancer.',
  fix: 'Delete the entry (ip neigh del) or restart the load balancer; NSM heal changes MACs and leaves entries behind.',
  source: 'Meridio #316, #380, #542; catalogue X11',
  explains: ['target-unreachable'],
  unseen: ({ neighbours }, subject) => unseenConduit(neighbours, subject),
  judge: ({ config, neighbours, addresses, links }, say, subject) => {
    const held = addresses.flatMap(target => ownAddresses(target, config.data).flatMap(row => {
      const mac = links.find(one => one.subject === target.subject)?.data.find(({ name }) => name === row.interface)?.address
      return mac === undefined ? [] : [{ target, row, mac }]
    }))
    // an address on two pods is another fault: here it is enough that one of them has the MAC
    const owners = Map.groupBy(held, ({ row }) => canonicalAddress(row.address))
    const known = neighbours.data.filter(entry => conduitLinks([{ name: entry.interface }], subject).length > 0 && entry.mac !== undefined && !entry.state.includes('FAILED'))
    return known.flatMap(entry => {
      const macs = owners.get(canonicalAddress(entry.address)) ?? []
      const [first] = macs
      if (!first || macs.some(({ mac }) => mac === entry.mac)) return []
      const { target, row, mac: real } = first
      return [say.stale({ family: row.family, target: row.address, interface: entry.interface, mac: entry.mac ?? '', pod: target.subject.name, real, state: entry.state.join(',') }, neighbours.at(entry), target.at(row))]
    })
  },
})
