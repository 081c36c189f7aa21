import { cluster, defineCheck, own, planned } from '#judge/check.ts'
import { sysctls } from '#facts/sysctls.ts'
import { conntrackEntries } from '../facts/transcripts.ts'
import { trenchConfig } from '../facts/trench-config.ts'
import { canonicalAddress } from '../lib/address.ts'
import { expectedOf } from '../lib/expected.ts'

const first = { sysctls: own(sysctls) }

/** A load balancer keeps no state of connections: each packet stands for itself. */
export default defineCheck({
  id: 'conntrack-active',
  subject: 'lb',
  severity: 'risk',
  reads: {
    ...first,
    config: cluster(trenchConfig),
    entries: planned(conntrackEntries, first, ({ sysctls }) => (Number(setting(sysctls.data, 'nf_conntrack_count')?.value ?? 0) > 0 ? [{}] : [])),
  },
  messages: {
    tracked: (a: { count: number; max: string; ofVips: string }) => `the kernel tracks ${a.count} connections${a.ofVips}; the table takes ${a.max}`,
  },
  why: 'When the table is full the kernel drops packets of new connections; a reply whose request came through another load balancer counts as invalid.',
  fix: 'Look at table meridio-defrag (it takes packets out of tracking) and at who else writes netfilter rules in this pod; restart stateless-lb.',
  source: 'catalogue L37',
  judge: ({ sysctls, config, entries: [entries] }, say, subject) => {
    const count = setting(sysctls.data, 'nf_conntrack_count')
    if (!count || Number(count.value) === 0) return []
    const vips = new Set(expectedOf(config, subject).vips.map(vip => vip.address))
    const ofVips = entries?.data.filter(({ source, destination }) => vips.has(canonicalAddress(source)) || vips.has(canonicalAddress(destination)))
    // the pod's own connections may be tracked, traffic of VIPs may not
    if (ofVips?.length === 0) return []
    const about = { count: Number(count.value), max: setting(sysctls.data, 'nf_conntrack_max')?.value ?? 'an unknown number', ofVips: ofVips ? `, ${ofVips.length} of them of VIPs` : '' }
    return [say.tracked(about, sysctls.at(count), ...(entries && ofVips ? ofVips.slice(0, 3).map(entry => entries.at(entry)) : []))]
  },
})

function setting<S extends { readonly key: string; readonly value: string }>(settings: readonly S[], name: string): S | undefined {
  return settings.find(({ key }) => key === `net.netfilter.${name}`)
}
