import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { FlowTuple } from '#judge/profile.ts'
import type { Trench } from '#judge/subject.ts'
import { flowWay } from '#profiles/meridio/flow-way.ts'
import { path } from '#profiles/meridio/path.ts'
import { meridio } from '#profiles/meridio/profile.ts'
import { apiCertificate } from './api-certificate.ts'
import { firstOf } from './api/auth/access.ts'
import { kubernetesAccess } from './api/auth/kubernetes.ts'
import { tokenFileAccess } from './api/auth/token-file.ts'
import type { Backend } from './api/backend.ts'
import { CertificateError } from './api/certificate.ts'
import { exposition, mediaTypes } from './api/formats/openmetrics.ts'
import type { Keeper } from './api/keeper.ts'
import { metricFamilies } from './api/metrics.ts'
import { startApi } from './api/server.ts'
import { connectCluster } from './cluster/client.ts'
import { KubeError } from './cluster/errors.ts'
import { openInjector } from './cluster/injector.ts'
import { openInventory } from './cluster/inventory.ts'
import { followLog, readKeyLine } from './cluster/logs.ts'
import { preflight } from './cluster/preflight.ts'
import type { EphemeralContainer, Pod } from './cluster/pod.ts'
import { Readings } from './cluster/readings.ts'
import { fileRecords } from './cluster/records.ts'
import { type Config, ConfigError, isLoopback, isOnThisMachine, readConfig } from './config.ts'
import { LinkKeys } from './link/keys.ts'
import { PinFile } from './link/pin-store.ts'
import { ProbeRegistry } from './link/registry.ts'
import { LinkServer } from './link/server.ts'
import { createLog, type Log } from './log.ts'
import { announce, withdraw } from './rendezvous.ts'
import { kubeEvents } from './schedule/kube-events.ts'
import { Runs } from './schedule/runs.ts'
import type { Selection } from './schedule/sweeper.ts'
import { readWebhooks } from './schedule/webhooks-file.ts'
import { StoreError } from './store/errors.ts'
import { openStore } from './store/store.ts'
import { expectedProbes } from './sweep/expected-probes.ts'
import { Fleet } from './sweep/fleet.ts'
import { PlannedProbe } from './sweep/planned.ts'
import { probeInventory } from './sweep/probe-inventory.ts'
import { Reach } from './sweep/reach.ts'
import { forgetGonePods } from './upkeep/gone-pods.ts'
import { openHealthPort } from './upkeep/health-port.ts'
import { publishAuthority } from './upkeep/published-authority.ts'
import { Renewal } from './upkeep/renewal.ts'
import { openUpkeep } from './upkeep/upkeep.ts'
import type { SweepEvent, SweepReport } from './sweep/report.ts'
import { KeptTraces } from './trace/kept-traces.ts'
import { Rings } from './trace/rings.ts'
import { Tracer } from './trace/tracer.ts'

export interface Controller {
  /** what the API offers, for this process; a sweep is kept like any other */
  readonly backend: Backend & { sweep(selection: Selection, options: { readonly signal: AbortSignal; readonly onEvent: (event: SweepEvent) => void }): Promise<readonly SweepReport[]> }
  readonly registry: ProbeRegistry
  /** of the HTTP API */
  readonly url: string
  /** aborts when another controller may work in this one's place, or its store has failed: it must be closed then */
  readonly lost: AbortSignal
  /** Safe twice. Probes stay in their pods and come back to the next controller. */
  close(): Promise<void>
}

