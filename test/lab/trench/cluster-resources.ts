import type { KubeObject } from '../apiserver/objects.ts'
import { operatorWrites } from '../../profiles/meridio/checks/operator.ts'
import { inTrench } from './cluster-names.ts'
import { recorded } from './cluster-recorded.ts'
import { type Family, gatewayName, loadBalancersOf, recordedTrench, type Topology } from './topology.ts'

/** The custom resources of a trench and the ConfigMap the operator makes of them: the recorded ones, but for what the shape changes. */
export function clusterResources(topology: Topology): { readonly customResources: readonly KubeObject[]; readonly configMap: KubeObject } {
  const customResources = recorded.customResources().filter(({ metadata }) => !absent(topology).includes(metadata.name))
  for (const { kind, spec } of customResources as (KubeObject & { spec: Spec })[]) change[kind]?.(spec, topology)
  const configMap = recorded.configMap()
  if (topology.families.length < recordedTrench.families.length) operatorWrites({ ...Object.groupBy(customResources, ({ kind }) => pluralOf(kind)), configmaps: [configMap] } as Parameters<typeof operatorWrites>[0])
  return { customResources: customResources.map(object => inTrench(object, topology)), configMap: inTrench(configMap, topology) }
}

// biome-ignore lint: specs are whatever the resource's kind says
type Spec = Record<string, any>

const pluralOf = (kind: string) => (kind === 'Trench' ? 'trenches' : `${kind.toLowerCase()}s`)
const families: readonly Family[] = recordedTrench.families
/** Names of VIP and gateway of the families the trench does not have. */
const absent = (topology: Topology): string[] => families.filter(family => !topology.families.includes(family)).flatMap(family => [gatewayName(recordedTrench, family), `vip${family === 'v4' ? 1 : 2}`])

const change: Readonly<Record<string, (spec: Spec, topology: Topology) => void>> = {
  Trench: (spec, topology) => { if (topology.families.length === 1) spec['ip-family'] = `ip${topology.families[0]}` },
  Attractor: (spec, topology) => {
    spec['replicas'] = loadBalancersOf(topology).length
    for (const list of ['gateways', 'vips']) spec[list] = spec[list].filter((name: string) => !absent(topology).includes(name))
    for (const family of families) if (!topology.families.includes(family)) delete spec['interface'][`ip${family}-prefix`]
  },
  Flow: (spec, topology) => {
    spec['vips'] = spec['vips'].filter((name: string) => !absent(topology).includes(name))
    spec['source-subnets'] = spec['source-subnets'].filter((prefix: string) => topology.families.includes(prefix.includes(':') ? 'v6' : 'v4'))
  },
}
