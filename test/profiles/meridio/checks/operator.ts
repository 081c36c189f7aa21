import type { KubeObject } from '#judge/profile.ts'
import type { Change } from './kube.ts'

/**
 * Synthetic: what the operator does after a change of resources, in the format of pkg/configuration/reader/model.go (JSON is YAML). The last change of a world
 * whose resources were changed and whose ConfigMap is to follow.
 */
export const operatorWrites: Change = objects => {
  const [configMap] = objects['configmaps'] ?? []
  if (!configMap) throw new Error('no ConfigMap was recorded')
  const items = (plural: string, item: (spec: Spec) => Spec) => JSON.stringify({ items: (objects[plural] ?? []).filter(({ metadata }) => metadata.labels?.['trench'] === 'red').map(object => ({ name: object.metadata.name, ...item(specOf(object)) })) })
  Object.assign(configMap['data'] as object, {
    conduits: items('conduits', spec => ({ 'destination-port-nats': spec['destination-port-nats'] })),
    streams: items('streams', spec => spec),
    vips: items('vips', spec => spec),
    attractors: items('attractors', ({ vips, gateways }) => ({ vips, gateways })),
    gateways: items('gateways', ({ address, protocol, bgp }) => ({ address, protocol, ...bgp, 'hold-time': Number.parseInt(bgp['hold-time']), bfd: bgp.bfd.switch, 'min-tx': Number.parseInt(bgp.bfd['min-tx']), 'min-rx': Number.parseInt(bgp.bfd['min-rx']), multiplier: bgp.bfd.multiplier })),
    flows: items('flows', ({ 'destination-ports': destination = ['any'], 'source-ports': source = ['any'], ...spec }) => ({ ...spec, 'destination-port-ranges': ranges(destination), 'source-port-ranges': ranges(source) })),
  })
}

// biome-ignore lint: specs are whatever the resource's kind says
type Spec = Record<string, any>
const specOf = (object: KubeObject): Spec => object['spec'] as Spec
const ranges = (ports: readonly string[]): string[] => ports.map(port => (port === 'any' ? '0-65535' : port))
