import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import { join } from 'node:path'
import { type NfqlbFlow, parseNfqlbFlows } from '#parsers/nfqlb-flows.ts'
import { type NfnetlinkQueue, parseNfnetlinkQueue } from '#parsers/nfnetlink-queue.ts'
import type { NfqlbRequest } from './request.ts'

/** What came of an nfqlb client. `error`: it was not run, or did not end in time and is left running. */
export interface Said {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  readonly error?: { readonly message: string }
}

export interface BalancerOptions {
  /** Runs an nfqlb client that talks to the load balancer, one at a time, never ended by anyone (run/nfqlb-guard.ts). */
  readonly ask: (args: readonly string[]) => Promise<Said>
  /** `/proc` */
  readonly proc: string
  /** `/dev/shm` */
  readonly shm: string
}

/** It is not done: doing it might harm, or nobody can tell. */
export class Refusal extends RangeError {}

/** The pod's load balancer, as a session of its trace needs it (nfqlb.md §6-8). Only what changes trace flows and the mask is written. */
export class Balancer {
  readonly #options: BalancerOptions

  constructor(options: BalancerOptions) {
    this.#options = options
  }

  /** Packets that wait, and that were dropped, in all its queues. @throws when the kernel's list cannot be read */
  queues(): readonly NfnetlinkQueue[] {
    return parseNfnetlinkQueue(readFileSync(join(this.#options.proc, 'net/netfilter/nfnetlink_queue'), 'utf8'))
  }

  /** Whether it listens for flow commands and for a tracer, and how many tracers are connected or wait (format: net/unix/af_unix.c, unix_seq_show; nfqlb.md §7). */
  sockets(): { readonly listens: boolean; readonly tracers: number } {
    const rows = readFileSync(join(this.#options.proc, 'net/unix'), 'latin1').split('\n').map(row => row.trim().split(/ +/))
    const of = (path: string, listens: boolean): number => rows.filter(row => row[7] === path && (row[3] === '00010000') === listens).length
    return { listens: of('@nfqlb', true) > 0 && of('@nfqlb-trace', true) === 1, tracers: of('@nfqlb-trace', false) }
  }

  /** The trace mask in shared memory; undefined: there is no such file, or it is none of nfqlb. */
  mask(): number | undefined {
    return this.#onMask('r', (file, bytes) => (readSync(file, bytes, 0, 9, 0) === 8 ? bytes.readUInt32LE(4) : undefined))
  }

  /** Sets the mask to 0 where no tracer is: its load balancer ended, and the next one would write all it traces into its own log. */
  clearMask(): void {
    if (this.mask() === flowsMask && this.sockets().tracers === 0) this.#onMask('r+', (file, bytes) => writeSync(file, bytes, 0, 4, 4))
  }

  /** Why a tracer must not be begun now, in words. */
  complaint(): string | undefined {
    const queues = this.queues()
    const full = queues.find(({ waiting }) => waiting >= fullAt)
    if (queues.length === 0) return 'no netfilter queue is bound: no load balancer takes packets here'
    if (full) return `${full.waiting} packets wait in queue ${full.queue}: the load balancer is stalled`
    const { listens, tracers } = this.sockets()
    if (!listens) return 'no load balancer listens for a tracer in this pod'
    if (tracers > 0) return 'somebody else\'s nfqlb trace is connected: a second one could end the load balancer'
    const mask = this.mask()
    if (mask === undefined) return `${join(this.#options.shm, 'nfqlb-trace')} is not there: the probe does not see the load balancer's shared memory`
    return mask === 0 ? undefined : `the trace mask is 0x${mask.toString(16)} although nobody traces: somebody else is about to, or a load balancer ended while it was traced`
  }

  async traceFlows(): Promise<readonly NfqlbFlow[]> {
    return parseNfqlbFlows(await this.#list('trace-flow-list'))
  }

  /** Packets a second, at most, of all flows that what is asked for may belong to: what they have counted in a second. Addresses of clients cannot be told. */
  async rate({ protocols, vips, ports }: NfqlbRequest): Promise<number> {
    const look = async () => ({ at: performance.now(), flows: parseNfqlbFlows(await this.#list('flow-list')).filter(concerns) })
    const concerns = (flow: NfqlbFlow): boolean =>
      (flow.protocols?.some(protocol => protocols.includes(protocol)) ?? true) && (flow.dports?.some(({ from, to }) => ports.some(port => port >= from && port <= to)) ?? true) && (flow.dests?.some(({ cidr }) => vips.some(vip => isWithin(vip, cidr))) ?? true)
    const before = await look()
    await new Promise(resolve => setTimeout(resolve, rateMs))
    const after = await look()
    // the counters wrap, and begin anew with a flow
    const counted = after.flows.reduce((sum, { name, matches }) => sum + ((matches - (before.flows.find(flow => flow.name === name)?.matches ?? 0)) >>> 0), 0)
    return (counted * 1000) / (after.at - before.at)
  }

  /** It answers nothing, and ends with 255 either way: only the list tells. @throws {Refusal} when the flow is not in it as asked for */
  async setTraceFlow(args: readonly string[], { name, vips, sources, protocols }: NfqlbRequest): Promise<void> {
    const { stdout, stderr, error } = await this.#options.ask(args)
    const flow = (await this.traceFlows()).find(known => known.name === name)
    if (flow?.dests?.length === vips.length && flow.dports && flow.protocols?.length === protocols.length && (flow.srcs ?? []).length === sources.length) return
    throw new Refusal(`the load balancer did not take the trace flow: ${error?.message ?? (`${stdout.slice(0, 64)}${stderr}`.trim() || 'it is not in its list')}`)
  }

  /** Deletes them, and sees that none is left. @throws when that cannot be seen */
  async deleteTraceFlows(names: readonly string[]): Promise<void> {
    if (!this.sockets().listens) return // they went with their load balancer
    for (const name of names) await this.#options.ask(['trace-flow-delete', `--name=${name}`])
    const left = (await this.traceFlows()).filter(({ name }) => names.includes(name))
    if (left.length > 0) throw new Error(`trace flow ${left[0]!.name} is still there`)
  }

  async #list(command: string): Promise<string> {
    const { exitCode, stdout, stderr, error } = await this.#options.ask([command])
    if (exitCode !== 0) throw new Refusal(error?.message ?? `nfqlb ${command} ended with ${exitCode}: ${stderr.trim()}`)
    return stdout
  }

  #onMask<T>(flags: string, use: (file: number, bytes: Buffer) => T): T | undefined {
    let file: number | undefined
    try {
      file = openSync(join(this.#options.shm, 'nfqlb-trace'), flags)
      return use(file, Buffer.alloc(9))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    } finally {
      if (file !== undefined) closeSync(file)
    }
  }
}

function isWithin(address: string, cidr: string): boolean {
  const [net = '', length] = cidr.split('/')
  const family = (text: string) => (isIP(text) === 6 ? 'ipv6' : 'ipv4')
  const nets = new BlockList()
  nets.addSubnet(net, Number(length), family(net))
  return nets.check(address, family(address))
}

/** `--selection=flows` */
export const flowsMask = 0x40
/** half of what a queue holds (Meridio: --qlength=1024) */
const fullAt = 512
const rateMs = 1000
