import type { KubeObject } from '#judge/profile.ts'
import type { Role } from '#judge/subject.ts'

/** Which part a pod plays, and for whom. */
export interface Part {
  readonly role: Extract<Role, 'lb' | 'proxy' | 'tapa'>
  /** namespace of the trench: a target may live elsewhere */
  readonly namespace: string
  /** absent for a target, whose application opens trench and conduit at run time, and where the spec hides it behind `valueFrom` */
  readonly trench?: string
  readonly traits: Readonly<Record<string, string>>
}

interface Container {
  readonly name: string
  readonly image?: string
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
}
/** By name; undefined: the variable is there, its value comes from elsewhere (`valueFrom`). */
type Variables = ReadonlyMap<string, string | undefined>

const tapaVariables = ['MERIDIO_NSM_SOCKET', 'MERIDIO_NSP_SERVICE_NAME', 'MERIDIO_NAMESPACE', 'MERIDIO_SOCKET', 'MERIDIO_NODE']

/**
 * The part a pod plays in a trench, or undefined. Read from container environments, which operator and Helm deployments of all versions share;
 * never from pod or container names (knowledge: Meridio v1.2.8 templates, meridio.md §1.1–1.5). What one variable hides behind `valueFrom` is
 * taken from another that repeats it: network services are `<conduit>.<trench>.<namespace>`.
 */
export function partOf(pod: KubeObject): Part | undefined {
  const containers = (pod['spec'] as { containers?: readonly Container[] } | undefined)?.containers ?? []
  const seen = containers.map(container => ({ container, variables: new Map((container.env ?? []).map(({ name, value }) => [name, value || undefined])) }))
  return loadBalancer(pod, seen.map(({ variables }) => variables)) ?? loadBalancer2(pod, seen.map(({ variables }) => variables)) ?? proxy(pod, seen.map(({ variables }) => variables)) ?? target(pod, seen)
}

function loadBalancer(pod: KubeObject, containers: readonly Variables[]): Part | undefined {
  const frontend = containers.find(variables => variables.has('NFE_TRENCH_NAME'))
  if (!frontend) return undefined
  const balancer: Variables = containers.find(variables => variables.has('NSM_CONDUIT_NAME')) ?? new Map()
  const service = serviceOf(balancer.get('NSM_SERVICE_NAME'))
  const external = /^kernel:\/\/external-vlan\.(?<attractor>[^./]+)\.(?<trench>[^./]+)\.[^./]+\/(?<device>.+)$/.exec(containers.map(variables => variables.get('NSM_NETWORK_SERVICES')).find(Boolean) ?? '')?.groups
  const namespace = frontend.get('NFE_NAMESPACE') ?? pod.metadata.namespace ?? ''
  const trench = frontend.get('NFE_TRENCH_NAME') ?? balancer.get('NSM_TRENCH_NAME') ?? service?.trench ?? external?.['trench'] ?? configured(frontend.get('NFE_CONFIG_MAP_NAME'))
  const conduit = balancer.get('NSM_CONDUIT_NAME') ?? service?.conduit
  return {
    role: 'lb',
    namespace,
    ...(trench !== undefined && { trench }),
    traits: {
      ...named('attractor', frontend.get('NFE_ATTRACTOR_NAME') ?? external?.['attractor']),
      ...named('interface', frontend.get('NFE_EXTERNAL_INTERFACE') ?? external?.['device']),
      ...named('conduit', conduit),
      ...named('conduitPrefix', prefixOf(balancer.get('NSM_SERVICE_NAME') ?? serviceName(conduit, trench, namespace))),
      queues: balancer.get('NSM_NFQUEUE') ?? '0:3',
    },
  }
}

/**
 * The load balancer of a Gateway (Meridio 2): a container is told the Gateway, and the pod's label names the same (Gateway API, meridio.md §6). The Gateway is its trench,
 * attractor and conduit at once.
 */
function loadBalancer2(pod: KubeObject, containers: readonly Variables[]): Part | undefined {
  const gateway = containers.map(variables => variables.get('MERIDIO_GATEWAY_NAME')).find(Boolean)
  if (gateway === undefined || pod.metadata.labels?.['gateway.networking.k8s.io/gateway-name'] !== gateway) return undefined
  return { role: 'lb', namespace: pod.metadata.namespace ?? '', trench: gateway, traits: { generation: '2', attractor: gateway, conduit: gateway, queues: '0:3' } }
}

function proxy(pod: KubeObject, containers: readonly Variables[]): Part | undefined {
  const found = containers.find(variables => variables.has('NSM_IPAM_SERVICE') && variables.has('NSM_TRENCH'))
  if (!found) return undefined
  const service = serviceOf(found.get('NSM_NETWORK_SERVICE_NAME')) ?? serviceOf(found.get('NSM_SERVICE_NAME')?.replace(/^proxy\./, ''))
  const namespace = found.get('NSM_NAMESPACE') ?? pod.metadata.namespace ?? ''
  const trench = found.get('NSM_TRENCH') ?? service?.trench
  const conduit = found.get('NSM_CONDUIT') ?? service?.conduit
  const network = found.get('NSM_NETWORK_SERVICE_NAME') ?? serviceName(conduit, trench, namespace)
  return {
    role: 'proxy',
    namespace,
    ...(trench !== undefined && { trench }),
    traits: {
      ...named('conduit', conduit),
      ...named('lbPrefix', prefixOf(network)),
      ...named('targetPrefix', prefixOf(found.get('NSM_SERVICE_NAME') ?? (network && `proxy.${network}`))),
    },
  }
}

function target(pod: KubeObject, containers: readonly { readonly container: Container; readonly variables: Variables }[]): Part | undefined {
  const found = containers.find(({ variables }) => tapaVariables.filter(name => variables.has(name)).length >= 2) ?? containers.find(({ container }) => /\/tapa(?:[:@]|$)/.test(container.image ?? ''))
  return found && { role: 'tapa', namespace: found.variables.get('MERIDIO_NAMESPACE') ?? pod.metadata.namespace ?? '', traits: { tapa: found.container.name } }
}

/** `<conduit>.<trench>.<namespace>`; with more dots in it nobody can tell the parts. */
function serviceOf(name: string | undefined): { readonly conduit: string; readonly trench: string } | undefined {
  const [conduit, trench, namespace, more] = name?.split('.') ?? []
  return conduit && trench && namespace && more === undefined ? { conduit, trench } : undefined
}

function serviceName(conduit: string | undefined, trench: string | undefined, namespace: string): string | undefined {
  return conduit === undefined || trench === undefined ? undefined : `${conduit}.${trench}.${namespace}`
}

function configured(configMap: string | undefined): string | undefined {
  return /^meridio-configuration-(.+)$/.exec(configMap ?? '')?.[1]
}

/** NSM names the kernel interface after the first ten characters of the service, a dash and the connection id. */
function prefixOf(service: string | undefined): string | undefined {
  return service && `${service.slice(0, 10)}-`
}

function named(name: string, value: string | undefined): Record<string, string> {
  return value ? { [name]: value } : {}
}
