import { defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { bridgeName, proxyPorts } from '../lib/interfaces.ts'
import { countsOf, dropsOf, growth, noCounters, notForwarded, secondsBetween, twoReadings, unseenCounters } from '../lib/growth.ts'

/** What the proxy loses at this moment: counters of its bridge, its ports and its IP stack, read twice in one sweep. */
export default defineCheck({
  id: 'proxy-drops-growing',
  subject: 'proxy',
  severity: 'note',
  reads: { links: own(ipLinks), ...twoReadings },
  messages: {
    growing: (a: { counts: string; seconds: string }) => `within ${a.seconds} s: ${a.counts}`,
  },
  why: 'Packets are being lost in this pod. The stack counts for all of its interfaces, the primary network among them, so it need not be traffic of targets.',
  fix: 'Too large: compare the MTU of targets and bridge. Without a route out: look at the default routes from VIPs. Drops of a port: look at the target or load balancer behind it.',
  source: 'Meridio #177; Linux /proc/net/dev and SNMP counters (RFC 4293); catalogue P18',
  unless: noCounters,
  unseen: unseenCounters,
  judge: ({ links, before, after }, say, subject) => {
    const { toLoadBalancers, toTargets } = proxyPorts(links.data, subject)
    const drops = dropsOf(new Set([...toLoadBalancers, ...toTargets, { name: bridgeName }].map(({ name }) => name)))
    const grown = growth({ before, after }, reading => drops(reading) ?? notForwarded(reading))
    const again = after[0]
    return grown.length === 0 || !again ? [] : [say.growing({ counts: countsOf(grown), seconds: secondsBetween(before, again) }, ...grown.flatMap(row => [before.at(row.before), again.at(row.after)]))]
  },
})
