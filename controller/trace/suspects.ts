import type { About } from '#judge/check.ts'
import type { JourneyEvent } from './events.ts'
import type { Told } from './journeys.ts'
import type { LedgerRow } from './ledger.ts'
import type { Tap } from './taps.ts'
import type { Outcome } from './verdict.ts'

/** Packets that ended in one place: what may become a finding. Plain data: it travels from the engine's thread. */
export interface Suspicion {
  readonly id: string
  readonly check: 'packet-lost' | 'packet-strayed'
  /** where they were seen last */
  readonly tap: number
  readonly about: About
  /** so far */
  readonly packets: number
  /** the first few of them */
  readonly evidence: readonly JourneyEvent[]
  /** the ledger of the interfaces they never came to, as it stood when the first was told lost: nothing is missing in it */
  readonly vouching: readonly LedgerRow[]
}

/** Gathers lost packets by place, family and VIP, and the first packets of flows that arrived, while a trace runs. */
export class Suspects {
  readonly #taps: readonly Tap[]
  readonly #rows: () => readonly LedgerRow[]
  readonly #places = new Map<string, Suspicion>()
  readonly #changed = new Set<string>()
  readonly #flows = new Set<number>()
  #began: JourneyEvent[] = []

  constructor(taps: readonly Tap[], rows: () => readonly LedgerRow[]) {
    this.#taps = taps
    this.#rows = rows
  }

  /** Whether `note` should be told of it. */
  concern({ way, flow }: Pick<Told, 'way' | 'flow'>, outcome: Outcome): boolean {
    if (outcome === 'lost' || outcome === 'aside') return true
    if (outcome !== 'arrived' || way !== 'request' || this.#flows.size >= maxFlows) return false
    if (this.#flows.has(flow)) return false
    this.#flows.add(flow)
    return true
  }

  note(event: JourneyEvent): void {
    if (event.outcome === 'arrived') return void this.#began.push(event)
    const along = event.hops.filter(({ flooded }) => !flooded)
    const strayed = event.outcome === 'aside' ? along.find(({ tap }) => this.#taps[tap]!.step === undefined) : undefined
    const { tap } = strayed ?? along.at(-1) ?? event.hops.at(-1)!
    const about = this.#about(event, tap)
    const check = strayed ? 'packet-strayed' : 'packet-lost'
    const id = JSON.stringify([check, tap, about])
    const known = this.#places.get(id)
    if (!known && this.#places.size >= maxPlaces) return
    this.#changed.add(id)
    if (!known) {
      const rows = this.#rows()
      this.#places.set(id, { id, check, tap, about, packets: 1, evidence: [event], vouching: (event.never ?? []).slice(0, maxVouching).map(never => rows[never]!) })
    } else this.#places.set(id, { ...known, packets: known.packets + 1, evidence: known.evidence.length < maxEvidence ? [...known.evidence, event] : known.evidence })
  }

  /** What is new since the last call. */
  take(): { readonly suspicions: readonly Suspicion[]; readonly flows: readonly JourneyEvent[] } {
    const suspicions = [...this.#changed].map(id => this.#places.get(id)!)
    this.#changed.clear()
    return { suspicions, flows: this.#began.splice(0) }
  }

  #about({ way, packet: { source, destination }, never = [] }: JourneyEvent, tap: number): About {
    const vip = way === 'request' ? destination : source
    const targets = [...new Set(never.map(next => this.#taps[next]!).filter(({ role }) => role === 'tapa').map(({ pod }) => pod))]
    return { family: vip.includes(':') ? 'IPv6' : 'IPv4', vip, interface: this.#taps[tap]!.interface, ...(targets.length === 1 && { target: targets[0]! }) }
  }
}

const maxPlaces = 50
const maxEvidence = 3
const maxVouching = 16
/** whose predicted way is compared with the one they took */
const maxFlows = 256
