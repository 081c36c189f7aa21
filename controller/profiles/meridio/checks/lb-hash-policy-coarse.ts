import { defineCheck, own } from '#judge/check.ts'
import { sysctls } from '#facts/sysctls.ts'
import { byFlow, settingsThatDiffer, untoldSettings } from '../lib/settings.ts'

/** Replies are spread over gateways by addresses and ports. */
export default defineCheck({
  id: 'lb-hash-policy-coarse',
  subject: 'lb',
  severity: 'note',
  reads: { sysctls: own(sysctls) },
  messages: {
    coarse: (a: { family: string; key: string; is: string }) => `${a.family} next hops are chosen by addresses alone (${a.key} = ${a.is})`,
  },
  why: 'Replies of one client to one VIP all leave by one gateway.',
  fix: 'The init container sysctl-init sets it: check that it ran privileged, and what else on the node sets sysctls.',
  source: 'Meridio deployment templates (sysctl-init); catalogue L18',
  unseen: ({ sysctls }) => untoldSettings(sysctls.data, byFlow),
  judge: ({ sysctls }, say) => settingsThatDiffer(sysctls.data, byFlow).map(({ row, is }) => say.coarse({ family: row.key.includes('ipv6') ? 'IPv6' : 'IPv4', key: row.key, is }, sysctls.at(row))),
})
