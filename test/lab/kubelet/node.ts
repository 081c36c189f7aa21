import type { LabClient } from '../apiserver/client.ts'

export interface NodeFacts { name: string; labels: Record<string, string>; internalIP: string; images: readonly string[]; now: string }

/** Makes the node's object, or renews its status when it is there. @throws {Error} when the API server refuses */
export async function registerNode(client: LabClient, { name, labels, internalIP, images, now }: NodeFacts): Promise<void> {
  const status = {
    addresses: [{ type: 'InternalIP', address: internalIP }, { type: 'Hostname', address: name }],
    conditions: [readyCondition(true, now)],
    // the kubelet names at most 50
    images: images.slice(0, 50).map(image => ({ names: [image], sizeBytes: 0 })),
    nodeInfo: { kubeletVersion: 'v1.36.2', containerRuntimeVersion: 'containerd://2.1.9', operatingSystem: 'linux', architecture: 'amd64' },
  }
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...labels } }, spec: {} }
  const created = await client.ask({ method: 'POST', path: '/api/v1/nodes', body: node })
  if (created.code !== 201 && created.code !== 409) throw new Error(`node ${name} was not registered: ${created.text}`)
  await patchStatus(client, name, status)
}

/** Sets the node's Ready condition. */
export async function setNodeReady(client: LabClient, name: string, ready: boolean, now: string): Promise<void> {
  await patchStatus(client, name, { conditions: [readyCondition(ready, now)] })
}

async function patchStatus(client: LabClient, name: string, status: object): Promise<void> {
  await client.ask({ method: 'PATCH', path: `/api/v1/nodes/${name}/status`, contentType: 'application/merge-patch+json', body: { status } })
}

function readyCondition(ready: boolean, now: string): object {
  const why = ready ? { reason: 'KubeletReady', message: 'kubelet is posting ready status' } : { reason: 'KubeletNotReady', message: 'kubelet stopped posting node status.' }
  return { type: 'Ready', status: ready ? 'True' : 'False', ...why, lastHeartbeatTime: now, lastTransitionTime: now }
}
