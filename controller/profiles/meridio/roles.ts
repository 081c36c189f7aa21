import type { KubeObject } from '#judge/profile.ts'
import type { Role } from '#judge/subject.ts'

/** Which part a pod plays, and for whom. */
export interface Part {
  readonly role: Extract<Role, 'lb' | 'proxy' | 'tapa'>
  /** namespace of the trench: a target may live elsewhere */
  readonly namespace: string
  /** absent for a target: the application opens trench and conduit at run time */
  readonly trench?: string
  readonly traits: Readonly<Record<string, string>>
}

interface Container {
  readonly name: string
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
}

const tapaVariables = ['MERIDIO_NSM_SOCKET', 'MERIDIO_NSP_SERVICE_NAME', 'MERIDIO_NAMESPACE', 'MERIDIO_SOCKET', 'MERIDIO_NODE']

/**
 * The part a pod plays in a trench, or undefined. Read from container environments, which operator and Helm deployments of all versions share;
 * never from pod or container names (knowledge: Meridio v1.2.8 templates, meridio.md §1.5).
 */
export function partOf(pod: KubeObject): Part | undefined {
  const containers = (pod['spec'] as { containers?: readonly Container[] } | undefined)?.containers ?? []
  return loadBalancer(pod, containers) ?? proxy(pod, containers) ?? target(pod, containers)
}

function loadBalancer(pod: KubeObject, containers: readonly Container[]): Part | undefined {
  const frontend = environment(containers, 'NFE_TRENCH_NAME')
  if (!frontend) return undefined
  const balancer = environment(containers, 'NSM_CONDUIT_NAME') ?? {}
  const service = balancer['NSM_SERVICE_NAME'] ?? ''
  return {
    role: 'lb',
    namespace: frontend['NFE_NAMESPACE'] || (pod.metadata.namespace ?? ''),
    trench: frontend['NFE_TRENCH_NAME'] ?? '',
    traits: {
      ...named('attractor', frontend['NFE_ATTRACTOR_NAME']),
      ...named('interface', frontend['NFE_EXTERNAL_INTERFACE']),
      ...named('conduit', balancer['NSM_CONDUIT_NAME'] || service.split('.')[0]),
      // NSM names the kernel interface after the first ten characters of the service, a dash and the connection id
      ...named('conduitPrefix', service && `${service.slice(0, 10)}-`),
      queues: balancer['NSM_NFQUEUE'] || '0:3',
    },
  }
}

function proxy(pod: KubeObject, containers: readonly Container[]): Part | undefined {
  const found = environment(containers, 'NSM_IPAM_SERVICE')
  if (!found?.['NSM_TRENCH']) return undefined
  return {
    role: 'proxy',
    namespace: found['NSM_NAMESPACE'] || (pod.metadata.namespace ?? ''),
    trench: found['NSM_TRENCH'],
    traits: {
      ...named('conduit', found['NSM_CONDUIT']),
      ...named('lbPrefix', found['NSM_NETWORK_SERVICE_NAME'] && `${found['NSM_NETWORK_SERVICE_NAME'].slice(0, 10)}-`),
      ...named('targetPrefix', found['NSM_SERVICE_NAME'] && `${found['NSM_SERVICE_NAME'].slice(0, 10)}-`),
    },
  }
}

function target(pod: KubeObject, containers: readonly Container[]): Part | undefined {
  for (const container of containers) {
    const variables = environmentOf(container)
    if (tapaVariables.filter(name => name in variables).length < 2) continue
    return { role: 'tapa', namespace: variables['MERIDIO_NAMESPACE'] || (pod.metadata.namespace ?? ''), traits: { tapa: container.name } }
  }
  return undefined
}

function environment(containers: readonly Container[], having: string): Record<string, string> | undefined {
  return containers.map(environmentOf).find(variables => variables[having])
}

function environmentOf(container: Container): Record<string, string> {
  return Object.fromEntries((container.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])))
}

function named(name: string, value: string | undefined): Record<string, string> {
  return value ? { [name]: value } : {}
}
