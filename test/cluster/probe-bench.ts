import { onTestFinished } from 'vitest'
import type { ClusterInventory } from '../../controller/cluster/inventory.ts'
import { type InjectOptions, type Injector, openInjector } from '../../controller/cluster/injector.ts'
import type { PodRef } from '../../controller/cluster/pod.ts'
import type { InjectionRecord, RecordStore } from '../../controller/cluster/records.ts'
import type { ApiServer } from '../lab/apiserver/apiserver.ts'
import { clientOf, inventoryOf, log, nodeObject, podObject } from './bench.ts'

export const image = 'trenchscope/agent:0.1.0'

/** What every injection of these tests says. */
export function injectOptions(more: Partial<InjectOptions> = {}): InjectOptions {
  return { image, controllers: ['10.0.0.1:7443', '10.0.0.2:7443'], pins: ['pin-now', 'pin-next'], signal: AbortSignal.timeout(15_000), startTimeoutMs: 5000, ...more }
}

export function memoryRecords(records: InjectionRecord[] = []): RecordStore & { readonly saved: () => readonly InjectionRecord[] } {
  let saved: readonly InjectionRecord[] = records
  return { load: async () => saved, save: async next => void (saved = next), saved: () => saved }
}

export type EphemeralState = Readonly<Record<string, unknown>>

/** Plays the kubelet's part: gives every new ephemeral container the state `answer` says (a containerID once it runs). @returns the number of containers seen */
export function kubeletOf(server: ApiServer, answer: (container: string, index: number) => EphemeralState | undefined): () => number {
  const seen = new Set<string>()
  onTestFinished(server.store.subscribe('pods', ({ object }) => {
    const { name, namespace, uid } = object.metadata
    for (const container of ((object['spec'] as { ephemeralContainers?: { name: string }[] }).ephemeralContainers ?? []).map(entry => entry.name)) {
      if (seen.has(`${uid} ${container}`)) continue
      seen.add(`${uid} ${container}`)
      const state = answer(container, seen.size)
      if (state) setImmediate(() => setState(server, { namespace: namespace ?? '', name }, container, state))
    }
  }))
  return () => seen.size
}

export function setState(server: ApiServer, { namespace, name }: Pick<PodRef, 'namespace' | 'name'>, container: string, state: EphemeralState): void {
  server.store.update('pods', namespace, name, pod => {
    const status = pod['status'] as { ephemeralContainerStatuses?: { name: string }[] }
    const others = (status.ephemeralContainerStatuses ?? []).filter(each => each.name !== container)
    const containerID = state['waiting'] ? undefined : `containerd://${container.padEnd(64, '0')}`
    return { ...pod, status: { ...status, ephemeralContainerStatuses: [...others, { name: container, state, ...(containerID && { containerID }) }] } }
  })
}

export const running: EphemeralState = { running: { startedAt: '2026-01-01T00:00:00Z' } }
export const waiting = (reason: string, message?: string): EphemeralState => ({ waiting: { reason, ...(message && { message }) } })

/** Namespace `red` that lets probes in, a ready node, a running pod `lb-1`. */
export function seed(server: ApiServer, pods: readonly ReturnType<typeof podObject>[] = [podObject('lb-1')], labels: Record<string, string> = { 'trenchscope.io/allow': 'true' }): void {
  server.store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'red', labels } })
  server.store.apply(nodeObject('worker-1'))
  for (const pod of pods) server.store.apply(pod)
}

export function refOf(server: ApiServer, name = 'lb-1', namespace = 'red'): PodRef {
  return { namespace, name, uid: server.store.get('pods', namespace, name)?.metadata.uid ?? '' }
}

export async function injectorOf(server: ApiServer, { records = memoryRecords(), user = 'admin', now }: { records?: RecordStore; user?: string; now?: () => number } = {}): Promise<{ injector: Injector; inventory: ClusterInventory; client: Awaited<ReturnType<typeof clientOf>> }> {
  const client = await clientOf(server, user)
  const inventory = await inventoryOf(client)
  const injector = await openInjector({ client, inventory, records, log, ...(now && { now }) })
  onTestFinished(() => injector.close())
  return { injector, inventory, client }
}

/** The pod's ephemeral containers as the API server holds them, oldest first. */
export function entriesOf(server: ApiServer, name = 'lb-1'): readonly { name: string; image: string; env: { name: string; value: string }[] }[] {
  const { ephemeralContainers = [] } = server.store.get('pods', 'red', name)?.['spec'] as { ephemeralContainers?: never[] }
  return ephemeralContainers.toReversed()
}
