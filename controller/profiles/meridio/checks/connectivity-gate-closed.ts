import { cluster, defineCheck } from '#judge/check.ts'
import { connectivityGates } from '../facts/connectivity-gates.ts'

/** Load balancers of Meridio 2 say for each family whether they have a way out: a readiness gate of the pod. */
export default defineCheck({
  id: 'connectivity-gate-closed',
  subject: 'trench',
  severity: 'loss',
  reads: { gates: cluster(connectivityGates) },
  messages: {
    closed: (a: { family: string; pod: string; says: string }) => `${a.pod}: no ${a.family} connectivity (${a.says})`,
  },
  why: 'The load balancer has no gateway in this family, or its router has not said yet that it has: it is not ready, and its VIPs of the family are not announced by it.',
  fix: 'Look at the gateways of the load balancer: BGP and BFD sessions, the neighbour, the external interface.',
  source: 'Meridio 2 (readiness gates meridio-2.nordix.org/ipv4-connectivity and ipv6-connectivity); catalogue K01',
  unless: ({ gates }) => (gates.data.length > 0 ? undefined : 'no load balancer has a readiness gate for connectivity: it is not of Meridio 2'),
  judge: ({ gates }, say) => gates.data.filter(({ status }) => status !== 'True').map(gate => say.closed({ family: gate.family, pod: gate.pod, says: gate.status === 'missing' ? 'the gate has no condition yet' : [gate.reason, gate.message].filter(Boolean).join(': ') || `condition ${gate.status}` }, gates.at(gate))),
})
