import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { sysctls } from '#facts/sysctls.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { externalInterface } from '../lib/expected.ts'
import { forwardingOff, noneTold, untoldFamilies } from '../lib/forwarding.ts'
import { conduitLinks } from '../lib/interfaces.ts'

/** The pod routes packets of others, from gateways and from proxies: the kernel must forward in every family of the trench. */
export default defineCheck({
  id: 'lb-forwarding-off',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), links: own(ipLinks), sysctls: own(sysctls) },
  messages: {
    off: (a: { family: string; key: string }) => `${a.family} forwarding is off (${a.key} = 0)`,
    untold: (a: { family: string }) => `the kernel has no ${a.family} settings: the family is switched off on this node`,
  },
  why: 'This load balancer forwards nothing to targets, or no replies to the gateway.',
  fix: 'The init container sysctl-init sets it: check that it ran privileged, and what else on the node sets sysctls.',
  source: 'Meridio deployment templates (sysctl-init); catalogue L17',
  explains: ['forward-lookup-astray', 'return-lookup-astray', 'packets-unmatched'],
  unseen: ({ config, sysctls }) => (noneTold(sysctls.data, config.data.families) ? ['the kernel tells no forwarding settings'] : []),
  judge: ({ config, links, sysctls }, say, subject) => {
    const { families } = config.data
    if (noneTold(sysctls.data, families)) return []
    const ways = [...links.data.filter(({ name }) => name === externalInterface(config, subject)), ...conduitLinks(links.data, subject)].map(({ name }) => name)
    return [
      ...untoldFamilies(sysctls.data, families).map(family => say.untold({ family }, sysctls.at())),
      ...forwardingOff(sysctls.data, families, ways).map(({ family, row }) => {
        const [whole] = forwardingOff(sysctls.data, [family])
        return say.off({ family, key: (whole?.row ?? row).key }, sysctls.at(whole?.row ?? row), sysctls.at(row))
      }),
    ]
  },
})
