import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { sysctls } from '#facts/sysctls.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { strictReversePath } from '../lib/forwarding.ts'
import { bridgeName } from '../lib/interfaces.ts'

/** Replies of targets come in over the bridge with the VIP as source: a strict filter drops them. */
export default defineCheck({
  id: 'proxy-rp-filter-strict',
  subject: 'proxy',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), links: own(ipLinks), sysctls: own(sysctls) },
  messages: {
    strict: (a: { interface: string; key: string }) => `${a.interface} has a strict reverse-path filter (${a.key} = 1)`,
  },
  why: 'IPv4 replies of the targets of this node are dropped without a trace (IPv6 has no such filter).',
  fix: 'Set rp_filter to 0 or 2; the init container sysctl-init does it for `all` and `default`.',
  source: 'Meridio deployment templates (sysctl-init); catalogue P15',
  explains: ['proxy-return-lookup-astray'],
  unless: ({ config, links }) => {
    if (!config.data.families.includes('IPv4')) return 'the trench has no IPv4'
    return links.data.some(({ name }) => name === bridgeName) ? undefined : `there is no ${bridgeName}`
  },
  unseen: ({ sysctls }) => (sysctls.data.some(({ key }) => key === `net.ipv4.conf.${bridgeName}.rp_filter`) ? [] : [`the kernel tells no rp_filter of ${bridgeName}`]),
  judge: ({ sysctls }, say) => strictReversePath(sysctls.data, new Set([bridgeName])).map(({ interface: name, row }) => say.strict({ interface: name, key: row.key }, sysctls.at(row))),
})
