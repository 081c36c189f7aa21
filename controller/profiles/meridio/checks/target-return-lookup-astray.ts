import { defineCheck, planned } from '#judge/check.ts'
import { routeGet } from '#facts/route-get.ts'
import type { Family } from '../lib/address.ts'
import { isStreamInterface } from '../lib/interfaces.ts'
import { client, fateOf } from '../lib/lookups.ts'
import { noStream, openVips, targetReads } from '../lib/target.ts'

/** The kernel itself says where it would send a reply of the application: to the proxy, by a stream interface. */
export default defineCheck({
  id: 'target-return-lookup-astray',
  subject: 'tapa',
  severity: 'loss',
  reads: {
    ...targetReads,
    lookups: planned(routeGet, targetReads, ({ config, addresses }) => openVips(addresses.data, config.data).map(({ vip }) => ({ to: client[vip.family], from: vip.address }))),
  },
  messages: {
    astray: (a: { family: Family; vip: string; fate: string }) => `replies from ${a.vip} would ${a.fate}`,
  },
  why: 'The target gets requests, but its replies are lost for this VIP; what leaves by the primary network leaks.',
  fix: 'Compare the rule from the VIP and its table: NSM writes them with the connection; restart the pod if they do not come back.',
  source: 'catalogue T06',
  unless: noStream,
  judge: ({ config, addresses, lookups }, say) => openVips(addresses.data, config.data).flatMap(({ vip, row }) => {
    const lookup = lookups.find(({ params }) => params.from === vip.address)
    if (!lookup || (lookup.data.found && isStreamInterface(lookup.data.dev))) return []
    return [say.astray({ family: vip.family, vip: vip.prefix, fate: fateOf(lookup.data) }, lookup.at(lookup.data.found ? lookup.data : {}), addresses.at(row))]
  }),
})
