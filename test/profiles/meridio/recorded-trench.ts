import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CommandRecord, FactError, type Observation, type Run } from '#facts/fact.ts'
import { answerOf, observeFact } from '#facts/read.ts'
import type { AnyCheck } from '#judge/check.ts'
import type { Verdict } from '#judge/finding.ts'
import { judgeSnapshot } from '#judge/judge.ts'
import { type Asked, planFirstWave, planSecondWave } from '#judge/plan.ts'
import type { Inventory, KubeObject } from '#judge/profile.ts'
import type { Sight, Snapshot } from '#judge/snapshot.ts'
import { type Subject, subjectKey } from '#judge/subject.ts'
import { meridioTrenches } from '#profiles/meridio/trenches.ts'
import { clusterSource } from '../../../controller/sweep/cluster-source.ts'
import { clusterBeside } from '../../lab/trench/cluster-beside.ts'
import { type Edit, recordedPod, recordedRecords } from '../../terminal.ts'

export interface World {
  /** a recorded fault, `f11-nfqlb-dead` */
  readonly fault?: string
  /** a recorded variant of health, `bird-3.1.4` */
  readonly variant?: string
  /** a healthy world with one change: of one command in one pod (`lb-1`, `px-a`, `tg-2` …) */
  readonly edit?: PodEdit | readonly PodEdit[]
  /** pods no probe could enter */
  readonly gone?: readonly string[]
  /** changes the Kubernetes objects before anything is read */
  readonly kube?: (objects: Record<string, KubeObject[]>) => void
  /** Synthetic: answers for what the recordings do not hold (ping). undefined = not recorded. */
  readonly synthetic?: (pod: string, argv: readonly string[]) => Pick<CommandRecord, 'stdout' | 'exitCode' | 'error'> | undefined
}
export interface PodEdit extends Edit { readonly pod: string }

/** The fixtures' names of the recorded pods (test/fixtures/trench/README.md). */
export const shortNames: Readonly<Record<string, string>> = {
  'stateless-lb-frontend-attr1-5785674d6-46qjc': 'lb-1', 'stateless-lb-frontend-attr1-5785674d6-rqn2n': 'lb-2',
  'proxy-load-balancer-5slff': 'px-a', 'proxy-load-balancer-q6n5n': 'px-b',
  ...Object.fromEntries([1, 2, 3, 4].map(number => [`meridio-app-74f796dd77-tg-${number}`, `tg-${number}`])),
}

/** What the checks need of the recorded trench `red`, as a snapshot. */
export async function recordedTrench(checks: readonly AnyCheck[], world: World = {}): Promise<Snapshot> {
  const inventory = recordedInventory(world.kube)
  const [trench] = meridioTrenches(inventory)
  if (!trench) throw new Error('the recorded cluster has no trench')
  const sights = new Map(trench.pods.map(subject => [subjectKey(subject), emptySight(subject, world)]))
  const snapshot = (): Snapshot => ({ format: 'trenchscope.snapshot/1', profile: 'meridio', trench, takenAt: 0, sights: [...sights.values()] })
  const wave = async (plan: readonly Asked[], at: number) => {
    for (const { subject, wants } of plan) {
      const before = sights.get(subjectKey(subject)) ?? emptySight(subject, world)
      if (before.unreachable !== undefined) continue
      const { run, records } = subject.role === 'cluster' ? recordedCluster(inventory) : terminalOf(subject, world)
      const observations: Observation[] = []
      for (const { fact, params } of wants) observations.push(await observeFact(fact, params, run, () => at))
      sights.set(subjectKey(subject), { ...before, observations: [...before.observations, ...observations], records: [...before.records, ...records()] })
    }
  }
  await wave(planFirstWave(checks, trench), 0)
  await wave(planSecondWave(checks, snapshot()), 1000)
  return snapshot()
}

/**
 * What one check says about the recorded trench: `lb-1: text` per finding, `lb-1: unknown: reason`, `lb-1: not-applicable: reason`; nothing for ok.
 * @throws {Error} when two findings of one verdict are one by their identity
 */
export async function say(check: AnyCheck, world: World = {}): Promise<string[]> {
  const verdicts = judgeSnapshot([check], await recordedTrench([check], world))
  for (const { findings } of verdicts) {
    const twin = findings.find(({ key }, index) => findings.findIndex(finding => finding.key === key) < index)
    if (twin) throw new Error(`another finding has the identity of: ${twin.text}`)
  }
  return verdicts.flatMap(lines)
}

export function lines(verdict: Verdict): string[] {
  const pod = shortNames[verdict.subject.name] ?? verdict.subject.name
  const short = (text: string) => Object.entries(shortNames).reduce((all, [name, alias]) => all.replaceAll(name, alias), text)
  if (verdict.findings.length > 0) return verdict.findings.map(finding => `${pod}: ${short(finding.text)}`)
  return verdict.verdict === 'ok' ? [] : [`${pod}: ${verdict.verdict}: ${short(verdict.reason ?? '')}`]
}

