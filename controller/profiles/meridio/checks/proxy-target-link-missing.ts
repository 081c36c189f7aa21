import { defineCheck, each, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { isStreamInterface, proxyPorts } from '../lib/interfaces.ts'

/** A proxy has one interface up per stream interface of the targets of its node. */
export default defineCheck({
  id: 'proxy-target-link-missing',
  subject: 'proxy',
  severity: 'loss',
  reads: { links: own(ipLinks), targets: each('tapa', ipLinks) },
  messages: {
    fewer: (a: { up: number; wanted: number; node: string }) => `${a.up} interfaces to targets are up, targets of ${a.node} have ${a.wanted} open`,
  },
  why: 'A target is cut off from its proxy.',
  fix: 'Look at nsmgr and forwarder of the node; restart the target pod whose interface has no far end here.',
  source: 'Meridio troubleshooting guide, Proxy (count of proxy.load-*); catalogue P04',
  explains: ['target-unreachable', 'target-neighbour-failed', 'bridge-unreachable'],
  judge: ({ links, targets }, say, subject) => {
    const wanted = targets.filter(target => target.subject.node === subject.node).flatMap(target => target.data.filter(link => isStreamInterface(link.name)).map(link => target.at(link)))
    const up = proxyPorts(links.data, subject).toTargets.filter(link => link.up && link.lowerUp)
    return up.length < wanted.length ? [say.fewer({ up: up.length, wanted: wanted.length, node: subject.node }, links.at(), ...wanted)] : []
  },
})
