import type { Kind } from './frames.ts'
import { ProtocolError } from './goodbye.ts'

export type Side = 'probe' | 'controller'

/** What a session waits for; `open` once the probe is welcome. */
export type State = 'hello' | 'challenge' | 'proof' | 'welcome' | 'open' | 'closed'

const opening: Readonly<Record<Exclude<State, 'open' | 'closed'>, { readonly from: Side; readonly next: State }>> = {
  hello: { from: 'probe', next: 'challenge' },
  challenge: { from: 'controller', next: 'proof' },
  proof: { from: 'probe', next: 'welcome' },
  welcome: { from: 'controller', next: 'open' },
}

const open: Readonly<Record<Side, readonly Kind[]>> = {
  controller: ['ask', 'cancel', 'ping', 'lease', 'successor', 'streamOpen', 'streamWindow', 'streamClose'],
  probe: ['record', 'observation', 'done', 'pong', 'cost', 'log', 'streamData', 'streamClose'],
}

/** Who may say what, when; both ends keep one, over what they send and what they receive. */
export class Conversation {
  #state: State = 'hello'

  get state(): State {
    return this.#state
  }

  /** @throws {ProtocolError} `out-of-state` */
  take(from: Side, kind: Kind): void {
    const next = this.#next(from, kind)
    if (next === undefined) throw new ProtocolError('out-of-state', `a ${kind} from the ${from} while ${this.#state === 'open' ? 'the session is open' : this.#state === 'closed' ? 'the session is closed' : `a ${this.#state} is due`}`)
    this.#state = next
  }

  #next(from: Side, kind: Kind): State | undefined {
    if (this.#state === 'closed') return undefined
    if (kind === 'goodbye') return 'closed'
    if (this.#state === 'open') return open[from].includes(kind) ? 'open' : undefined
    const due = opening[this.#state]
    return kind === this.#state && from === due.from ? due.next : undefined
  }
}
