import type { KubeObject } from '../apiserver/objects.ts'
import type { Topology } from './topology.ts'

/**
 * An object of the recorded trench as one of another trench in the same namespace: names of its resources, workloads and services end in the trench's suffix,
 * VIPs and VLAN are its own. The recorded trench's objects stay as they are.
 */
export function inTrench<O extends KubeObject>(object: O, topology: Topology): O {
  return topology.suffix === '' ? object : JSON.parse(renamed(JSON.stringify(object), topology)) as O
}

/** In JSON without blanks. */
function renamed(text: string, { trench, suffix, vips }: Topology): string {
  const changes: readonly (readonly [RegExp, string])[] = [
    [/\b(load-balancer|attr1)\.red\.red\b/g, `$1${suffix}.${trench}.red`],
    [/\b(nsp|ipam|nsp-service|ipam-service|meridio-configuration|uid-trench)-red\b/g, `$1-${trench}`],
    [/\b(load-balancer|attr1|gateway[12]|vip[12]|stream1|flow1|meridio-app)\b(?!-blue)/g, `$1${suffix}`],
    // the namespace is the same: only where the trench is meant
    [/("trench":|"name":"(?:NFE_TRENCH_NAME|NSM_TRENCH|NSM_TRENCH_NAME|IPAM_TRENCH_NAME)","value":|"kind":"Trench","(?:metadata":\{")?name":)"red"/g, `$1"${trench}"`],
    [/\b(trench|name): red\b/g, `$1: ${trench}`],
    [/10\.0\.0\.1\/32/g, `${vips.v4}/32`],
    [/1000::1:a00:1\/128/g, `${vips.v6}/128`],
    [/("vlan-id":|vlan: )100\b/g, '$1200'],
  ]
  return changes.reduce((done, [from, to]) => done.replace(from, to), text)
}
