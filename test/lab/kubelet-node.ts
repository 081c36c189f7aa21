import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type ApiServer, startApiServer } from './apiserver/apiserver.ts'
import { type Answer, LabClient } from './apiserver/client.ts'
import type { ContainerState, Pod } from './apiserver/objects.ts'
import type { Image } from './kubelet/images.ts'
import { type Kubelet, type KubeletOptions, startKubelet } from './kubelet/kubelet.ts'

const run = promisify(execFile)

/** Network, mount and pid namespaces are made by root on Linux only. */
export const root = process.getuid?.() === 0 && process.platform === 'linux'
if (!root) console.warn('skipped: the kubelet-lite needs root on Linux')

/** An image that runs a program text with this Node. */
export const script = (text: string): Image => ({ entrypoint: [process.execPath, '-e', text], binds: [process.execPath] })

/** Prints `up` and stays. */
export const stays = `setInterval(() => {}, 1000); console.log('up')`

/** A cluster of one node and pods that share one fresh network namespace, for the tests of the kubelet-lite. */
export interface Node {
  api: ApiServer
  kubelet: Kubelet
  client: LabClient
  /** host directory behind /dev/shm of the pods, and another behind the volume `run` */
  shmDir: string
  runDir: string
  netns: string
  addPod(name: string, more?: { spec?: object; metadata?: object }): Pod
  inject(pod: string, ...containers: object[]): Promise<Answer>
  stateOf(pod: string, container: string): ContainerState | undefined
  /** Waits until the ephemeral container is as asked. */
  until(pod: string, container: string, wanted: (state: ContainerState) => boolean): Promise<ContainerState>
  log(pod: string, query: string): Promise<Answer>
  close(): Promise<void>
}

export async function startNode(options: Partial<KubeletOptions> = {}): Promise<Node> {
  const netns = `ts-kl-${randomBytes(4).toString('hex')}`
  const shmDir = mkdtempSync(join(tmpdir(), 'ts-kl-shm-'))
  const runDir = mkdtempSync(join(tmpdir(), 'ts-kl-run-'))
  await run('ip', ['netns', 'add', netns])
  const api = await startApiServer()
  const kubelet = await startKubelet({
    apiserver: api.nodeClient('worker1'), node: { name: 'worker1', internalIP: '192.0.2.1' }, images: {},
    sandboxOf: () => ({ netns: `/run/netns/${netns}`, shmDir, volumes: { run: runDir } }), ...options,
  })
  api.registerNode('worker1', kubelet)
  const client = new LabClient({ url: api.url, caPem: api.caPem, token: api.token('admin') })
  const stateOf = (pod: string, container: string) => (api.store.get('pods', 'red', pod) as Pod | undefined)?.status.ephemeralContainerStatuses?.find(({ name }) => name === container)?.state
  return {
    api, kubelet, client, shmDir, runDir, netns, stateOf,
    addPod: (name, { spec, metadata } = {}) =>
      api.store.apply({
        apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'red', ...metadata },
        spec: { nodeName: 'worker1', containers: [{ name: 'app', image: 'example/app:v1' }], volumes: [{ name: 'run', emptyDir: {} }], ...spec }, status: { phase: 'Pending' },
      }) as Pod,
    inject: (pod, ...containers) =>
      client.ask({ method: 'PATCH', path: `/api/v1/namespaces/red/pods/${pod}/ephemeralcontainers`, contentType: 'application/strategic-merge-patch+json', body: { spec: { ephemeralContainers: containers } } }),
    until: (pod, container, wanted) => eventually(() => {
      const state = stateOf(pod, container)
      return state && wanted(state) ? state : undefined
    }, () => `${pod}/${container} is ${JSON.stringify(stateOf(pod, container))}`),
    log: (pod, query) => client.ask({ path: `/api/v1/namespaces/red/pods/${pod}/log?${query}` }),
    close: async () => {
      await kubelet.close()
      client.close()
      await api.close()
      await run('ip', ['netns', 'del', netns])
      for (const directory of [shmDir, runDir]) rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Asks again and again until there is an answer. @throws {Error} with `seen` when none came within 15 s */
export async function eventually<T>(ask: () => T | undefined | Promise<T | undefined>, seen: () => string): Promise<T> {
  for (const end = performance.now() + 15_000; performance.now() < end; await delay(10)) {
    const answer = await ask()
    if (answer !== undefined) return answer
  }
  throw new Error(`it did not come: ${seen()}`)
}

/** Host pids of the processes in a network namespace. */
export function membersOf(netns: string): number[] {
  const own = inode(`/run/netns/${netns}`)
  return readdirSync('/proc').filter(name => /^\d+$/.test(name) && inode(`/proc/${name}/ns/net`) === own).map(Number)
}

function inode(path: string): number | undefined {
  try {
    return statSync(path).ino
  } catch {
    return undefined
  }
}
