import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type ApiServer, meridioResources, meshResources, startApiServer } from './apiserver/apiserver.ts'
import { controllerAccess, controllerUser } from './controller-access.ts'
import { type Kubelet, startKubelet } from './kubelet/kubelet.ts'
import { trenchCluster } from './trench/cluster.ts'
import type { TrenchLab } from './trench/lab.ts'
import { netnsOf } from './trench/record.ts'
import { nodesOf, type ShapeName } from './trench/shapes.ts'
import { startTrench } from './trench/trench.ts'

export const probeImage = 'trenchscope/agent:0.1.0'

export interface LabOptions {
  readonly id?: string
  readonly dir?: string
  /** which trenches; default `standard` */
  readonly shape?: ShapeName
  /** program or version of BIRD; default: BIRD, the machine's own */
  readonly bird?: string
  /** waits of a real kubelet instead of none */
  readonly kubeletLatencies?: Parameters<typeof startKubelet>[0]['latencies']
  /** root file system of a built agent image, with the configuration it carries; default: the bundle and this machine's own tools */
  readonly agent?: { readonly rootfs: string; readonly entrypoint: readonly string[]; readonly env: Readonly<Record<string, string>> }
  /** false: the caller handles signals and calls `close` */
  readonly removeOnSignal?: boolean
}

/** A whole cluster on this machine: the trench, an API server double, and a kubelet per node that starts real probes in the pods' namespaces. */
export interface Lab {
  readonly trench: TrenchLab
  readonly apiserver: ApiServer
  readonly kubelets: ReadonlyMap<string, Kubelet>
  /** kubeconfig file of the controller's service account */
  readonly kubeconfig: string
  /** where a controller must listen for probes (`unix:/…`), and the address pods reach it by */
  readonly linkListen: string
  readonly linkAdvertise: string
  close(): Promise<void>
}

/** Starts everything but the controller. Does not wait for BGP: see `trench.waitReady`. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const trench = await startTrench({ ...options, removeOnSignal: options.removeOnSignal ?? false })
  const closers: (() => unknown)[] = [() => trench.close()]
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const apiserver = await startApiServer({ resources: [...meridioResources, ...meshResources] })
    closers.push(() => apiserver.close())
    for (const object of [...trenchCluster({ shape: trench.shape }).all, ...controllerAccess]) apiserver.store.apply(object)
    const kubelets = new Map<string, Kubelet>()
    for (const node of nodesOf(trench.shape)) {
      const kubelet = await startKubelet({
        apiserver: apiserver.nodeClient(node),
        node: { name: node },
        sandboxOf: pod => ({ ...trench.sandboxOf(pod.metadata.name), ...(options.agent && { rootfs: options.agent.rootfs }) }),
        images: { [probeImage]: options.agent ?? imageOfProbe(nfqlbFolder(trench)) },
        stateDir: join(trench.dir, 'kubelet', node),
        ...(options.kubeletLatencies && { latencies: options.kubeletLatencies }),
      })
      apiserver.registerNode(node, kubelet)
      kubelets.set(node, kubelet)
      closers.push(() => kubelet.close())
    }
    const socket = join(trench.dir, 'link.sock')
    const relay = await startRelay(netnsOf(trench.id, 'k8s'), socket)
    closers.push(() => relay.kill('SIGKILL'))
    const kubeconfig = join(trench.dir, 'kubeconfig')
    writeFileSync(kubeconfig, apiserver.kubeconfig(controllerUser), { mode: 0o600 })
    return { trench, apiserver, kubelets, kubeconfig, linkListen: `unix:${socket}`, linkAdvertise: `10.244.1.1:${linkPort}`, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** where pods find the controller, in the namespace the relay is in */
export const linkPort = 7443
const root = resolve(import.meta.dirname, '../..')

/** Where the lab's nfqlb program is. */
export function nfqlbFolder(trench: TrenchLab): string {
  return dirname(trench.record.nfqlb.at(-1) ?? '')
}

/** The probe's image: the real bundle on the real Node, with what is in the folder `nfqlb` on its PATH; below /opt, where no volume of a pod hides it. */
export function imageOfProbe(nfqlb: string) {
  return {
    entrypoint: ['/opt/trenchscope/node/node', ...(JSON.parse(readFileSync(join(root, 'images/probe-node-flags.json'), 'utf8')) as string[]), '/opt/trenchscope/dist/agent.cjs'],
    env: { PATH: '/opt/trenchscope/nfqlb:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    binds: [['node', dirname(process.execPath)], ['dist', join(root, 'dist')], ['nfqlb', nfqlb]].map(([name, source = '']) => ({ path: `/opt/trenchscope/${name}`, source })),
  }
}

/** Carries connections to `linkPort` in a network namespace (its name) to a Unix socket. */
export async function startRelay(netns: string, socket: string): Promise<ChildProcess> {
  const relay = spawn('nsenter', [`--net=/run/netns/${netns}`, process.execPath, join(import.meta.dirname, 'relay.mjs'), String(linkPort), socket], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(relay, 'exit').then(([code]) => { throw new Error(`the relay to the controller ended with ${code}`) })
  ended.catch(() => undefined)
  await Promise.race([once(relay.stdout, 'data'), ended])
  return relay
}
