import { cluster, defineCheck, own } from '#judge/check.ts'
import { sysctls } from '#facts/sysctls.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { expectedOf } from '../lib/expected.ts'

/** BFD packets come from ports 49152 to 65535 (RFC 5881); BIRD takes one of the kernel's range. */
export default defineCheck({
  id: 'bfd-source-port-wrong',
  subject: 'lb',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), sysctls: own(sysctls) },
  messages: {
    outside: (a: { range: string }) => `ports of our own are taken from ${a.range}, BFD's must be within 49152-65535`,
  },
  why: 'Gateways that keep to the RFC drop the packets: the BFD session does not come up, now or after the next restart.',
  fix: 'Set net.ipv4.ip_local_port_range to "49152 65535" (sysctl-init, Meridio v1.0.10 and later).',
  source: 'Meridio #442; RFC 5881 §4; catalogue L18',
  explains: ['bfd-session-down'],
  unless: ({ config }, subject) => (expectedOf(config, subject).gateways.some(gateway => gateway.bfd) ? undefined : 'no gateway of the attractor has BFD'),
  unseen: ({ sysctls }) => (sysctls.data.some(({ key }) => key === rangeKey) ? [] : [`the kernel tells no ${rangeKey}`]),
  judge: ({ sysctls }, say) => sysctls.data.filter(({ key }) => key === rangeKey).flatMap(row => {
    const [first = 0, last = 0] = row.value.split(/\s+/).map(Number)
    return first >= 49152 && last <= 65535 ? [] : [say.outside({ range: `${first}-${last}` }, sysctls.at(row))]
  }),
})

const rangeKey = 'net.ipv4.ip_local_port_range'
