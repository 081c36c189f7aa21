import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { externalInterface } from '../lib/expected.ts'

/** The load balancer meets its gateways on the external interface. */
export default defineCheck({
  id: 'external-interface-down',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), links: own(ipLinks) },
  messages: {
    missing: (a: { interface: string }) => `there is no external interface ${a.interface}`,
    down: (a: { interface: string }) => `the external interface ${a.interface} is set down`,
    noCarrier: (a: { interface: string }) => `the external interface ${a.interface} has no carrier`,
  },
  why: 'No gateway can be reached: nothing comes in or goes out through this load balancer.',
  fix: 'Missing: look at the nsc container, NSE-VLAN and NSM, or at the network attachment. No carrier: look at the link of the node.',
  source: 'Meridio troubleshooting guide, Frontend; catalogue L01',
  explains: ['external-address-missing', 'gateway-unreachable', 'bfd-session-down', 'bgp-session-down', 'default-route-not-received', 'kernel-default-route-missing', 'static-gateway-down', 'vip-not-announced', 'pod-not-ready', 'forward-lookup-astray', 'return-lookup-astray', 'bird-log-complaint', 'bird-listener-missing'],
  unseen: ({ config }, subject) => (externalInterface(config, subject) === undefined ? ['neither the pod nor the attractor names an external interface'] : []),
  judge: ({ config, links }, say, subject) => {
    const name = externalInterface(config, subject)
    if (name === undefined) return []
    const about = { interface: name }
    const link = links.data.find(({ name }) => name === about.interface)
    if (!link) return [say.missing(about, links.at())]
    if (!link.up) return [say.down(about, links.at(link))]
    return link.lowerUp ? [] : [say.noCarrier(about, links.at(link))]
  },
})
