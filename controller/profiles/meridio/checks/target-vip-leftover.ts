import { defineCheck } from '#judge/check.ts'
import { canonicalAddress } from '../lib/address.ts'
import { noStream, streamLinks, targetReads } from '../lib/target.ts'

/** Host addresses of a stream interface are VIPs of its trench. */
export default defineCheck({
  id: 'target-vip-leftover',
  subject: 'tapa',
  severity: 'note',
  reads: targetReads,
  messages: {
    leftover: (a: { family: string; vip: string; interface: string }) => `${a.interface} holds ${a.vip}, which is no VIP of the trench`,
  },
  why: 'The target answers for an address that was taken away; connections of its own to it never leave the pod.',
  fix: 'NSM takes addresses off when the connection is updated or healed: look at the TAPA log; restart the pod when convenient.',
  source: 'catalogue T03',
  unless: noStream,
  judge: (sight, say) => {
    const names = new Set(streamLinks(sight).map(({ name }) => name))
    const vips = new Set(sight.config.data.vips.map(vip => vip.address))
    return sight.addresses.data.filter(row => names.has(row.interface) && row.scope === 'global' && row.prefixLength === (row.family === 'IPv4' ? 32 : 128) && !vips.has(canonicalAddress(row.address)))
      .map(row => say.leftover({ family: row.family, vip: `${row.address}/${row.prefixLength}`, interface: row.interface }, sight.addresses.at(row)))
  },
})
