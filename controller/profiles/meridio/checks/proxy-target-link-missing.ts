import { cluster, defineCheck, each, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { proxyPorts, unseenPorts } from '../lib/interfaces.ts'
import { proxyOf } from '../lib/near.ts'
import { streamLinks } from '../lib/target.ts'

/** A proxy has one interface up per interface by which the targets of its node open streams of its conduit. */
export default defineCheck({
  id: 'proxy-target-link-missing',
  subject: 'proxy',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), links: own(ipLinks), proxies: each('proxy', ipAddresses), targets: each('tapa', ipLinks), addresses: each('tapa', ipAddresses) },
  messages: {
    fewer: (a: { up: number; wanted: number; node: string }) => `${a.up} interfaces to targets are up, targets on ${a.node} have ${a.wanted} open`,
  },
  why: 'A target is cut off from its proxy.',
  fix: 'Look at nsmgr and forwarder of the node; restart the target pod whose interface has no far end here.',
  source: 'Meridio troubleshooting guide, Proxy (count of proxy.load-*); catalogue P04',
  explains: ['target-unreachable', 'target-neighbour-failed', 'bridge-unreachable'],
  unseen: unseenPorts,
  judge: ({ config, links, proxies, targets, addresses }, say, subject) => {
    if (subject.traits['targetPrefix'] === undefined) return []
    const wanted = targets.filter(target => target.subject.node === subject.node).flatMap(target => {
      const own = addresses.find(other => other.subject === target.subject)
      return own === undefined ? [] : streamLinks({ config, links: target, addresses: own }).filter(link => proxyOf(link.name, own, proxies, config.data)?.subject === subject).map(link => target.at(link))
    })
    const up = proxyPorts(links.data, subject).toTargets.filter(link => link.up && link.lowerUp)
    return up.length < wanted.length ? [say.fewer({ up: up.length, wanted: wanted.length, node: subject.node }, links.at(), ...wanted)] : []
  },
})
