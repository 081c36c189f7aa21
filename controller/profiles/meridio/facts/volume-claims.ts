import { defineFact, FactError } from '#facts/fact.ts'
import { listKube, trenchParams } from './kube-list.ts'

export interface VolumeClaim {
  /** `namespace/name` of the pod whose volume it is */
  readonly pod: string
  readonly claim: string
  /** `Bound`, `Pending`, `Lost`; `missing`: there is no such claim */
  readonly phase: string
  readonly command: string
}

/** Volume claims of the trench's NSP and IPAM, by what their pods name (operator v1.2.8: 1 Gi each for a registry in sqlite). */
export const volumeClaims = defineFact({
  id: 'volume-claims',
  version: 1,
  params: trenchParams,
  read: async (run, { namespace, trench }): Promise<readonly VolumeClaim[]> => {
    const named = (await listKube(run, 'pods', namespace)).flatMap(({ object }) => {
      const { containers = [], volumes = [] } = (object['spec'] ?? {}) as Spec
      const variables = new Map(containers.flatMap(({ env = [] }) => env.map(({ name, value }) => [name, value] as const)))
      const ours = variables.get('NSP_CONFIG_MAP_NAME') === `meridio-configuration-${trench}` || variables.get('IPAM_TRENCH_NAME') === trench
      return ours ? volumes.flatMap(({ persistentVolumeClaim: claim }) => (claim ? [{ pod: `${namespace}/${object.metadata.name}`, claim: claim.claimName }] : [])) : []
    })
    return Promise.all(named.map(async ({ pod, claim }) => {
      const argv = ['kubectl', 'get', 'persistentvolumeclaims', claim, '-n', namespace, '-o', 'json']
      try {
        const { status } = JSON.parse(await run(argv)) as { status?: { phase?: string } }
        return { pod, claim, phase: status?.phase ?? 'Unknown', command: argv.join(' ') }
      } catch (error) {
        if (!(error instanceof FactError) || error.code !== 'not-found') throw error
        return { pod, claim, phase: 'missing', command: argv.join(' ') }
      }
    }))
  },
})

interface Spec { readonly containers?: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[]; readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[] }
