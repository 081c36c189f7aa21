import { defineFact } from '#facts/fact.ts'
import { partOf } from '../roles.ts'
import { listKube, trenchParams } from './kube-list.ts'

/** One of our own ephemeral containers. */
export interface ProbeContainer {
  readonly name: string
  /** how it ended; absent while it runs or waits */
  readonly ended?: { readonly exitCode: number; readonly reason: string }
  readonly pointer: string
}

/** What stands on a pod of the trench beside its containers. */
export interface PodMarks {
  /** `namespace/name` */
  readonly pod: string
  readonly role: 'lb' | 'proxy' | 'tapa'
  /** label `spiffe.io/spiffe-id`; without `true` Spire gives the pod no identity */
  readonly spiffe: string | undefined
  readonly probes: readonly ProbeContainer[]
  readonly command: string
  readonly pointer: string
}

/** Labels and our own containers of the trench's LB/FE, proxy and target pods. */
export const podMarks = defineFact({
  id: 'pod-marks',
  version: 1,
  params: trenchParams,
  read: async (run, { namespace, trench, namespaces }): Promise<readonly PodMarks[]> => {
    const lists = await Promise.all(namespaces.map(name => listKube(run, 'pods', name)))
    return lists.flat().flatMap(({ object, command, pointer }) => {
      const part = partOf(object)
      if (!part || part.namespace !== namespace || (part.trench !== undefined && part.trench !== trench)) return []
      const statuses = ((object['status'] ?? {}) as { ephemeralContainerStatuses?: readonly Status[] }).ephemeralContainerStatuses ?? []
      return [{
        pod: `${object.metadata.namespace}/${object.metadata.name}`,
        role: part.role,
        spiffe: object.metadata.labels?.['spiffe.io/spiffe-id'],
        probes: statuses.flatMap((status, index) => (/^trenchscope-\d+$/.test(status.name) ? [probeOf(status, `${pointer}/status/ephemeralContainerStatuses/${index}`)] : [])),
        command,
        pointer,
      }]
    })
  },
})

interface Status { readonly name: string; readonly state?: { readonly terminated?: { readonly exitCode?: number; readonly reason?: string } } }

function probeOf({ name, state }: Status, pointer: string): ProbeContainer {
  const end = state?.terminated
  return { name, ...(end && { ended: { exitCode: end.exitCode ?? 0, reason: end.reason ?? '' } }), pointer }
}
