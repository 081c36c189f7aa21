import { defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { conduitLinks } from '../lib/interfaces.ts'
import { countsOf, dropsOf, growth, noCounters, notForwarded, secondsBetween, twoReadings, unseenCounters } from '../lib/growth.ts'

/** What the load balancer loses at this moment: counters of its external interface, its interfaces to proxies and its IP stack, read twice in one sweep. */
export default defineCheck({
  id: 'lb-drops-growing',
  subject: 'lb',
  severity: 'note',
  reads: { links: own(ipLinks), ...twoReadings },
  messages: {
    growing: (a: { counts: string; seconds: string }) => `within ${a.seconds} s: ${a.counts}`,
  },
  why: 'Packets are being lost in this pod. The stack counts for all of its interfaces, the primary network among them, so it need not be traffic to VIPs.',
  fix: 'Without a route out: table 4097 is in use, look at the gateways. Too large: compare the MTU of the interfaces. Drops of an interface: look at its queue and at the forwarder behind it.',
  source: 'Linux /proc/net/dev and SNMP counters (RFC 4293); catalogue L41, L42',
  unless: noCounters,
  unseen: unseenCounters,
  judge: ({ links, before, after }, say, subject) => {
    const drops = dropsOf(new Set([...conduitLinks(links.data, subject), ...links.data.filter(({ name }) => name === subject.traits['interface'])].map(({ name }) => name)))
    const grown = growth({ before, after }, reading => drops(reading) ?? notForwarded(reading))
    const again = after[0]
    return grown.length === 0 || !again ? [] : [say.growing({ counts: countsOf(grown), seconds: secondsBetween(before, again) }, ...grown.flatMap(row => [before.at(row.before), again.at(row.after)]))]
  },
})
