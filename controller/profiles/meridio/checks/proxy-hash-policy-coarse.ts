import { defineCheck, own } from '#judge/check.ts'
import { sysctls } from '#facts/sysctls.ts'
import { byFlow, settingsThatDiffer, untoldSettings } from '../lib/settings.ts'

/** Replies are spread over load balancers by addresses and ports. */
export default defineCheck({
  id: 'proxy-hash-policy-coarse',
  subject: 'proxy',
  severity: 'note',
  reads: { sysctls: own(sysctls) },
  messages: {
    coarse: (a: { family: string; key: string; is: string }) => `${a.family} next hops are chosen by addresses alone (${a.key} = ${a.is})`,
  },
  why: 'Replies of one VIP to one client all pass one load balancer: load is uneven where clients are few.',
  fix: 'The init container sysctl-init sets it: check that it ran privileged, and what else on the node sets sysctls.',
  source: 'Meridio deployment templates (sysctl-init); catalogue P15, X20',
  unseen: ({ sysctls }) => untoldSettings(sysctls.data, byFlow),
  judge: ({ sysctls }, say) => settingsThatDiffer(sysctls.data, byFlow).map(({ row, is }) => say.coarse({ family: row.key.includes('ipv6') ? 'IPv6' : 'IPv4', key: row.key, is }, sysctls.at(row))),
})
