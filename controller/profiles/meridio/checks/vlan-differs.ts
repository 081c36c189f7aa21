import { cluster, defineCheck } from '#judge/check.ts'
import { controlPods } from '../facts/control-pods.ts'
import { trenchConfig } from '../facts/trench-config.ts'

/** NSE-VLAN makes the external interfaces in the VLAN, and on the base interface, that the attractor names. */
export default defineCheck({
  id: 'vlan-differs',
  subject: 'trench',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), pods: cluster(controlPods) },
  messages: {
    differs: (a: { attractor: string; pod: string; made: string; wanted: string }) => `attractor ${a.attractor}: ${a.pod} makes external interfaces in ${a.made}, the attractor says ${a.wanted}`,
  },
  why: 'The load balancers of the attractor are in another network than its gateways, or will be when their interfaces are made again.',
  fix: 'VLAN and base interface of an attractor cannot be changed: make the Attractor anew. With the right Attractor, let the operator make the NSE-VLAN pod again.',
  source: 'Meridio exercise 2 (gateway down because of the VLAN); catalogue N09',
  explains: ['gateway-unreachable', 'bgp-session-down', 'bfd-session-down', 'static-gateway-down'],
  unless: ({ config, pods }) => (pods.data.some(({ vlan, attractor }) => vlan && config.data.attractors.some(({ name, vlan: wanted }) => name === attractor && wanted)) ? undefined : 'no attractor with a VLAN has an NSE-VLAN pod'),
  judge: ({ config, pods }, say) => config.data.attractors.flatMap(attractor => pods.data.filter(pod => pod.attractor === attractor.name && !pod.terminating).flatMap(pod => {
    const [wanted, made] = [attractor.vlan, pod.vlan]
    if (!wanted || !made || (wanted.id === made.id && wanted.baseInterface === made.baseInterface)) return []
    return [say.differs({ attractor: attractor.name, pod: pod.pod, made: text(made), wanted: text(wanted) }, pods.at(pod), config.at(attractor))]
  })),
})

const text = ({ id, baseInterface }: { readonly id: number; readonly baseInterface: string }): string => `VLAN ${id} on ${baseInterface}`
