import { defineFact } from '#facts/fact.ts'
import type { KubeObject } from '#judge/profile.ts'
import { listKube, trenchParams } from './kube-list.ts'

/** What a pod beside the data plane does for the trench. */
export type Duty = 'nsp' | 'ipam' | 'nse-vlan'

export interface ControlPod {
  /** `namespace/name` */
  readonly pod: string
  readonly duty: Duty
  /** of an NSE-VLAN: whose external interfaces it makes */
  readonly attractor?: string
  readonly vlan?: { readonly id: number; readonly baseInterface: string }
  /** of IPAM: what it gives addresses from */
  readonly pools: readonly string[]
  readonly phase: string
  readonly terminating: boolean
  /** names of containers that are not ready */
  readonly notReady: readonly string[]
  readonly command: string
  readonly pointer: string
}

/**
 * NSP, IPAM and NSE-VLAN of the trench, found by their environment (Meridio v1.2.8 templates and Helm chart, meridio.md §1.1, 1.2). What a pod
 * hides behind `valueFrom` is not found by it.
 */
export const controlPods = defineFact({
  id: 'control-pods',
  version: 1,
  params: trenchParams,
  read: async (run, { namespace, trench }): Promise<readonly ControlPod[]> => (await listKube(run, 'pods', namespace)).flatMap(({ object, command, pointer }) => {
    const variables = variablesOf(object)
    const duty = dutyOf(variables, namespace, trench)
    if (!duty) return []
    const status = (object['status'] ?? {}) as { phase?: string; containerStatuses?: readonly { name: string; ready?: boolean }[] }
    return [{
      pod: `${object.metadata.namespace}/${object.metadata.name}`,
      ...duty,
      pools: [variables.get('IPAM_PREFIX_IPV4'), variables.get('IPAM_PREFIX_IPV6')].flatMap(pool => pool ?? []),
      phase: status.phase ?? 'Unknown',
      terminating: object.metadata['deletionTimestamp'] !== undefined,
      notReady: (status.containerStatuses ?? []).filter(({ ready }) => ready !== true).map(({ name }) => name),
      command,
      pointer,
    }]
  }),
})

type Variables = ReadonlyMap<string, string | undefined>

function variablesOf(pod: KubeObject): Variables {
  const containers = (pod['spec'] as { containers?: readonly { env?: readonly { name: string; value?: string }[] }[] } | undefined)?.containers ?? []
  return new Map(containers.flatMap(({ env = [] }) => env.map(({ name, value }) => [name, value] as const)))
}

function dutyOf(variables: Variables, namespace: string, trench: string): Pick<ControlPod, 'duty' | 'attractor' | 'vlan'> | undefined {
  if (variables.get('NSP_CONFIG_MAP_NAME') === `meridio-configuration-${trench}`) return { duty: 'nsp' }
  if (variables.get('IPAM_TRENCH_NAME') === trench) return { duty: 'ipam' }
  // external-vlan.attr1.red.red { vlan: 100; via: eth1 }
  const [, attractor, of, within, options = ''] = /^external-vlan\.([^.\s]+)\.([^.\s]+)\.([^.\s]+)\s*\{([^}]*)\}/.exec(variables.get('NSM_SERVICES') ?? '') ?? []
  if (attractor === undefined || of !== trench || within !== namespace) return undefined
  const [id, baseInterface] = [/\bvlan:\s*(\d+)/.exec(options)?.[1], /\bvia:\s*([^;\s]+)/.exec(options)?.[1]]
  return { duty: 'nse-vlan', attractor, ...(id !== undefined && baseInterface !== undefined && { vlan: { id: Number(id), baseInterface } }) }
}
