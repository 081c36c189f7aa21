import { setImmediate } from 'node:timers/promises'
import type { About, Severity } from '#judge/check.ts'
import { findingKey } from '#judge/finding.ts'
import type { FlowTuple, FlowWay } from '#judge/profile.ts'
import { subjectKey, type Trench } from '#judge/subject.ts'
import type { Log } from '../log.ts'
import type { JourneyEvent, TraceFinding } from './events.ts'
import type { NfqlbMark } from './nfqlb-stage.ts'
import { type Predict, predictedMark, tupleOf } from './predict.ts'
import type { Suspicion } from './suspects.ts'
import type { Tap } from './taps.ts'

export interface TraceFindingsOptions {
  readonly trench: Trench
  readonly taps: readonly Tap[]
  /** Reads what ways are predicted from, now. */
  readonly look: (signal: AbortSignal) => Promise<Predict>
  readonly onFinding: (finding: TraceFinding) => void
  readonly log: Log
}

/**
 * Makes findings of what a trace saw. To a lost request belongs what the facts of its load balancer say, read right after. The way of a flow that arrived is compared
 * with the predicted one, and a difference is a finding when facts read before and after agree on another way.
 */
export class TraceFindings {
  readonly #options: TraceFindingsOptions
  readonly #left = new AbortController()
  readonly #latest = new Map<string, Suspicion>()
  readonly #findings = new Map<string, TraceFinding>()
  #work: Promise<void> = Promise.resolve()
  #looks = 0
  #prediction: Predict | undefined

  constructor(options: TraceFindingsOptions) {
    this.#options = options
  }

  take({ suspicions, flows }: { readonly suspicions: readonly Suspicion[]; readonly flows: readonly JourneyEvent[] }): void {
    const fresh = suspicions.filter(({ id }) => !this.#latest.has(id))
    for (const suspicion of suspicions) this.#latest.set(suspicion.id, suspicion)
    if (fresh.length === 0 && flows.length === 0) return
    this.#work = this.#work.then(async () => {
      if (fresh.length > 0) await this.#suspect(fresh)
      if (flows.length > 0) await this.#compare(flows)
    }).catch(error => this.#unexplained(error))
  }

  /** What facts say before anything was seen; undefined: they cannot be read. */
  prepared(): Promise<Predict | undefined> {
    const prepared = this.#work.then(async () => (this.#prediction ??= await this.#look()))
    this.#work = prepared.then(() => undefined)
    return prepared
  }

  /** What load balancers said of packets. */
  takeMarks(marks: readonly NfqlbMark[]): void {
    if (marks.length > 0) this.#work = this.#work.then(() => this.#compareMarks(marks)).catch(error => this.#unexplained(error))
  }

