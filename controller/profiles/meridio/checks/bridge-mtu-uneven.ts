import { defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { bridgeName, proxyPorts, unseenPorts } from '../lib/interfaces.ts'

/** The bridge takes the smallest MTU of its ports: where they differ, what fits one way does not fit back. */
export default defineCheck({
  id: 'bridge-mtu-uneven',
  subject: 'proxy',
  severity: 'note',
  reads: { links: own(ipLinks) },
  messages: {
    uneven: (a: { interface: string; mtu: number; ports: string }) => `${a.interface} has MTU ${a.mtu}, its ports have ${a.ports}`,
  },
  why: 'A target whose interface is larger than the bridge loses every large reply.',
  fix: 'Set NSM_MTU of the proxy and CONDUIT_MTU alike on all nodes, then restart the pods.',
  source: 'Meridio #177; catalogue P16',
  unless: ({ links }) => (links.data.some(({ name }) => name === bridgeName) ? undefined : `there is no ${bridgeName}`),
  unseen: ({ links }, subject) => unseenPorts(links, subject),
  judge: ({ links }, say, subject) => {
    const bridge = links.data.find(({ name }) => name === bridgeName)
    const { toLoadBalancers, toTargets } = proxyPorts(links.data, subject)
    const other = [...toLoadBalancers, ...toTargets].filter(port => port.mtu !== bridge?.mtu)
    return bridge && other.length > 0 ? [say.uneven({ interface: bridgeName, mtu: bridge.mtu, ports: other.map(({ name, mtu }) => `${mtu} (${name})`).join(', ') }, links.at(bridge), ...other.map(port => links.at(port)))] : []
  },
})