/** Synthetic: every ping is answered, but for those to the given addresses (texts of fping 5.1 and iputils 20221126). With `ping`, the image has no fping. */
export function pings(except: readonly string[] = [], program: 'fping' | 'ping' = 'fping'): NonNullable<World['synthetic']> {
  return (_pod, argv) => {
    const address = argv.at(-1) ?? ''
    if (argv[0] !== program) return undefined
    const silent = except.includes(address)
    if (program === 'fping') return silent ? { stdout: `${address} is unreachable\n`, exitCode: 1 } : { stdout: `${address} is alive (0.050 ms)\n`, exitCode: 0 }
    const head = `PING ${address}(${address}) 56 data bytes\n`
    return silent
      ? { stdout: `${head}\n--- ${address} ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n\n`, exitCode: 1 }
      : { stdout: `${head}64 bytes from ${address}: icmp_seq=1 ttl=64 time=0.050 ms\n\n--- ${address} ping statistics ---\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\nrtt min/avg/max/mdev = 0.050/0.050/0.050/0.000 ms\n`, exitCode: 0 }
  }
}

/** Synthetic: the kernel of the pod has no way to the address (fping 5.1, its stderr after its stdout). */
export function noWayTo(address: string): NonNullable<ReturnType<NonNullable<World['synthetic']>>> {
  return { stdout: `${address} is unreachable\n${address}: error while sending ping: Network is unreachable\n`, exitCode: 1 }
}

export function recordedInventory(change: World['kube'] = () => {}): Inventory {
  const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/trench/cluster', file), 'utf8'))
  const resources: KubeObject[] = Array.isArray(read('crs.json')) ? read('crs.json') : read('crs.json').items
  const objects: Record<string, KubeObject[]> = { pods: read('pods.json').items, configmaps: [read('configmap.json')] }
  for (const resource of resources) (objects[pluralOf(resource.kind ?? '')] ??= []).push(resource)
  const beside = clusterBeside('2026-11-21T03:10:00Z')
  objects['pods']?.push(...(beside.pods as readonly KubeObject[]))
  objects['networkserviceendpoints'] = [...beside.endpoints] as KubeObject[]
  objects['nodes'] = ['worker1', 'worker2'].map(name => ({ kind: 'Node', metadata: { name, uid: `uid-node-${name}` }, status: { conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }] } }))
  change(objects)
  return { cluster: { uid: 'recorded', name: 'recorded' }, list: plural => objects[plural] ?? [] }
}

const pluralOf = (kind: string) => (kind === 'Trench' ? 'trenches' : `${kind.toLowerCase()}s`)

/** What the controller lists once in a sweep. */
const unwatched: ReadonlySet<string> = new Set(['events', 'networkserviceendpoints', 'gatewayrouters', 'l34routes', 'distributiongroups'])

/** The API server as the recorded objects answer it; `refused` names what it may not be asked, `logs` holds what containers said (both synthetic). */
export function recordedCluster(inventory: Inventory) {
  return clusterSource({
    inventory,
    watched: plural => !unwatched.has(plural),
    problem: () => undefined,
    now: () => 0,
    get: async (plural, namespace, name) => {
      const found = inventory.list(plural).find(object => object.metadata.name === name && object.metadata.namespace === namespace)
      if (!found) throw new FactError('not-found', `${plural} "${name}" not found`)
      return found
    },
    list: async ({ plural, namespace }) => {
      const denied = inventory.list('refused').find(({ metadata }) => metadata.name === plural)
      if (denied) throw denied['absent'] ? new FactError('not-found', `${plural} is not served`) : new FactError('refused', `${plural} is forbidden`)
      return { items: inventory.list(plural).filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace) }
    },
    log: async ({ pod, container }) => String(inventory.list('logs').find(({ metadata }) => metadata.name === `${pod}/${container}`)?.['text'] ?? ''),
  })
}

function emptySight(subject: Subject, world: World): Sight {
  const gone = world.gone?.includes(shortNames[subject.name] ?? subject.name)
  return { subject, observations: [], records: [], ...(subject.role !== 'cluster' && { container: 'trenchscope-0001' }), ...(gone && { unreachable: 'no probe: ErrImageNeverPull' }) }
}

function terminalOf(subject: Subject, world: World): { run: Run; records: () => readonly CommandRecord[] } {
  const pod = shortNames[subject.name] ?? subject.name
  const path = `trench/healthy/${pod}`
  const options = {
    ...(world.fault !== undefined && { overlay: `trench/faults/${world.fault}` }),
    ...(world.variant !== undefined && { overlay: `trench/variants/${world.variant}` }),
    edit: [world.edit ?? []].flat().filter(edit => edit.pod === pod),
  }
  const recorded = recordedPod(path, options)
  const made: CommandRecord[] = []
  const run: Run = async (argv, runOptions) => {
    const answer = world.synthetic?.(pod, argv)
    if (!answer) return recorded(argv, runOptions)
    const record: CommandRecord = { argv, ...answer, stderr: '', startedAt: 0, ms: 0 }
    made.push(record)
    return answerOf(record, runOptions)
  }
  return { run, records: () => [...recordedRecords(path, options), ...made] }
}
