import { cluster, defineCheck } from '#judge/check.ts'
import { attachedNetworks } from '../facts/attached-networks.ts'
import { trenchConfig } from '../facts/trench-config.ts'

/** The load balancers of an attractor on a network attachment have an interface of the name it says. */
export default defineCheck({
  id: 'network-attachment-missing',
  subject: 'trench',
  severity: 'outage',
  reads: { config: cluster(trenchConfig), attached: cluster(attachedNetworks) },
  messages: {
    missing: (a: { pod: string; attractor: string; wanted: string; networks: string }) => `${a.pod}: attractor ${a.attractor} wants interface ${a.wanted} by a network attachment, attached are ${a.networks}`,
  },
  why: 'The frontend waits for its external interface for ever: this load balancer never has a gateway.',
  fix: 'Compare the attractor\'s interface name and network attachment with the NetworkAttachmentDefinition, then make the pod again: what is attached is decided when a pod starts.',
  source: 'multi-network specification (annotation network-status), Meridio v1.2.8 Attractor; catalogue K25',
  explains: ['external-interface-down', 'external-address-missing'],
  unless: ({ config, attached }) => (attached.data.some(({ attractor }) => attachedTo(config.data.attractors, attractor)) ? undefined : 'no attractor with a load balancer has its interface by a network attachment'),
  unseen: ({ config, attached }) => attached.data.filter(({ attractor, networks }) => attachedTo(config.data.attractors, attractor) && networks === undefined).map(({ pod }) => `${pod} has no annotation that says what is attached to it`),
  judge: ({ config, attached }, say) => attached.data.flatMap(lb => {
    const attractor = attachedTo(config.data.attractors, lb.attractor)
    if (attractor?.interface === undefined || lb.networks === undefined || lb.networks.some(({ interface: name }) => name === attractor.interface)) return []
    return [say.missing({ pod: lb.pod, attractor: attractor.name, wanted: attractor.interface, networks: lb.networks.map(({ name, interface: device }) => `${device || 'none'} (${name})`).join(', ') || 'none' }, attached.at(lb), config.at(attractor))]
  }),
})

function attachedTo<A extends { readonly name: string; readonly attachment?: true }>(attractors: readonly A[], name: string): A | undefined {
  return attractors.find(attractor => attractor.name === name && attractor.attachment)
}
