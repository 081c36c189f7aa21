import { cluster, defineCheck, own } from '#judge/check.ts'
import { ipLinks } from '#facts/ip-links.ts'
import { sysctls } from '#facts/sysctls.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { strictReversePath } from '../lib/forwarding.ts'
import { conduitLinks, unseenConduit } from '../lib/interfaces.ts'

/** Replies come in from proxies with the VIP as source, for which the main table knows no way back: a strict filter drops them. */
export default defineCheck({
  id: 'lb-rp-filter-strict',
  subject: 'lb',
  severity: 'loss',
  reads: { config: cluster(trenchConfig), links: own(ipLinks), sysctls: own(sysctls) },
  messages: {
    strict: (a: { interface: string; key: string }) => `${a.interface} has a strict reverse-path filter (${a.key} = 1)`,
  },
  why: 'IPv4 replies that proxies send through this interface are dropped without a trace (IPv6 has no such filter).',
  fix: 'Set rp_filter to 0 or 2; the init container sysctl-init does it for `all` and `default` (Helm: not before it was added).',
  source: 'Meridio deployment templates (sysctl-init); catalogue L19',
  explains: ['return-lookup-astray'],
  unless: ({ config }) => (config.data.families.includes('IPv4') ? undefined : 'the trench has no IPv4'),
  unseen: ({ links, sysctls }, subject) => [
    ...unseenConduit(links, subject),
    ...conduitLinks(links.data, subject).filter(({ name }) => !sysctls.data.some(({ key }) => key === `net.ipv4.conf.${name}.rp_filter`)).map(({ name }) => `the kernel tells no rp_filter of ${name}`),
  ],
  judge: ({ links, sysctls }, say, subject) => strictReversePath(sysctls.data, new Set(conduitLinks(links.data, subject).map(({ name }) => name)))
    .map(({ interface: name, row }) => say.strict({ interface: name, key: row.key }, sysctls.at(row))),
})
