import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Sandbox } from '../kubelet/spawn.ts'
import { nfqlb } from './balancer.ts'
import { type Daemon, daemonPid, endDaemon, startDaemon } from './daemons.ts'
import { ipBatch } from './ip.ts'
import { queueRules } from './netfilter.ts'
import { stateLines, vethLine } from './plumbing.ts'
import { missingIn } from './ready.ts'
import { type LabRecord, netnsOf, netnsPath } from './record.ts'
import { inContainer, inNamespaces, sandboxOf } from './sandbox.ts'
import { command, until } from './system.ts'
import { placesOf, podsOf, type Shape, shapeOf, topologyAt } from './shapes.ts'
import { conduitMtu, outsideOf, type Place, type PodName, type Topology } from './topology.ts'
import { isHealthy, lossIn, type Traffic } from './traffic.ts'

/** A running trench. Made by `startTrench` or `openTrench`. */
export class TrenchLab {
  readonly record: LabRecord
  readonly #remove: () => void
  #closed = false

  constructor(record: LabRecord, remove: () => void) {
    this.record = record
    this.#remove = remove
  }

  get id(): string { return this.record.id }
  get dir(): string { return this.record.dir }
  get shape(): Shape { return shapeOf(this.record) }
  /** The trench that faults are made in. */
  get topology(): Topology { return this.shape[0] }

  /**
   * What the kubelet double needs of a pod, by its lab name (`lb-1`) or its name in Kubernetes.
   * Pods that exist only in the API (NSP, IPAM, NSE) get the pod network and nothing else.
   */
  sandboxOf(name: string): Sandbox {
    const pod = podsOf(this.shape).find(one => one.name === name || one.podName === name)
    return pod ? sandboxOf(this.record, pod.name) : { netns: netnsPath(this.id, 'k8s') }
  }

  /** Runs `ip -batch` lines in a place, see `ipBatch`. */
  ip(place: Place, lines: readonly string[], { force = false } = {}): Promise<void> {
    return ipBatch(lines, { netns: netnsOf(this.id, place), force })
  }

  /** One more link between two places of the conduit. */
  link(a: Place, aInterface: string, b: Place, bInterface: string): Promise<void> {
    return ipBatch([vethLine(place => netnsOf(this.id, place), conduitMtu, a, aInterface, b, bInterface)])
  }

  /** Runs a command in a pod's network, IPC and UTS namespaces, with this machine's files. Gives its standard output. */
  run(place: Place, argv: readonly string[], input = ''): Promise<string> {
    return command(inNamespaces(this.record, place, argv), { input })
  }

  /** Runs a command as a container of the pod, with its /dev/shm, /run/bird, /etc/bird and /var/log. Gives its standard output. */
  exec(place: Place, argv: readonly string[]): Promise<string> {
    return command(inContainer(this.record, place, argv))
  }

  birdc(place: Place, ...words: string[]): Promise<string> {
    return command([this.record.bird.birdc, '-s', join('/proc', String(this.pid(place, 'bird') ?? 0), 'root/run/bird/bird.ctl'), ...words])
  }

  nfqlb(lb: PodName, ...args: string[]): Promise<string> {
    return nfqlb(this.record, lb, args)
  }

  async nft(place: Place, commands: string): Promise<void> {
    await this.run(place, ['nft', '-f', '-'], commands)
  }

  /** Sends VIP traffic to nfqlb's queues. */
  async queueToNfqlb(lb: PodName): Promise<void> {
    const topology = topologyAt(this.shape, lb)
    await Promise.all(topology.families.map(family => this.run(lb, [family === 'v4' ? 'iptables-legacy-restore' : 'ip6tables-legacy-restore'], queueRules(topology, family))))
  }

  pid(place: Place, daemon: Daemon): number | undefined {
    return daemonPid(this.record, place, daemon)
  }

  start(place: Place, daemon: Daemon): void {
    startDaemon(this.record, place, daemon)
  }

  end(place: Place, daemon: Daemon): Promise<void> {
    return endDaemon(this.record, place, daemon)
  }

  /** Puts links, addresses, rules and routes of places back as they were at the start, and forgets their neighbours. What is there too much stays. */
  restore(...which: readonly Place[]): Promise<void> {
    return this.#rebuild(which, ['neigh flush all'])
  }

  /** `restore`, but for the neighbours, which nobody forgets in the field either. */
  mend(...which: readonly Place[]): Promise<void> {
    return this.#rebuild(which, [])
  }

  async #rebuild(which: readonly Place[], more: readonly string[]): Promise<void> {
    await Promise.all((which.length > 0 ? which : placesOf(this.shape)).map(place => this.ip(place, [...stateLines(this.shape, place), ...more], { force: true })))
  }

  /** Real TCP connects from a trench's client (default: the first trench's) to its VIPs. `short`: 40 per family, under 2 s. `long`: 100 per family and 24 replies of 20 kB. `udp`: 40 datagrams per family. */
  async traffic(form: 'short' | 'long' | 'udp' = 'short', topology = this.topology): Promise<Traffic> {
    return { v4: {}, v6: {}, ...JSON.parse(await this.#client(topology, form)) as Partial<Traffic> }
  }

  /** 2600 datagrams to one VIP, so that about half of them meet each of two load balancers. */
  async flood(): Promise<void> {
    await this.#client(this.topology, 'flood')
  }

  /** 400 datagrams to each VIP within two to three seconds: no more than nfqlb takes. */
  async drip(): Promise<void> {
    await this.#client(this.topology, 'drip')
  }

  #client(topology: Topology, form: string): Promise<string> {
    return this.run(outsideOf(topology)[2], [this.record.python, join(import.meta.dirname, 'client.py'), form, ...topology.families.map(family => `${family}=${topology.vips[family]}`)])
  }

  /** Waits until BGP, BFD, routes, queues, targets and applications are all up. @throws {Error} that lists what is missing after `timeoutMs` (default 20 000) */
  async waitReady({ timeoutMs = 20_000 } = {}): Promise<void> {
    let missing: string[] = []
    await until('ready', async () => (missing = await missingIn(this)).length === 0, { timeoutMs, everyMs: 100 })
      .catch(() => { throw new Error(`the lab is not ready after ${timeoutMs} ms: ${missing.join('; ')}`) })
  }

  /** `waitReady`, and traffic without any loss. @throws {Error} that says what is missing or lost after `timeoutMs` (default 20 000) */
  async waitHealthy({ timeoutMs = 20_000 } = {}): Promise<void> {
    const end = Date.now() + timeoutMs
    await this.waitReady({ timeoutMs })
    let seen: Traffic[] | undefined
    await until('healthy', async () => (seen = await Promise.all(this.shape.map(topology => this.traffic('short', topology)))).every(isHealthy), { timeoutMs: Math.max(0, end - Date.now()), everyMs: 100 })
      .catch((cause: unknown) => { throw new Error(`the lab is ready, but traffic is lost: ${seen ? seen.flatMap(lossIn).join('; ') : 'no answer of the client'}`, { cause }) })
  }

  /** Folder of the marks of injected faults. */
  get faultsDir(): string {
    const dir = join(this.dir, 'faults')
    mkdirSync(dir, { recursive: true })
    return dir
  }

  /** Removes the lab if this process started it. Safe to call twice. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#remove()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
