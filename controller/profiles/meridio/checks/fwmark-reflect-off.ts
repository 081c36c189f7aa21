import { cluster, defineCheck, own } from '#judge/check.ts'
import { sysctls } from '#facts/sysctls.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import type { Family } from '../lib/address.ts'

/** The kernel's own answers (too big, unreachable) must carry the mark of the packet they answer, or they do not find the client. */
export default defineCheck({
  id: 'fwmark-reflect-off',
  subject: 'lb',
  severity: 'risk',
  reads: { config: cluster(trenchConfig), sysctls: own(sysctls) },
  messages: {
    off: (a: { family: Family; key: string }) => `${a.family} answers of the kernel carry no mark (${a.key} = 0)`,
  },
  why: 'Clients whose packets are too big for the way to a target are never told: their large requests hang.',
  fix: 'The init container sysctl-init sets it (Meridio v1.0.12 and later): check that it ran privileged, or upgrade.',
  source: 'Meridio #452, #455; catalogue L18, L48',
  unseen: ({ config, sysctls }) => config.data.families.filter(family => !sysctls.data.some(({ key }) => key === keys[family])).map(family => `the kernel tells no ${keys[family]}`),
  judge: ({ config, sysctls }, say) => config.data.families.flatMap(family => sysctls.data.filter(({ key, value }) => key === keys[family] && value === '0').map(row => say.off({ family, key: row.key }, sysctls.at(row)))),
})

const keys: Readonly<Record<Family, string>> = { IPv4: 'net.ipv4.fwmark_reflect', IPv6: 'net.ipv6.fwmark_reflect' }
