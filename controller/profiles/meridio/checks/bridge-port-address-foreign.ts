import { defineCheck, own } from '#judge/check.ts'
import { ipAddresses } from '#facts/ip-addresses.ts'
import { within } from '../lib/address.ts'
import { globalAddresses, proxyPorts, unseenPorts } from '../lib/interfaces.ts'
import { bridgePrefixes } from '../lib/near.ts'

/** What NSM gives to the ports of a bridge comes from the node's own prefix. */
export default defineCheck({
  id: 'bridge-port-address-foreign',
  subject: 'proxy',
  severity: 'note',
  reads: { addresses: own(ipAddresses) },
  messages: {
    foreign: (a: { family: string; interface: string; address: string; prefixes: string }) => `${a.interface} has ${a.address}, which is in no network of the bridge (${a.prefixes})`,
  },
  why: 'The interface is of an earlier life of the proxy, or IPAM gave prefixes anew: what is behind it may have an address nobody routes to.',
  fix: 'Compare with IPAM; restart the pod behind the interface, then the proxy.',
  source: 'Meridio #521, #584; catalogue P07',
  unless: ({ addresses }) => (bridgePrefixes(addresses).length === 0 ? 'the bridge has no address' : undefined),
  unseen: ({ addresses }, subject) => unseenPorts(addresses, subject),
  judge: ({ addresses }, say, subject) => {
    const prefixes = bridgePrefixes(addresses)
    const { toLoadBalancers, toTargets } = proxyPorts(addresses.data.map(row => ({ name: row.interface })), subject)
    const ports = new Set([...toLoadBalancers, ...toTargets].map(({ name }) => name))
    // a family the bridge has no address of is bridge-address-missing
    const judged = globalAddresses(addresses.data).filter(row => ports.has(row.interface) && prefixes.some(prefix => prefix.includes(':') === row.address.includes(':')))
    return judged.filter(row => !prefixes.some(prefix => within(row.address, prefix))).map(row => say.foreign({ family: row.family, interface: row.interface, address: `${row.address}/${row.prefixLength}`, prefixes: prefixes.join(', ') }, addresses.at(row)))
  },
})
