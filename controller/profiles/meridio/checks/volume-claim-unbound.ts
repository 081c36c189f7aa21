import { cluster, defineCheck } from '#judge/check.ts'
import { volumeClaims } from '../facts/volume-claims.ts'

/** NSP and IPAM keep their registries in volumes that are bound. */
export default defineCheck({
  id: 'volume-claim-unbound',
  subject: 'trench',
  severity: 'risk',
  reads: { claims: cluster(volumeClaims) },
  messages: {
    unbound: (a: { pod: string; claim: string; phase: string }) => `${a.pod} needs volume claim ${a.claim}, which is ${a.phase}`,
  },
  why: 'The pod does not start without its volume, or its registry is gone with it: no target, VIP or flow is learned, no address is given.',
  fix: 'Look at the claim\'s events: storage class, quota, a volume in another zone than the node.',
  source: 'Meridio v1.2.8 templates (volume claims of NSP and IPAM); catalogue K23',
  unless: ({ claims }) => (claims.data.length > 0 ? undefined : 'no NSP or IPAM pod names a volume claim'),
  judge: ({ claims }, say) => claims.data.filter(({ phase }) => phase !== 'Bound').map(claim => say.unbound({ pod: claim.pod, claim: claim.claim, phase: claim.phase }, claims.at(claim))),
})
