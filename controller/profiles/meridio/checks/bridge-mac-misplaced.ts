import { defineCheck, each, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { bridgeFdb } from '../facts/transcripts.ts'
import { bridgeName, conduitLinks, isStreamInterface, proxyPorts, unseenPorts } from '../lib/interfaces.ts'

/** The bridge must learn load balancers behind ports to load balancers, and targets behind ports to targets. */
export default defineCheck({
  id: 'bridge-mac-misplaced',
  subject: 'proxy',
  severity: 'risk',
  reads: { fdb: own(bridgeFdb), lbs: each('lb', ipLinks), targets: each('tapa', ipLinks) },
  messages: {
    misplaced: (a: { pod: string; interface: string; mac: string; kind: string }) => `${a.mac} of ${a.pod} was learnt on ${a.interface}, which leads to ${a.kind}`,
  },
  why: 'Two hosts use one MAC, or frames go round: packets for one of them go to the other.',
  fix: 'Look for the MAC on all pods of the node; restart the pod that got its interface last.',
  source: 'catalogue P06',
  unseen: ({ fdb }, subject) => unseenPorts(fdb, subject),
  judge: ({ fdb, lbs, targets }, say, subject) => {
    const owners = [
      ...lbs.filter(lb => lb.subject.traits['conduit'] === subject.traits['conduit']).flatMap(lb => conduitLinks(lb.data, lb.subject).map(link => ({ seen: lb, link, wrong: 'targets' as const }))),
      ...targets.filter(target => target.subject.node === subject.node).flatMap(target => target.data.filter(({ name }) => isStreamInterface(name)).map(link => ({ seen: target, link, wrong: 'load balancers' as const }))),
    ]
    return fdb.data.filter(({ master, state }) => master === bridgeName && state === '').flatMap(entry => {
      const owner = owners.find(({ link }) => link.address === entry.mac)
      const { toLoadBalancers, toTargets } = proxyPorts([{ name: entry.port }], subject)
      const kind = toTargets.length > 0 ? 'targets' : toLoadBalancers.length > 0 ? 'load balancers' : undefined
      return owner && kind === owner.wrong ? [say.misplaced({ pod: owner.seen.subject.name, interface: entry.port, mac: entry.mac, kind }, fdb.at(entry), owner.seen.at(owner.link))] : []
    })
  },
})
