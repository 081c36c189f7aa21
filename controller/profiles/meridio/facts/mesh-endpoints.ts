import { commandText, defineFact } from '#facts/fact.ts'
import { listed, trenchParams } from './kube-list.ts'

/** What NSM's registry in Kubernetes knows of the trench. */
export interface MeshEndpoints {
  /** network services of the trench (`load-balancer.red.red`, `proxy.load-balancer.red.red`) with the names of their endpoints */
  readonly services: readonly { readonly service: string; readonly endpoints: readonly string[] }[]
  /** there are more endpoints in the cluster than were read */
  readonly cut: boolean
  readonly command: string
}

/**
 * NetworkServiceEndpoints of the trench's network services (networkservicemesh.io/v1 of registry-k8s; `spec` is NSM's registry message in JSON: `network_service_names`, sdk-k8s).
 * Kubernetes can select them by nothing that tells a trench: one page of the cluster's is read. `not-found`: NSM keeps its registry elsewhere (registry-memory).
 */
export const meshEndpoints = defineFact({
  id: 'mesh-endpoints',
  version: 1,
  params: trenchParams,
  read: async (run, { namespace, trench }): Promise<MeshEndpoints> => {
    const argv = ['kubectl', 'get', 'networkserviceendpoints.networkservicemesh.io', '-A', '-o', 'json']
    const { items, more } = await listed(run, argv)
    const rows = items.flatMap(({ object }) => servicesOf(object['spec']).map(service => ({ service, endpoint: object.metadata.name })))
    const own = rows.filter(({ service }) => service.endsWith(`.${trench}.${namespace}`))
    return { services: [...Map.groupBy(own, ({ service }) => service)].map(([service, of]) => ({ service, endpoints: of.map(({ endpoint }) => endpoint) })), cut: more, command: commandText(argv) }
  },
})

function servicesOf(spec: unknown): readonly string[] {
  const names = (spec as { network_service_names?: unknown } | undefined)?.network_service_names
  return Array.isArray(names) ? names.map(String) : []
}
