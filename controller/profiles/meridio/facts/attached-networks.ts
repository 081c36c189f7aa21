import { defineFact } from '#facts/fact.ts'
import { partOf } from '../roles.ts'
import { listKube, trenchParams } from './kube-list.ts'

export interface AttachedNetworks {
  /** `namespace/name` of an LB/FE pod */
  readonly pod: string
  readonly attractor: string
  /** absent: nothing says what is attached */
  readonly networks?: readonly { readonly name: string; readonly interface: string }[]
  readonly command: string
  readonly pointer: string
}

/** What the network plug-in attached to LB/FE pods, by annotation `k8s.v1.cni.cncf.io/network-status` (Network Plumbing Working Group, multi-network specification 1.x; Multus writes it). */
export const attachedNetworks = defineFact({
  id: 'attached-networks',
  version: 1,
  params: trenchParams,
  read: async (run, { namespace, trench }): Promise<readonly AttachedNetworks[]> => (await listKube(run, 'pods', namespace)).flatMap(({ object, command, pointer }) => {
    const part = partOf(object)
    const attractor = part?.traits['attractor']
    if (part?.role !== 'lb' || part.trench !== trench || attractor === undefined || object.metadata['deletionTimestamp'] !== undefined) return []
    const status = (object.metadata['annotations'] as Readonly<Record<string, string>> | undefined)?.['k8s.v1.cni.cncf.io/network-status']
    return [{ pod: `${namespace}/${object.metadata.name}`, attractor, ...(status !== undefined && { networks: networksOf(status) }), command, pointer: `${pointer}/metadata` }]
  }),
})

/** @throws {SyntaxError} on what is not a list of networks */
function networksOf(status: string): NonNullable<AttachedNetworks['networks']> {
  const list = JSON.parse(status) as unknown
  if (!Array.isArray(list)) throw new SyntaxError(`network-status is not a list: ${status.slice(0, 100)}`)
  return list.map(({ name = '', interface: device = '' }: { name?: string; interface?: string }) => ({ name, interface: device }))
}
