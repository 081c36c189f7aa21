import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { connectCluster, type KubeClient } from '../../controller/cluster/client.ts'
import { type ClusterInventory, openInventory, type InventoryOptions } from '../../controller/cluster/inventory.ts'
import { projectionOf } from '../../controller/cluster/project.ts'
import { ResourceWatch } from '../../controller/cluster/watch.ts'
import type { WatchTiming } from '../../controller/cluster/watch-health.ts'
import { createLog } from '../../controller/log.ts'
import { type ApiServer, type ApiServerOptions, meridioResources, startApiServer } from '../lab/apiserver/apiserver.ts'

export const log = createLog('silent')

/** Short times, so that a test of patience ends. */
export const quick: WatchTiming = { inactivityMs: 5000, watchSeconds: [300, 600], backoffMs: 20, maxBackoffMs: 100, unavailableMs: 50 }

/** An API-server double that ends with the test. */
export async function apiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const server = await startApiServer({ resources: meridioResources, ...options })
  onTestFinished(() => server.close())
  return server
}

export async function clientOf(server: ApiServer, user = 'admin'): Promise<KubeClient> {
  const client = await connectCluster({ kubeconfig: server.kubeconfig(user), log })
  onTestFinished(() => client.close())
  return client
}

/** Everything listed, and closed with the test. */
export async function inventoryOf(client: KubeClient, options: Partial<InventoryOptions> & { plurals?: readonly string[] } = {}): Promise<ClusterInventory> {
  const { plurals = [], ...more } = options
  const resources = plurals.map(plural => ({ group: 'meridio.nordix.org', version: 'v1', plural }))
  const inventory = await openInventory(client, resources, { log, timing: quick, ...more })
  onTestFinished(() => inventory.close())
  await inventory.ready()
  return inventory
}

/** The pods a watch holds, by name. */
export const names = (watch: ResourceWatch): string[] => watch.store.list().map(({ metadata }) => metadata.name).sort()

/** A watch of pods that ends with the test. */
export function watchPods(client: KubeClient, more: Partial<ConstructorParameters<typeof ResourceWatch>[0]> = {}): ResourceWatch {
  const watch = new ResourceWatch({ client, path: '/api/v1/pods', project: projectionOf('pods'), log, timing: quick, ...more })
  onTestFinished(() => watch.close())
  return watch
}

/** Waits for something another process or socket does; at most 10 s. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (holds()) return
    await sleep(20)
  }
  throw new Error(`never: ${what}`)
}

/** A pod of a trench, in the API's form; synthetic. */
export function podObject(name: string, more: { namespace?: string; node?: string; spec?: object; metadata?: object; status?: object } = {}) {
  const { namespace = 'red', node = 'worker-1', spec, metadata, status } = more
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name, namespace, labels: { app: name }, ...metadata },
    spec: { nodeName: node, containers: [{ name: 'frontend', image: 'frontend:1' }], ...spec },
    status: { phase: 'Running', ...status },
  }
}

export function nodeObject(name: string, ready = 'True') {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/os': 'linux' } }, status: { conditions: [{ type: 'Ready', status: ready, reason: 'KubeletReady', message: '' }] } }
}