  /** All there are, with what they have come to; what is still being looked at is waited for, not for long. */
  async settled(): Promise<readonly TraceFinding[]> {
    const late = setTimeout(() => this.#left.abort(new Error('the trace has ended')), settleMs)
    await this.#work
    clearTimeout(late)
    this.#left.abort()
    return [...this.#findings].map(([id, finding]) => ({ ...finding, packets: this.#latest.get(id)?.packets ?? finding.packets, evidence: this.#latest.get(id)?.evidence ?? finding.evidence }))
  }

  async #suspect(suspicions: readonly Suspicion[]): Promise<void> {
    const predict = suspicions.some(({ evidence: [first] }) => first!.way === 'request') ? await this.#look() : undefined
    for (const { id, check, tap, about, packets, evidence, vouching } of suspicions) {
      const [first] = evidence
      const predicted = first!.way === 'request' ? this.#wayOf(first!, predict) : undefined
      const said = `${first!.way === 'request' ? 'requests to' : 'replies from'} ${about.vip}: ${first!.text}`
      this.#tell(id, this.#options.taps[tap]!, check, about, { text: predicted ? `${said}; ${predictedText(predicted)}` : said, packets, evidence, vouching, ...(predicted && { predicted }) })
    }
  }

  async #compare(flows: readonly JourneyEvent[]): Promise<void> {
    this.#prediction ??= await this.#look()
    const differing: JourneyEvent[] = []
    for (const flow of flows) {
      if (this.#differs(flow, this.#prediction)) differing.push(flow)
      await setImmediate()
    }
    if (differing.length === 0) return
    const before = this.#prediction
    const after = await this.#look()
    this.#prediction = after ?? before
    for (const flow of differing) {
      const [was, is] = [this.#wayOf(flow, before), this.#wayOf(flow, after)]
      if (!was || !is || was.target !== is.target || !this.#differs(flow, after)) continue
      const [first, last] = [this.#options.taps[flow.hops[0]!.tap]!, this.#lastTap(flow)]
      const about: About = { family: flow.packet.destination.includes(':') ? 'IPv6' : 'IPv4', vip: flow.packet.destination, target: last.pod }
      const id = JSON.stringify(['way-differs', first.pod, about, is.target])
      this.#tell(id, first, 'way-differs', about, { text: `${flow.packet.flow} arrived at ${last.label}; ${predictedText(is)}`, packets: 1, evidence: [flow], vouching: [], predicted: is })
    }
  }

  /** A mark is another than predicted when facts read before and after agree on it. */
  async #compareMarks(marks: readonly NfqlbMark[]): Promise<void> {
    const before = this.#prediction ??= await this.#look()
    const differing = marks.filter(mark => markDiffers(mark, before) !== undefined)
    if (differing.length === 0) return
    const after = await this.#look()
    this.#prediction = after ?? before
    for (const mark of differing) {
      const [was, is] = [markDiffers(mark, before), markDiffers(mark, after)]
      if (is === undefined || was !== is) continue
      const { event: { pod, packet, verdict }, journey } = mark
      const tap = this.#options.taps.find(known => known.pod === pod)!
      const about: About = { family: packet.destination.includes(':') ? 'IPv6' : 'IPv4', vip: packet.destination }
      const text = `nfqlb said of ${mark.event.text}; by the facts of ${pod.split('/')[1]} ${is < 0 ? 'it is dropped there' : `its mark is ${is}`}`
      this.#tell(JSON.stringify(['mark-differs', pod, about, verdict!.fwmark, is]), tap, 'mark-differs', about, { text, packets: 1, evidence: journey ? [journey] : [], vouching: [] })
    }
  }

  #unexplained(error: unknown): void {
    this.#options.log.warn({ err: error, trench: this.#options.trench.name }, 'trace finding not explained')
  }

  #tell(id: string, tap: Tap, check: TraceFinding['check'], about: About, what: Pick<TraceFinding, 'text' | 'packets' | 'evidence' | 'vouching' | 'predicted'>): void {
    if (this.#findings.has(id)) return
    const { trench, onFinding } = this.#options
    const pod = trench.pods.find(known => subjectKey(known) === tap.pod)
    if (!pod) return
    const { role, namespace, name, node } = pod
    const finding: TraceFinding = { type: 'finding', key: findingKey(trench, check, pod, about), check, trench: `${trench.namespace}/${trench.name}`, subject: { role, namespace, name, node }, about, ...checks[check], ...what }
    this.#findings.set(id, finding)
    onFinding(finding)
  }

  /** undefined: it cannot be looked at, or was looked at often enough in one trace */
  async #look(): Promise<Predict | undefined> {
    if (this.#looks >= maxLooks || this.#left.signal.aborted) return undefined
    this.#looks += 1
    try {
      return await this.#options.look(AbortSignal.any([this.#left.signal, AbortSignal.timeout(lookMs)]))
    } catch (error) {
      this.#options.log.warn({ err: error, trench: this.#options.trench.name }, 'flow ways not predicted')
      return undefined
    }
  }

  #differs(flow: JourneyEvent, predict: Predict | undefined): boolean {
    const way = this.#wayOf(flow, predict)
    return way !== undefined && !way.unclear && way.target !== this.#lastTap(flow).pod
  }

  /** What the facts of the load balancer it came to say of it. */
  #wayOf({ packet, hops: [first] }: JourneyEvent, predict: Predict | undefined): FlowWay | undefined {
    const tap = first && this.#options.taps[first.tap]
    if (!predict || tap?.role !== 'lb') return undefined
    const { source, sourcePort, destination, destinationPort, protocol, echoId } = packet
    const known = ({ tcp: 'tcp', udp: 'udp', sctp: 'sctp', ...(echoId !== undefined && { icmp: 'icmp', icmp6: 'icmp' }) } as Record<string, FlowTuple['protocol']>)[protocol]
    if (known === undefined) return undefined
    return predict({ protocol: known, source, sourcePort, destination, destinationPort, ...(echoId !== undefined && { echoId }) }).find(({ pod }) => pod === tap.pod)
  }

  #lastTap({ hops }: JourneyEvent): Tap {
    return this.#options.taps[hops.filter(({ flooded }) => !flooded).at(-1)!.tap]!
  }
}

/** The mark facts say it gets, where that is another than the load balancer gave it. */
function markDiffers({ event: { pod, packet, verdict } }: NfqlbMark, predict: Predict | undefined): number | undefined {
  const tuple = tupleOf(packet)
  const mark = predict && tuple && predictedMark(predict, pod, tuple)
  return mark === verdict?.fwmark ? undefined : mark
}

function predictedText({ pod, target, interface: name, stops }: FlowWay): string {
  const lb = pod.split('/')[1]
  return target === undefined ? `by the facts of ${lb}: ${stops}` : `by the facts of ${lb} it goes to ${target.split('/')[1]}/${name}`
}

const checks = {
  'packet-lost': { severity: 'loss', why: 'Packets of a VIP were seen here and nowhere behind, and no capture that should have seen them lost anything.', fix: 'The place where it stopped names the pod; what the load balancer\'s facts say of the flow, and a sweep, say what is wrong there.' },
  'packet-strayed': { severity: 'loss', why: 'Packets of a VIP left by an interface where none belongs: a rule or a route that keeps them in the trench is missing.', fix: 'Compare ip rule and the routes of the tables it names in this pod with a healthy one; a sweep names the missing one.' },
  'way-differs': { severity: 'risk', why: 'Flow, hash, mark, rule, route and neighbour, read before and after, lead to another target than the one that was reached.', fix: 'Run explain-flow for the flow and compare each step with the load balancer.' },
  'mark-differs': { severity: 'risk', why: 'nfqlb gave packets another mark than flow, hash and the table of its active targets, read before and after, lead to.', fix: 'Compare nfqlb flow-list and nfqlb show with what explain-flow says; a load balancer whose table is not what it shows must be restarted.' },
} as const satisfies Record<string, { severity: Severity; why: string; fix: string }>

const settleMs = 5000
const lookMs = 10_000
const maxLooks = 20
