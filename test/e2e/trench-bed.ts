import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SweepReport } from '../../controller/sweep/report.ts'
import { type Bed, type BedOptions, said, startBed, unknowns } from '../lab/bed.ts'
import type { KubeObject, Pod } from '../lab/apiserver/objects.ts'
import type { RuntimeContainer } from '../lab/kubelet/runtime.ts'
import { type LabPod, type PodName, pods } from '../lab/trench/topology.ts'

/** A bed whose load balancers write down why they die, and can be made to keep a client waiting. */
export interface TrenchBed extends Bed {
  /** reasons for which an nfqlb died; empty: nobody was harmed */
  incidents(): readonly string[]
  /** while this file exists, nfqlb reads requests and does not answer them */
  readonly holdFile: string
}

/** Sees to short waits: what failed is looked at again after 300 ms. */
export async function startTrenchBed(options: BedOptions = {}): Promise<TrenchBed> {
  const notes = mkdtempSync(join(tmpdir(), 'trenchscope-e2e-'))
  const file = (name: string) => join(notes, name)
  // the double's knobs, see test/lab/nfqlb/hazards.py; its server inherits them
  Object.assign(process.env, { NFQLB_DOUBLE_INCIDENTS: file('incidents'), NFQLB_DOUBLE_HOLD: file('hold') })
  try {
    const bed = await startBed({ lookAgainMs: 300, ...options })
    return Object.assign(bed, {
      holdFile: file('hold'),
      incidents: () => (existsSync(file('incidents')) ? readFileSync(file('incidents'), 'utf8').trim().split('\n') : []).filter(Boolean),
      close: closing(bed.close, notes),
    })
  } catch (error) {
    rmSync(notes, { recursive: true, force: true })
    throw error
  }
}

function closing(close: () => Promise<void>, notes: string): () => Promise<void> {
  return async () => {
    await close()
    rmSync(notes, { recursive: true, force: true })
  }
}

export function podNamed(name: PodName): LabPod {
  const pod = pods.find(known => known.name === name)
  if (!pod) throw new Error(`the lab has no ${name}`)
  return pod
}

/** The probe's container that runs in a pod, as the container runtime of its node knows it. */
export function probeOf(bed: Bed, name: PodName): RuntimeContainer {
  const { podName, node } = podNamed(name)
  const found = bed.lab.kubelets.get(`worker${node}`)?.containers(`red/${podName}`).find(({ state }) => state === 'running')
  if (!found) throw new Error(`no probe runs in ${name}`)
  return found
}

export async function killProbe(bed: Bed, name: PodName, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  const { podName, node } = podNamed(name)
  await bed.lab.kubelets.get(`worker${node}`)?.killContainer(`red/${podName}`, probeOf(bed, name).name, signal)
}

export function podObject(bed: Bed, name: PodName): Pod {
  const object = bed.lab.apiserver.store.get('pods', 'red', podNamed(name).podName)
  if (!object) throw new Error(`the API server has no ${name}`)
  return object as Pod
}

/** Names of the pod's ephemeral containers, oldest first. */
export function entriesOf(bed: Bed, name: PodName): string[] {
  return (podObject(bed, name).spec.ephemeralContainers ?? []).map(entry => entry.name).sort()
}

/** Changes the labels of the trench's namespace. */
export function labelNamespace(bed: Bed, labels: Readonly<Record<string, string>>): void {
  const { store } = bed.lab.apiserver
  store.update('namespaces', undefined, 'red', (old: KubeObject) => ({ ...old, metadata: { ...old.metadata, labels: { ...labels } } }))
}

/** What stands between a report and ok, in words: its roots above `note`, and the first few reasons why something is unknown. */
export function trouble(report: SweepReport): string[] {
  return [...said({ ...report, findings: report.findings.filter(({ severity }) => severity !== 'note') }), ...unknowns(report).slice(0, 3)]
}

/** Why each pod could not be looked into, by lab name. */
export function unreachable(report: SweepReport): Record<string, string> {
  return Object.fromEntries(report.pods.filter(pod => pod.unreachable !== undefined).map(pod => [labName(pod.pod), pod.unreachable ?? '']))
}

/** Verdicts of one pod: how many of each kind. */
export function verdictsOf(report: SweepReport, name: PodName): Record<string, number> {
  const own = report.verdicts.filter(verdict => verdict.subject.name === podNamed(name).podName && verdict.verdict !== 'not-applicable')
  return Object.fromEntries(Object.entries(Object.groupBy(own, ({ verdict }) => verdict)).map(([verdict, list]) => [verdict, list?.length ?? 0]))
}

export function labName(pod: string): string {
  return pods.find(({ podName }) => pod.endsWith(podName))?.name ?? pod
}
