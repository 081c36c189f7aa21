import { randomBytes } from 'node:crypto'
import type { StreamingProbe } from '../link/probe.ts'
import type { OpenStream, StreamEnding } from '../link/streams.ts'
import type { NfqlbStateEvent } from './events.ts'
import { type MarkOf, NfqlbLines, type NfqlbMatch, type NfqlbPacket } from './nfqlb-lines.ts'
import type { NfqlbSelection } from './nfqlb-selection.ts'
import { type Predict, predictedMark, tupleOf } from './predict.ts'

export interface NfqlbSessionsOptions {
  readonly selection: NfqlbSelection
  readonly probe: (pod: string) => StreamingProbe
  readonly seconds: number
  /** what facts say now; undefined: they cannot be read */
  readonly predict: () => Promise<Predict | undefined>
  readonly onMatches: (balancer: number, matches: readonly NfqlbMatch[]) => void
  /** `balancer`: its number in the selection */
  readonly onState: (balancer: number, state: NfqlbStateEvent) => void
  /** once, when all are over and undone */
  readonly onOver: () => void
}

/** nfqlb's own traces of one flow, one in each load balancer of a trench. The probes hold the rules by which one is begun and undone (docs/harm.md); a trace goes on without those that are not. */
export class NfqlbSessions {
  readonly #options: NfqlbSessionsOptions
  readonly #streams: OpenStream[]
  readonly #lines: readonly NfqlbLines[]
  readonly #active: boolean[]
  #predict: Predict | undefined
  readonly #known = new Map<string, number | undefined>()
  #matches: NfqlbMatch[] = []
  #open: number

  constructor(options: NfqlbSessionsOptions) {
    this.#options = options
    const { selection: { balancers, protocols, vip, port, peer }, probe, seconds } = options
    // of the load balancers before anything is traced: what it says then can be held against it
    void options.predict().then(predict => { this.#predict = predict })
    this.#open = balancers.length
    this.#active = balancers.map(() => false)
    this.#lines = balancers.map(({ pod }) => new NfqlbLines(packet => this.#markOf(pod, packet), match => this.#matches.push(match)))
    const params = {
      vips: vip, protocols: protocols.join(','), ports: String(port), sources: peer ?? '', seconds: Math.min(3600, seconds + 60), bytes: bytesEach,
      perSecond: Math.max(leastPerSecond, Math.floor(packetsPerSecond / balancers.length)),
    }
    this.#streams = balancers.map(({ pod }, balancer) => probe(pod).stream('nfqlb-trace', { ...params, session: `ts${randomBytes(6).toString('hex')}` }, windowBytes, {
      onData: ({ payload, dropped }) => {
        if (!this.#active[balancer]) this.#tell(balancer, 'active', '')
        this.#active[balancer] = true
        if (dropped > 0) this.#lines[balancer]!.gap()
        this.#lines[balancer]!.add(payload, performance.now())
        this.#hand(balancer)
        if (payload.length > 0) this.#streams[balancer]?.grant(payload.length)
      },
      onEnd: ending => this.#end(balancer, ending),
    }))
  }

  /** Ends all; told by `onOver` when nothing of them is left. Safe twice. */
  close(): void {
    for (const stream of this.#streams) stream.close()
  }

  #end(balancer: number, { code, message }: StreamEnding): void {
    this.#lines[balancer]!.gap()
    this.#hand(balancer)
    this.#active[balancer] = false
    this.#tell(balancer, code === 'over' ? 'ended' : code === 'refused' || code === 'unsupported' ? code : 'failed', message)
    this.#open -= 1
    if (this.#open === 0) this.#options.onOver()
  }

  #hand(balancer: number): void {
    if (this.#matches.length > 0) this.#options.onMatches(balancer, this.#matches.splice(0))
  }

  #tell(balancer: number, state: NfqlbStateEvent['state'], message: string): void {
    this.#options.onState(balancer, { type: 'nfqlb-trace', pod: this.#options.selection.balancers[balancer]!.pod, state, message })
  }

  /** -1 where facts say that the packet is dropped. */
  #markOf(pod: string, packet: NfqlbPacket): ReturnType<MarkOf> {
    const tuple = this.#predict && tupleOf(packet)
    if (!tuple) return undefined
    const key = `${pod} ${JSON.stringify(tuple)}`
    if (!this.#known.has(key)) {
      if (this.#known.size >= mostKnown) this.#known.clear()
      this.#known.set(key, predictedMark(this.#predict!, pod, tuple))
    }
    return this.#known.get(key)
  }
}

/** of each; what a packet is said in takes 100 to 200 */
const bytesEach = 8 << 20
/** of all load balancers of a trace: what one thread reads beside its other work */
const packetsPerSecond = 2000
const leastPerSecond = 100
const windowBytes = 256 << 10
const mostKnown = 10_000
