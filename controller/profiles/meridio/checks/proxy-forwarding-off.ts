import { cluster, defineCheck, own } from '#judge/check.ts'
import { sysctls } from '#facts/sysctls.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { forwardingOff, noneTold, untoldFamilies } from '../lib/forwarding.ts'
import { bridgeName } from '../lib/interfaces.ts'

/** A proxy routes packets of others that come in over its bridge: the kernel must forward them in every family of the trench. */
export default defineCheck({
  id: 'proxy-forwarding-off',
  subject: 'proxy',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), sysctls: own(sysctls) },
  messages: {
    off: (a: { family: string; key: string }) => `${a.family} forwarding is off (${a.key} = 0)`,
    untold: (a: { family: string }) => `the kernel has no ${a.family} settings: the family is switched off on this node`,
  },
  why: 'The proxy forwards no reply of the targets of this node to a load balancer.',
  fix: 'The init container sysctl-init sets it: check that it ran privileged, and what else on the node sets sysctls.',
  source: 'Meridio deployment templates (sysctl-init); catalogue P15',
  explains: ['proxy-return-lookup-astray'],
  unseen: ({ config, sysctls }) => (noneTold(sysctls.data, config.data.families) ? ['the kernel tells no forwarding settings'] : []),
  judge: ({ config, sysctls }, say) => {
    const { families } = config.data
    if (noneTold(sysctls.data, families)) return []
    return [
      ...untoldFamilies(sysctls.data, families).map(family => say.untold({ family }, sysctls.at())),
      ...forwardingOff(sysctls.data, families, [bridgeName]).map(({ family, row }) => say.off({ family, key: row.key }, sysctls.at(row))),
    ]
  },
})
