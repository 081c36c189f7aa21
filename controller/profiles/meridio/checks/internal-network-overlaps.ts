import { cluster, defineCheck } from '#judge/check.ts'
import { controlPods } from '../facts/control-pods.ts'
import { trenchPods } from '../facts/trench-pods.ts'
import { familyOf, within } from '../lib/address.ts'

/** The networks IPAM gives addresses from are apart from the cluster's: no pod of the trench has its primary address in one. */
export default defineCheck({
  id: 'internal-network-overlaps',
  subject: 'trench',
  severity: 'risk',
  reads: { control: cluster(controlPods), pods: cluster(trenchPods) },
  messages: {
    overlaps: (a: { family: string; pool: string; pods: string }) => `IPAM gives addresses from ${a.pool}, where pods of the cluster live: ${a.pods}`,
  },
  why: 'A pod with an address of the trench in the same network sends there what is meant for the cluster: names are not resolved, NSP is not reached, replies take the wrong way.',
  fix: 'Give IPAM another pool (IPAM_PREFIX_IPV4, IPAM_PREFIX_IPV6), or the cluster another pod network.',
  source: 'Meridio documentation, common issues; catalogue K17',
  unless: ({ control }) => (control.data.some(({ pools }) => pools.length > 0) ? undefined : 'no IPAM pod says what it gives addresses from'),
  judge: ({ control, pods }, say) => control.data.flatMap(ipam => ipam.pools.flatMap(pool => {
    const inside = pods.data.filter(({ addresses }) => addresses.some(address => within(address, pool)))
    if (inside.length === 0) return []
    const named = inside.slice(0, most).map(({ pod, addresses }) => `${pod} ${addresses.find(address => within(address, pool))}`)
    return [say.overlaps({ family: familyOf(pool), pool, pods: `${named.join(', ')}${inside.length > most ? ` and ${inside.length - most} more` : ''}` }, control.at(ipam), ...inside.slice(0, most).map(pod => pods.at(pod)))]
  })),
})

/** pods named in one finding */
const most = 3
