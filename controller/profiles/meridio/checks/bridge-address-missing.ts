import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { bridgeName, globalAddresses } from '../lib/interfaces.ts'

/** The bridge's address is the gateway of every target of the node, per family. */
export default defineCheck({
  id: 'bridge-address-missing',
  subject: 'proxy',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), links: own(ipLinks), addresses: own(ipAddresses) },
  messages: {
    missing: (a: { interface: string; family: string }) => `${a.interface} has no ${a.family} address`,
    refused: (a: { interface: string; family: string; address: string }) => `${a.interface}: ${a.address} is not usable (dadfailed): another host has it`,
  },
  why: 'The targets of this node send their replies to an address nobody has: all of them are lost for this family.',
  fix: 'The proxy takes the address from IPAM: look at both logs; restart the proxy.',
  source: 'Meridio troubleshooting guide, Proxy; catalogue P03',
  explains: ['bridge-unreachable', 'proxy-default-route-missing', 'proxy-nexthop-missing', 'proxy-return-lookup-astray', 'proxy-nexthop-unreachable'],
  unless: ({ links }) => (links.data.some(({ name }) => name === bridgeName) ? undefined : `there is no ${bridgeName}`),
  judge: ({ config, addresses }, say) => {
    const rows = globalAddresses(addresses.data).filter(row => row.interface === bridgeName)
    return config.data.families.flatMap(family => {
      const own = rows.filter(row => row.family === family)
      if (own.length === 0) return [say.missing({ interface: bridgeName, family }, addresses.at())]
      return own.filter(row => row.flags.includes('dadfailed')).map(row => say.refused({ interface: bridgeName, family, address: row.address }, addresses.at(row)))
    })
  },
})
