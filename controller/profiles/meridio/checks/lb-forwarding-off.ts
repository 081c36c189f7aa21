import { cluster, defineCheck, own } from '#judge/check.ts'
import { sysctls } from '#facts/sysctls.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { forwardingOff } from '../lib/forwarding.ts'

/** The pod routes packets of others: the kernel must forward in every family of the trench. */
export default defineCheck({
  id: 'lb-forwarding-off',
  subject: 'lb',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), sysctls: own(sysctls) },
  messages: {
    off: (a: { family: string; key: string }) => `${a.family} forwarding is off (${a.key} = 0)`,
  },
  why: 'This load balancer forwards nothing to targets and no replies to the gateway.',
  fix: 'The init container sysctl-init sets it: check that it ran privileged, and what else on the node sets sysctls.',
  source: 'Meridio deployment templates (sysctl-init); catalogue L17',
  judge: ({ config, sysctls }, say) => forwardingOff(sysctls.data, config.data.families).map(({ family, row }) => say.off({ family, key: row.key }, sysctls.at(row))),
})
