import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Controller, startController } from '../../controller/main.ts'
import { type ApiServer, meridioResources, meshResources, startApiServer } from '../lab/apiserver/apiserver.ts'
import type { KubeObject, Pod } from '../lab/apiserver/objects.ts'
import { accessOf, controllerUser } from '../lab/controller-access.ts'
import { type Kubelet, startKubelet } from '../lab/kubelet/kubelet.ts'
import { imageOfProbe, linkPort, startRelay } from '../lab/lab.ts'
import { trenchCluster } from '../lab/trench/cluster.ts'
import { admissionPolicies } from '../deploy/admission.ts'
import { kustomized } from '../../deploy/kustomize.ts'

export const image = 'trenchscope/agent:0.1.0'
/** the same probe under another name, as a later release would be */
export const laterImage = 'trenchscope/agent:0.2.0'

/** A cluster with the shipped rights and policies, whose two LB pods share one network namespace without any link: enough for all that does not look at traffic. */
export interface SmallBed {
  readonly apiserver: ApiServer
  readonly kubelet: Kubelet
  readonly pods: readonly Pod[]
  readonly dir: string
  /** Starts a controller, closed with the bed. `data`: folder name below `dir`, the same for controllers that follow each other. */
  start(options?: { readonly data?: string; readonly image?: string; /** default: a free port of 127.0.0.1 */ readonly apiListen?: string; readonly environment?: Readonly<Record<string, string>>; readonly signal?: AbortSignal; /** pods are asked through their logs */ readonly withoutLink?: boolean }): Promise<Controller>
  /** Sweeps trench red, for the probes it brings; what it found does not matter here. */
  sweep(controller: Controller): Promise<readonly { readonly pod: string; readonly container?: string; readonly unreachable?: string }[]>
  close(): Promise<void>
}

export async function startSmallBed({ overlay = 'overlays/cluster-wide', policies = false, watchList = true, namespaceLabels = {} }: { readonly overlay?: string; readonly policies?: boolean; readonly watchList?: boolean; readonly namespaceLabels?: Readonly<Record<string, string>> } = {}): Promise<SmallBed> {
  const dir = mkdtempSync(join(tmpdir(), 'trenchscope-bed-'))
  const netns = `tsu-${randomBytes(4).toString('hex')}`
  const closers: (() => unknown)[] = [() => rmSync(dir, { recursive: true, force: true })]
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    execFileSync('ip', ['netns', 'add', netns])
    closers.push(() => execFileSync('ip', ['netns', 'delete', netns]))
    execFileSync('ip', ['-n', netns, 'link', 'set', 'lo', 'up'])
    const cluster = trenchCluster()
    const pods = (cluster.pods as Pod[]).filter(pod => pod.spec.containers.some(({ name }) => name === 'frontend')).map(pod => ({ ...pod, spec: { ...pod.spec, nodeName: 'worker1' } }) as Pod)
    let namespaceOf = (_name: string): KubeObject | undefined => undefined
    const apiserver = await startApiServer({ resources: [...meridioResources, ...meshResources], watchList, ...(policies && { policies: admissionPolicies(kustomized(overlay), name => namespaceOf(name)) }) })
    namespaceOf = name => apiserver.store.get('namespaces', undefined, name)
    closers.push(() => apiserver.close())
    for (const object of [...cluster.namespaces, ...cluster.customResources, ...cluster.configMaps, ...pods, ...accessOf(overlay)]) apiserver.store.apply(object)
    apiserver.store.update('namespaces', undefined, 'red', old => ({ ...old, metadata: { ...old.metadata, labels: { ...old.metadata.labels, ...namespaceLabels } } }))
    const probe = imageOfProbe('/nonexistent')
    const kubelet = await startKubelet({ apiserver: apiserver.nodeClient('worker1'), node: { name: 'worker1' }, sandboxOf: () => ({ netns: `/run/netns/${netns}` }), images: { [image]: probe, [laterImage]: probe }, stateDir: join(dir, 'kubelet') })
    apiserver.registerNode('worker1', kubelet)
    closers.push(() => kubelet.close())
    const socket = join(dir, 'link.sock')
    const relay = await startRelay(netns, socket)
    closers.push(() => relay.kill('SIGKILL'))
    const kubeconfig = join(dir, 'kubeconfig')
    writeFileSync(kubeconfig, apiserver.kubeconfig(controllerUser), { mode: 0o600 })
    const signal = new AbortController().signal
    return {
      apiserver, kubelet, pods, dir, close,
      start: async ({ data = 'controller', image: injected = image, apiListen = '127.0.0.1:0', environment = {}, signal: giveUp, withoutLink = false } = {}) => {
        mkdirSync(join(dir, data), { recursive: true })
        const controller = await startController({
          kubeconfig, linkListen: `unix:${socket}`, linkAdvertise: withoutLink ? '' : `127.0.0.1:${linkPort}`, dataDir: join(dir, data), apiListen, logLevel: process.env['BED_LOG'] ?? 'silent', image: injected,
          ownNamespace: 'trenchscope', lookAgainMs: '0',
        }, environment, { announce: false, withoutLink, ...(giveUp && { signal: giveUp }) })
        closers.push(() => controller.close())
        return controller
      },
      sweep: async controller => (await controller.backend.sweep({ trench: 'red' }, { signal, onEvent: () => undefined })).flatMap(report => report.pods),
    }
  } catch (error) {
    await close()
    throw error
  }
}