/** Starts everything. `withoutLink`: no pod can connect, all are asked through their logs. @throws {ConfigError} {KubeError} with nothing left open */
export async function startController(flags: Partial<Record<keyof Config, string>>, environment: Readonly<Record<string, string | undefined>>, options: { readonly announce?: boolean; readonly withoutLink?: boolean; readonly signal?: AbortSignal; /** ids of the checks to judge; default all */ readonly checks?: readonly string[] } = {}): Promise<Controller> {
  const config = readConfig(environment, flags)
  if (config.linkAdvertise.length === 0 && !options.withoutLink) throw new ConfigError('TRENCHSCOPE_LINK_ADVERTISE is empty: probes need a literal address:port of this controller')
  const log = createLog(config.logLevel)
  const profile = { ...meridio, checks: meridio.checks.filter(({ id }) => options.checks?.includes(id) ?? true) }
  const closers: (() => unknown)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
    const client = await connectCluster({ log, ...(config.kubeconfig && { kubeconfig: config.kubeconfig }), ...(config.context && { context: config.context }) })
    closers.push(() => client.close())
    const health = config.healthListen === '' ? undefined : await openHealthPort(config.healthListen, { problems: () => ['the controller is starting, or waits for its lease'] })
    closers.push(() => health?.close())
    const upkeep = await openUpkeep({ client, namespace: config.ownNamespace, log, signal: options.signal ?? new AbortController().signal })
    closers.push(() => upkeep.close())
    const inventory = await openInventory(client, meridio.resources, { log, namespaces: config.namespaces })
    closers.push(() => inventory.close())

    const keys = new LinkKeys(join(config.dataDir, 'link'))
    const registry = new ProbeRegistry({
      log, settled: false, store: new PinFile(join(config.dataDir, 'pins.json')),
      readKeyLine: ({ pod, podUid }, container, signal) => readKeyLine(podRef(pod, podUid), container, { client, inventory, signal }),
    })
    upkeep.guard(registry)
    if (!options.withoutLink) {
      const server = await LinkServer.listen({ keys, registry, log, ...listenOf(config.linkListen) })
      closers.push(() => server.close())
    }
    const injecting = await openInjector({ client, inventory, records: fileRecords(join(config.dataDir, 'injections.json')), log })
    closers.push(() => injecting.close())
    const injector = upkeep.guarded(injecting)

    await inventory.ready()
    const how = () => ({ image: config.image, imagePullPolicy: config.imagePullPolicy, controllers: config.linkAdvertise, pins: keys.pins })
    const recognises = (pod: Pod, entry: EphemeralContainer) => injecting.recognises(pod, entry, how())
    for (const expected of expectedProbes({ injected: injecting.injected(), inventory, recognises })) registry.expect(expected)
    closers.push(forgetGonePods({ inventory, registry }))
    registry.settle()

    const keeper: Keeper = {
      preflight: (pods, { caller, signal }) => preflight(pods, { client, inventory, injector: injecting, inject: { ...how(), caller }, refusal: () => upkeep.refusal(), signal }),
      drain: (reason, namespace) => upkeep.end(reason, namespace),
    }
    const reach = new Reach({ registry, injector, image: config.image, imagePullPolicy: config.imagePullPolicy, controllers: config.linkAdvertise, pins: () => keys.pins, timeoutMs: config.reachTimeoutMs, planned: (pod, why) => new PlannedProbe(pod, why, { registry, injector, inject: how, follow: (ref, container) => signal => followLog(ref, container, { client, signal }), log }), log })
    const renewal = new Renewal({
      registry, inventory, image: config.image, refusal: () => upkeep.refusal()?.words, log,
      put: (pod, avoid, signal) => reach.renew(pod, avoid, signal),
    })
    closers.push(() => renewal.close())
    const fleet = new Fleet({ config, profile, inventory, readings: new Readings({ client }), reach, registry, log })
    const known: Backend = {
      trenches: selection => fleet.trenches(selection),
      probes: () => probeInventory({ inventory, registry, recognises }),
      health: () => ({ ...fleet.health(), problems: [...upkeep.problems(), ...fleet.health().problems] }),
    }
    const store = await openStore({ file: join(config.dataDir, 'store.db'), retention: { maxAgeMs: config.storeMaxDays * 86_400_000, maxBytes: config.storeMaxMb * 1_000_000 }, log })
    closers.push(() => store.close())
    const webhooks = webhooksOf(config, log)
    closers.push(() => Promise.all(webhooks.map(webhook => webhook.close())))
    const sinks = [...webhooks, ...(config.kubeEvents === 'on' ? [kubeEvents({ log, create: (path, body) => client.request({ method: 'POST', path, body }) })] : [])]
    const predict = async (trench: Trench, signal: AbortSignal) => {
      const snapshot = await fleet.observe(trench, { subject: 'trench', reads: flowWay.reads }, signal)
      return (tuple: FlowTuple) => flowWay.ways(snapshot, tuple)
    }
    const sight = { path, predict, observe: (trench: Trench, signal: AbortSignal) => fleet.observe(trench, { subject: 'trench', reads: path.reads }, signal), probe: (podUid: string) => registry.probe(podUid), log }
    const tracer = new Tracer(sight)
    const kept = new KeptTraces({ dir: join(config.dataDir, 'traces'), log })
    closers.push(() => kept.close())
    closers.push(() => tracer.close())
    const rings = new Rings({ ...sight, dir: join(config.dataDir, 'rings'), store })
    closers.push(() => rings.close())
    const runs = new Runs({ sweeper: fleet, store, sinks, attach: report => rings.attach(report), log })
    closers.push(() => runs.close())
    const tokenFile = config.apiTokenFile || join(config.dataDir, 'api-token')
    const { tls, caFile, trusted } = apiCertificate(config)
    const api = await startApi({
      backend: known, runs, store, checks: profile.checks, log, listen: config.apiListen, rate: { perSecond: config.apiRate, burst: config.apiRate * 4 },
      access: firstOf(tokenFileAccess(tokenOf(tokenFile)), kubernetesAccess({ client, audiences: config.apiAudiences })),
      tracer, kept, rings, keeper,
      explain: async (trench, tuple) => (await predict(trench, AbortSignal.timeout(config.sweepDeadlineMs)))(tuple),
      ...(tls && { tls }),
    })
    closers.push(() => api.close())
    if (!isLoopback(config.apiListen) && config.ownNamespace !== '') closers.push(publishAuthority({ client, namespace: config.ownNamespace, trusted: () => trusted?.(), log }))
    if ((options.announce ?? true) && isOnThisMachine(config.apiListen)) {
      announce({ url: tls ? `https://localhost:${new URL(api.url).port}` : api.url, tokenFile, pid: process.pid, ...(caFile !== undefined && { caFile }) })
      closers.push(() => withdraw())
    }
    log.info({ url: api.url, link: config.linkListen, cluster: inventory.cluster }, 'controller started')
    health?.serve({
      problems: () => known.health().problems,
      metrics: async accept => {
        const format = accept.includes('application/openmetrics-text') ? 'openmetrics' : 'prometheus'
        return { type: mediaTypes[format], text: exposition(await metricFamilies({ backend: known, runs, store }), format) }
      },
    })
    const backend: Controller['backend'] = {
      ...known,
      sweep: (selection, how) => runs.sweep(selection, { ...how, startedBy: 'controller', origin: 'process' }),
    }
    return { backend, registry, url: api.url, lost: AbortSignal.any([store.failed, ...(upkeep.lost ? [upkeep.lost] : [])]), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** `trenchscope controller`: runs until told to end. Resolves with the exit code. */
export async function runController(flags: Partial<Record<keyof Config, string>>, environment: Readonly<Record<string, string | undefined>>, signal: AbortSignal): Promise<number> {
  try {
    const controller = await startController(flags, environment, { signal })
    process.stderr.write(`the controller runs, API at ${controller.url}; Ctrl-C ends it, probes stay for the next\n`)
    const { lost } = controller
    const over = AbortSignal.any([signal, lost])
    if (!over.aborted) await new Promise(resolve => over.addEventListener('abort', resolve))
    await controller.close()
    if (signal.aborted) return 0
    process.stderr.write(`trenchscope controller: ${(lost.reason as Error).message}\n`)
    return 2
  } catch (error) {
    if (signal.aborted && error instanceof KubeError && error.code === 'aborted') return 0
    const isExpected = [ConfigError, CertificateError, KubeError, StoreError].some(kind => error instanceof kind) || (error as NodeJS.ErrnoException).syscall === 'listen'
    if (!isExpected) throw error
    process.stderr.write(`trenchscope controller: ${(error as Error).message}\n`)
    return error instanceof ConfigError || error instanceof CertificateError ? 64 : 2
  }
}

function webhooksOf({ webhooksFile }: Config, log: Log): ReturnType<typeof readWebhooks> {
  if (webhooksFile === '') return []
  try {
    return readWebhooks(webhooksFile, log)
  } catch (error) {
    throw new ConfigError((error as Error).message, { cause: error })
  }
}

function podRef(pod: string, uid: string): { namespace: string; name: string; uid: string } {
  const [namespace = '', name = ''] = pod.split('/')
  return { namespace, name, uid }
}

/** A socket file left by a controller that was killed is in nobody's use. */
function listenOf(listen: string): { host: string; port: number; path?: string } {
  if (listen.startsWith('unix:')) {
    const path = listen.slice('unix:'.length)
    rmSync(path, { force: true })
    return { host: '', port: 0, path }
  }
  const at = listen.lastIndexOf(':')
  return { host: listen.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(listen.slice(at + 1)) }
}

function tokenOf(file: string): string {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 })
  }
  return readFileSync(file, 'utf8').trim()
}
