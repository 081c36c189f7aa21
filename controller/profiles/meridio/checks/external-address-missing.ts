import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { familyOf, within } from '../lib/address.ts'
import { expectedOf, externalInterface } from '../lib/expected.ts'
import { globalAddresses } from '../lib/interfaces.ts'

/** For each family that has a gateway the external interface needs an address on the gateway's network, and a usable one. */
export default defineCheck({
  id: 'external-address-missing',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), links: own(ipLinks), addresses: own(ipAddresses) },
  messages: {
    missing: (a: { interface: string; family: string }) => `${a.interface} has no ${a.family} address`,
    outside: (a: { interface: string; family: string; address: string; prefixes: string }) => `${a.interface} has ${a.address}, which is not in the attractor's ${a.prefixes}`,
    refused: (a: { interface: string; family: string; address: string; flag: string }) => `${a.interface}: ${a.address} is not usable (${a.flag})`,
  },
  why: 'Gateways of this family cannot be reached from this load balancer.',
  fix: 'Look at the IPAM of NSE-VLAN or of the network attachment. dadfailed: another host has the address.',
  source: 'Meridio troubleshooting guide, Frontend; catalogue L02, L49',
  explains: ['gateway-unreachable', 'bfd-session-down', 'bgp-session-down', 'default-route-not-received', 'kernel-default-route-missing', 'static-gateway-down'],
  unless: ({ config, links }, subject) => {
    const name = externalInterface(config, subject)
    if (expectedOf(config, subject).gateways.length === 0) return 'the attractor has no gateway'
    return links.data.some(link => link.name === name) ? undefined : 'there is no external interface'
  },
  judge: ({ config, addresses }, say, subject) => {
    const name = externalInterface(config, subject) ?? ''
    const { gateways, attractor } = expectedOf(config, subject)
    const present = globalAddresses(addresses.data).filter(row => row.interface === name)
    return [...new Set(gateways.map(gateway => gateway.family))].flatMap(family => {
      const rows = present.filter(row => row.family === family)
      const prefixes = (attractor?.prefixes ?? []).filter(prefix => familyOf(prefix) === family)
      if (rows.length === 0) return [say.missing({ interface: name, family }, addresses.at())]
      return rows.flatMap(row => {
        const flag = row.flags.find(flag => flag === 'dadfailed' || flag === 'tentative')
        if (flag !== undefined) return [say.refused({ interface: name, family, address: row.address, flag }, addresses.at(row))]
        const inside = prefixes.length === 0 || prefixes.some(prefix => within(row.address, prefix))
        return inside ? [] : [say.outside({ interface: name, family, address: row.address, prefixes: prefixes.join(', ') }, addresses.at(row), ...(attractor ? [config.at(attractor)] : []))]
      })
    })
  },
})
