import { allowLabel } from './admissible.ts'
import { maxEntries } from './adopt.ts'
import type { KubeClient } from './client.ts'
import { KubeError } from './errors.ts'
import { InjectError, type InjectErrorCode } from './inject-error.ts'
import type { InjectOptions, Injector } from './injector.ts'
import type { ClusterInventory } from './inventory.ts'
import { type ImagesOfNodes, imagesOfNodes } from './node-images.ts'
import { type PodRef, podText } from './pod.ts'
import { type Right, selfReview } from './self-review.ts'

/** What would become of a probe in one pod. */
export interface PodPreflight {
  /** `namespace/name` */
  readonly pod: string
  readonly node: string
  readonly allowed: boolean
  /** who would refuse, and its words with how to mend it; absent: nobody */
  readonly code?: InjectErrorCode
  readonly message?: string
  /** the running probe that would be used */
  readonly reuse?: string
  /** ephemeral containers the pod has had, of the 20 it may have */
  readonly entries: number
  /** what its containers may use together; absent: not limited */
  readonly memoryLimitBytes?: number
  /** what speaks against it without settling it */
  readonly warnings: readonly string[]
}

export interface NamespacePreflight {
  readonly namespace: string
  readonly optIn: boolean
  /** PodSecurity level that is enforced by label; empty: the cluster's default, which cannot be read */
  readonly podSecurity: string
  readonly rights: readonly Right[]
}

export interface PreflightReport {
  readonly image: string
  readonly namespaces: readonly NamespacePreflight[]
  readonly pods: readonly PodPreflight[]
  /** what could not be asked; the report is then not the whole truth */
  readonly problems: readonly string[]
}

export interface PreflightOptions {
  readonly client: KubeClient
  readonly inventory: ClusterInventory
  readonly injector: Pick<Injector, 'preflight'>
  readonly inject: Omit<InjectOptions, 'signal'>
  /** why nothing may be put into pods at all now */
  readonly refusal?: () => { readonly code: InjectErrorCode; readonly words: string } | undefined
  readonly signal: AbortSignal
}

/** Asks everybody who could refuse a probe in these pods: the API server and its admission by `dryRun=All`, RBAC, labels, nodes. Nothing is changed. */
export async function preflight(refs: readonly PodRef[], options: PreflightOptions): Promise<PreflightReport> {
  const { inventory, injector, client, inject, signal, refusal } = options
  const problems = inventory.problems().filter(({ code }) => code !== 'not-found').map(({ plural, namespace, message }) => `${namespace ? `${namespace}/` : ''}${plural}: ${message}`)
  const note = (what: string) => (error: unknown): undefined => {
    if (!(error instanceof KubeError)) throw error
    problems.push(`${what}: ${error.message}`)
  }
  const [images, namespaces, verdicts] = await Promise.all([
    imagesOfNodes(client, signal).catch(note('images of nodes')),
    Promise.all([...new Set(refs.map(({ namespace }) => namespace))].sort().map(namespace => namespaceOf(namespace, options, note))),
    inBatches(refs, batch => injector.preflight(batch, { ...inject, signal })),
  ])
  const stopped = refusal?.()
  const pods = verdicts.map((verdict, index): PodPreflight => {
    const ref = refs[index] as PodRef
    const pod = inventory.pod(ref.namespace, ref.name)
    const node = pod?.spec.nodeName ?? ''
    const known = { ...verdict, node, entries: pod?.spec.ephemeralContainers?.length ?? 0 }
    if (!verdict.allowed) return known
    if (stopped) return refused(known, new InjectError(stopped.code, podText(ref), stopped.words))
    return verdict.reuse === undefined ? withImage(known, images, options) : known
  })
  return { image: inject.image, namespaces, pods: pods.map(withCap), problems }
}

/** PATCHes are few a second: those of thousands of pods at once would wait longer than a call may. */
async function inBatches<T>(refs: readonly PodRef[], ask: (batch: readonly PodRef[]) => Promise<readonly T[]>): Promise<T[]> {
  const answers: T[] = []
  while (answers.length < refs.length) answers.push(...await ask(refs.slice(answers.length, answers.length + batchSize)))
  return answers
}

const batchSize = 100

/** The kubelet names at most 50 images (nodeStatusMaxImages): fewer, and ours is not among them, means it is not there. */
function withImage(known: PodPreflight, images: ImagesOfNodes | undefined, { inject: { image, imagePullPolicy = 'Never' } }: PreflightOptions): PodPreflight {
  const held = images?.get(known.node)
  if (held === undefined || held.names.has(image)) return known
  const absent = `node ${known.node} does not name ${image} among its ${held.count} images`
  if (imagePullPolicy !== 'Never') return { ...known, warnings: [...known.warnings, `${absent}: it would be pulled while the pod's other containers wait`] }
  if (held.count < mostNamed) return refused(known, new InjectError('image-missing', known.pod, absent))
  return { ...known, warnings: [...known.warnings, `${absent}; a node names 50 at most, so that this is no proof`] }
}

const mostNamed = 50

function withCap(known: PodPreflight): PodPreflight {
  const left = maxEntries - known.entries
  return known.allowed && left <= 4 ? { ...known, warnings: [...known.warnings, `it has had ${known.entries} ephemeral containers, ${left} more may be added before the pod must be replaced`] } : known
}

const refused = (known: PodPreflight, { code, message }: InjectError): PodPreflight => ({ ...known, allowed: false, code, message })

async function namespaceOf(namespace: string, { client, inventory, signal }: PreflightOptions, note: (what: string) => (error: unknown) => undefined): Promise<NamespacePreflight> {
  const labels = inventory.get('namespaces', undefined, namespace)?.metadata.labels ?? {}
  const rights = (await selfReview(client, namespace, signal).catch(note(`rights in ${namespace}`))) ?? []
  return { namespace, optIn: labels[allowLabel] === 'true', podSecurity: labels['pod-security.kubernetes.io/enforce'] ?? '', rights }
}
