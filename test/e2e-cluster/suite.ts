import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiClient } from '../../controller/api/client.ts'
import type { PreflightView } from '../../controller/api/client.ts'
import { connectCluster } from '../../controller/cluster/client.ts'
import { KubeError } from '../../controller/cluster/errors.ts'
import { createLog } from '../../controller/log.ts'
import { type Controller, startController } from '../../controller/main.ts'
import { kustomized } from '../../deploy/kustomize.ts'
import type { KubeObject, Pod } from '../lab/apiserver/objects.ts'
import { Kube } from './kube.ts'
import { policyStep } from './policy.ts'
import { trenchShapes } from './shapes.ts'
import { same, Skipped, type Steps } from './steps.ts'

export interface SuiteOptions {
  readonly kubeconfig: string
  /** of the probe */
  readonly image: string
  readonly imagePullPolicy: 'Never' | 'IfNotPresent'
  /** of the pods; what runs in it only waits */
  readonly podImage: string
  readonly podCommand: readonly string[]
  /** where the controller of this run listens, and the literal address:port pods reach it by */
  readonly linkListen: string
  readonly linkAdvertise: string
  /** how long a pod may take to run */
  readonly podTimeoutMs: number
}

const names = ['lb', 'proxy', 'target']

/** Everything that touches the cluster lies in namespaces of its own, removed at the end whatever happened. */
export async function runSuite(options: SuiteOptions, steps: Steps): Promise<void> {
  const id = `tse-${randomBytes(3).toString('hex')}`
  const [own, open, baseline, closed] = ['own', 'open', 'baseline', 'closed'].map(part => `${id}-${part}`) as [string, string, string, string]
  const log = createLog('silent')
  const client = await connectCluster({ kubeconfig: options.kubeconfig, log })
  const kube = new Kube(client)
  const dir = mkdtempSync(join(tmpdir(), 'trenchscope-e2e-'))
  let controller: Controller | undefined
  const api = () => new ApiClient({ url: controller?.url ?? '', token: readFileSync(join(dir, 'api-token'), 'utf8').trim() })
  const pod = (name: string, namespace = open) => kube.get<Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`)
  const sweep = async (namespace: string) => {
    const signal = AbortSignal.timeout(180_000)
    const reports = await (controller as Controller).backend.sweep({ namespace }, { signal, onEvent: () => undefined })
    return Object.fromEntries(reports.flatMap(report => report.pods).map(seen => [seen.pod.split('/')[1] ?? seen.pod, seen]))
  }
  try {
    await steps.step('the API server is of a version we support', async () => {
      const { minor, gitVersion } = await kube.version()
      if (Number.parseInt(minor) < 30) throw new Error(`${gitVersion}: 1.30 or newer is needed for the admission policies`)
      return gitVersion
    })
    await steps.step('the shipped manifests are valid for this API server', () => dryApplyAll(kube, own))
    const ready = await steps.step('namespaces and pods of our own run', async () => {
      for (const [namespace, labels] of [[own, {}], [open, { 'trenchscope.io/allow': 'true', 'pod-security.kubernetes.io/enforce': 'privileged' }], [baseline, { 'trenchscope.io/allow': 'true', 'pod-security.kubernetes.io/enforce': 'baseline' }], [closed, {}]] as const) {
        await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { ...labels, 'trenchscope.io/e2e': id } } })
      }
      await kube.create({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'trenchscope-controller', namespace: own } })
      const shapes = [open, baseline, closed].flatMap(namespace => trenchShapes({ namespace, image: options.podImage, command: options.podCommand }))
      for (const shape of shapes) await kube.until('the service account of a new namespace', 30_000, () => isCreated(kube, shape))
      await kube.until('all pods to run', options.podTimeoutMs, async () => (await Promise.all(shapes.map(({ metadata }) => pod(metadata.name, metadata.namespace)))).every(({ status }) => status.phase === 'Running'))
      return `${shapes.length} pods in ${[open, baseline, closed].join(', ')}`
    })
    if (!ready) return

    await steps.step('a controller starts, and takes its lease', async () => {
      controller = await startController({
        kubeconfig: options.kubeconfig, linkListen: options.linkListen, linkAdvertise: options.linkAdvertise, dataDir: dir, apiListen: '127.0.0.1:0', logLevel: 'silent', image: options.image,
        imagePullPolicy: options.imagePullPolicy, namespaces: [open, baseline, closed].join(','), ownNamespace: own, reachTimeoutMs: '60000',
      }, {}, { announce: false })
      const lease = await kube.get<KubeObject & { spec: { holderIdentity: string } }>(`/apis/coordination.k8s.io/v1/namespaces/${own}/leases/trenchscope-controller`)
      return `held by ${lease.spec.holderIdentity}`
    })
    if (!controller) return
    await steps.step('preflight names who refuses, and changes nothing', async () => {
      const report = await api().json<PreflightView>('/v1/preflight')
      const byPod = Object.fromEntries(report.pods.map(each => [each.pod, each.code ?? 'allowed']))
      const expected = (namespace: string, answer: string) => names.map(name => [`${namespace}/${name}`, answer] as const)
      const known = new Set(Object.keys(byPod))
      same('answers', sorted(byPod), sorted(Object.fromEntries([...expected(open, 'allowed'), ...expected(baseline, 'pod-security'), ...expected(closed, 'not-allowed')].filter(([name]) => known.has(name)))))
      if (!known.has(`${open}/lb`) || !known.has(`${baseline}/lb`)) throw new Error(`load balancers were not recognised: ${[...known].join(', ')}`)
      same('containers afterwards', (await pod('lb')).spec.ephemeralContainers, undefined)
      return `${report.pods.length} pods; ${report.pods.find(each => each.code === 'pod-security')?.message?.split('. ')[0]}`
    })
    let first: Awaited<ReturnType<typeof sweep>> = {}
    await steps.step('a sweep brings an authenticated probe into every pod', async () => {
      first = await sweep(open)
      const without = Object.entries(first).filter(([, seen]) => seen.container === undefined)
      if (without.length > 0 || !first['lb']) throw new Error(without.map(([name, seen]) => `${name}: ${seen.unreachable}`).join('; ') || 'nothing was swept')
      return Object.entries(first).map(([name, seen]) => `${name} ${seen.container}`).join(', ')
    })
    await steps.step('a second sweep uses the same probes', async () => {
      const second = await sweep(open)
      same('containers', Object.entries(second).map(([name, seen]) => [name, seen.container]), Object.entries(first).map(([name, seen]) => [name, seen.container]))
      same('containers in the pod', (await pod('lb')).spec.ephemeralContainers?.length, 1)
      return 'no pod got a second one'
    })
    await steps.step('where PodSecurity or a missing label refuses, the sweep says so', async () => {
      const refused = { ...await sweep(baseline), ...Object.fromEntries(Object.entries(await sweep(closed)).map(([name, seen]) => [`closed ${name}`, seen])) }
      const open = Object.entries(refused).filter(([, seen]) => seen.unreachable === undefined)
      same('pods that were entered', open.map(([name]) => name), [])
      return refused['lb']?.unreachable ?? 'nobody was asked'
    })
    await steps.step('the shipped admission policy holds a service account to our probe', () => policyStep({ kube, kubeconfig: options.kubeconfig, own, open, id, image: options.image, pod: () => pod('proxy') }))
    await steps.step('the kill switch ends every probe within 5 s', async () => {
      const from = performance.now()
      await kube.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'trenchscope-kill-switch', namespace: own }, data: { reason: 'end-to-end test' } })
      await kube.until('no probe to run', 15_000, async () => (await Promise.all(Object.keys(first).map(name => pod(name)))).every(({ status }) => !(status['ephemeralContainerStatuses'] as { state: { running?: object } }[] | undefined)?.some(({ state }) => state.running)))
      const ms = Math.round(performance.now() - from)
      if (ms > 5000) throw new Error(`it took ${ms} ms`)
      const blocked = await sweep(open)
      if (!Object.values(blocked).every(seen => seen.unreachable?.includes('the kill switch is set'))) throw new Error(`a sweep went in all the same: ${JSON.stringify(blocked)}`)
      return `${ms} ms, with the kubelet's status`
    })
    await steps.step('without the kill switch probes come again', async () => {
      await kube.remove(`/api/v1/namespaces/${own}/configmaps/trenchscope-kill-switch`)
      await kube.until('the controller to see it', 10_000, async () => controller?.backend.health().problems.length === 0)
      const again = await sweep(open)
      return Object.entries(again).map(([name, seen]) => `${name} ${seen.container ?? seen.unreachable}`).join(', ')
    })
    await steps.step('drain ends the probes', async () => {
      const { pods } = await api().json<{ pods: string[] }>('/v1/probes/drain', { body: {} })
      await kube.until('no probe to be connected', 10_000, async () => controller?.registry.probes().length === 0)
      return `${pods.length} told`
    })
  } finally {
    await controller?.close()
    await steps.step('nothing of ours is left', async () => {
      const namespaces = [own, open, baseline, closed].map(name => `/api/v1/namespaces/${name}`)
      for (const path of namespaces) await kube.remove(path)
      await kube.until('the namespaces to go', 120_000, async () => (await Promise.all(namespaces.map(path => kube.isGone(path)))).every(Boolean))
      return 'four namespaces removed'
    })
    await client.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

/** False: the cluster has not made the namespace's default service account yet, which pods need; the API server itself waits for it 1 to 2 s. */
async function isCreated(kube: Kube, pod: KubeObject): Promise<boolean> {
  try {
    await kube.create(pod)
    return true
  } catch (error) {
    if (error instanceof KubeError && error.code === 'forbidden' && error.message.includes('service account')) return false
    throw error
  }
}

const sorted = (record: Readonly<Record<string, string>>) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))

/** Objects of our namespace are tried in `kube-system`, which is there: a dry run cannot make the namespace first. */
async function dryApplyAll(kube: Kube, own: string): Promise<string> {
  const skipped: string[] = []
  const wrong: string[] = []
  let taken = 0
  for (const object of kustomized('overlays/cluster-wide')) {
    const tried = object.metadata.namespace === 'trenchscope' ? { ...object, metadata: { ...object.metadata, namespace: 'kube-system' } } : object.kind === 'Namespace' ? { ...object, metadata: { ...object.metadata, name: own } } : object
    try {
      const warnings = await kube.dryApply(tried)
      taken++
      if (warnings.length > 0) wrong.push(`${object.kind} ${object.metadata.name}: ${warnings.join('; ')}`)
    } catch (error) {
      if (!(error instanceof KubeError)) throw error
      if (error.code === 'not-found') skipped.push(object.kind)
      else wrong.push(`${object.kind} ${object.metadata.name}: ${error.message}`)
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  if (taken === 0) throw new Skipped(`none of ${skipped.join(', ')} is served`)
  return `${taken} taken${skipped.length > 0 ? `; not served here, and so not tried: ${[...new Set(skipped)].join(', ')}` : ''}`
}
