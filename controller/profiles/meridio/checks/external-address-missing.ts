import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { familyOf, within } from '../lib/address.ts'
import { expectedOf, externalInterface } from '../lib/expected.ts'
import { globalAddresses } from '../lib/interfaces.ts'

/** For each family that has a gateway the external interface needs a usable address on the gateway's network. */
export default defineCheck({
  id: 'external-address-missing',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), links: own(ipLinks), addresses: own(ipAddresses) },
  messages: {
    missing: (a: { interface: string; family: string }) => `${a.interface} has no ${a.family} address`,
    refused: (a: { interface: string; family: string; addresses: string; flag: string }) => `${a.interface}: ${a.addresses} is not usable (${a.flag})`,
    outside: (a: { interface: string; family: string; addresses: string; prefixes: string }) => `${a.interface} has ${a.addresses}, not in the attractor's ${a.prefixes}`,
    elsewhere: (a: { interface: string; family: string; gateway: string; name: string; addresses: string }) => `gateway ${a.name} (${a.gateway}) is in no network of ${a.interface} (${a.addresses})`,
  },
  why: 'Gateways of this family cannot be reached from this load balancer.',
  fix: 'Look at the IPAM of NSE-VLAN or of the network attachment; a gateway in another network has a wrong address. dadfailed: another host has the address.',
  source: 'Meridio troubleshooting guide, Frontend; bird.md §6; catalogue L02, L49',
  explains: ['gateway-unreachable', 'bfd-session-down', 'bgp-session-down', 'default-route-not-received', 'kernel-default-route-missing', 'static-gateway-down', 'vip-not-announced', 'pod-not-ready', 'return-lookup-astray', 'bird-log-complaint', 'bird-listener-missing'],
  unless: ({ config, links }, subject) => {
    const name = externalInterface(config, subject)
    if (expectedOf(config, subject).gateways.length === 0) return 'the attractor has no gateway'
    return links.data.some(link => link.name === name) ? undefined : 'there is no external interface'
  },
  judge: ({ config, addresses }, say, subject) => {
    const name = externalInterface(config, subject) ?? ''
    const { gateways, attractor } = expectedOf(config, subject)
    return [...new Set(gateways.map(gateway => gateway.family))].flatMap(family => {
      const rows = globalAddresses(addresses.data).filter(row => row.interface === name && row.family === family)
      const usable = rows.filter(row => flagOf(row) === undefined)
      const prefixes = (attractor?.prefixes ?? []).filter(prefix => familyOf(prefix) === family)
      const about = { interface: name, family, addresses: (usable.length > 0 ? usable : rows).map(row => `${row.address}/${row.prefixLength}`).join(', ') }
      const [first] = rows
      if (!first) return [say.missing(about, addresses.at())]
      if (usable.length === 0) return [say.refused({ ...about, flag: flagOf(first) ?? '' }, ...rows.map(row => addresses.at(row)))]
      if (prefixes.length > 0 && !usable.some(row => prefixes.some(prefix => within(row.address, prefix)))) {
        return [say.outside({ ...about, prefixes: prefixes.join(', ') }, ...usable.map(row => addresses.at(row)), ...(attractor ? [config.at(attractor)] : []))]
      }
      const remote = gateways.filter(gateway => gateway.family === family && !isLinkLocal(gateway.address) && !usable.some(row => within(gateway.address, `${row.address}/${row.prefixLength}`)))
      return remote.map(gateway => say.elsewhere({ ...about, gateway: gateway.address, name: gateway.name }, config.at(gateway), ...usable.map(row => addresses.at(row))))
    })
  },
})

const flagOf = ({ flags }: { readonly flags: readonly string[] }) => flags.find(flag => flag === 'dadfailed') ?? flags.find(flag => flag === 'tentative')
const isLinkLocal = (address: string) => within(address, 'fe80::/10')
