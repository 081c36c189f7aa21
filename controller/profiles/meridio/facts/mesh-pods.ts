import { defineFact } from '#facts/fact.ts'
import type { KubeObject } from '#judge/profile.ts'
import { everywhere, trenchParams } from './kube-list.ts'
import { type PodHealth, podHealth } from './pod-health.ts'

export type MeshPart = 'nsmgr' | 'forwarder' | 'registry' | 'spire-agent' | 'spire-server'

/** A pod of NSM or Spire. */
export interface MeshPod extends PodHealth {
  readonly part: MeshPart
}

/**
 * Pods of Network Service Mesh and Spire in the whole cluster: all trenches share them. Asked for by the labels of deployments-k8s and of Spire's own
 * manifests (`app`) and chart (`app.kubernetes.io/name`), and told apart by their images, whose names releases keep; a label as common as `registry` says nothing by itself.
 */
export const meshPods = defineFact({
  id: 'mesh-pods',
  version: 1,
  params: trenchParams,
  read: async (run): Promise<readonly MeshPod[]> => (await Promise.all(selectors.map(selector => everywhere(run, 'pods', selector)))).flat().flatMap(listed => {
    const part = partOf(listed.object)
    return part ? [{ part, ...podHealth(listed) }] : []
  }),
})

const selectors = ['app in (nsmgr,forwarder-vpp,forwarder-ovs,forwarder-sriov,nsm-registry,registry-k8s,registry-memory,registry,spire-agent,spire-server)', 'app.kubernetes.io/name in (agent,server,spire-agent,spire-server)']

const images: readonly (readonly [MeshPart, RegExp])[] = [
  ['nsmgr', /^(cmd-)?nsmgr$/], ['forwarder', /^(cmd-)?forwarder-/], ['registry', /^(cmd-)?registry-(k8s|memory)$/], ['spire-agent', /^spire-agent$/], ['spire-server', /^spire-server$/],
]

function partOf(pod: KubeObject): MeshPart | undefined {
  const { containers = [] } = (pod['spec'] ?? {}) as { containers?: readonly { image?: string }[] }
  // host:5000/spiffe/spire-agent:1.9.0@sha256:… → spire-agent
  const names = containers.map(({ image = '' }) => image.split('/').at(-1)?.replace(/[:@].*$/, '') ?? '')
  return images.find(([, pattern]) => names.some(name => pattern.test(name)))?.[0]
}
