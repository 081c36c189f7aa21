import { defineCheck } from '#judge/check.ts'
import { sharedNetworks } from '../lib/networks.ts'
import { noStream, ownAddresses, targetReads } from '../lib/target.ts'

/** Each conduit has a network of its own: a target has one interface in each. */
export default defineCheck({
  id: 'target-network-twice',
  subject: 'tapa',
  severity: 'risk',
  reads: targetReads,
  messages: {
    twice: (a: { family: string; address: string; interfaces: string }) => `${a.interfaces} are in one network, ${a.address}`,
  },
  why: 'One of them belongs to a connection that was replaced: replies may leave by it and be lost.',
  fix: 'A failover of NSMgr and TAPA leaves both behind: restart the pod.',
  source: 'Meridio #584; catalogue T02',
  explains: ['proxy-target-link-missing'],
  unless: noStream,
  judge: ({ config, addresses }, say) => sharedNetworks(ownAddresses(addresses, config.data))
    .map(({ network, family, rows }) => say.twice({ family, address: network, interfaces: rows.map(row => row.interface).join(' and ') }, ...rows.map(row => addresses.at(row)))),
})
