/** How far a probe's clock is ahead of ours. The true offset lies within `errorMs` of it. */
export interface Offset {
  readonly offsetMs: number
  readonly errorMs: number
}

interface Sample extends Offset {
  readonly at: number
}

/** Estimates the offset from pings: half of the way there and back is the most a sample can be wrong by; the best of the last ones counts. */
export class ClockOffset {
  #samples: Sample[] = []

  /** Our clock when the ping left and when the pong came, theirs when they met it. Unix ms. */
  add(ping: { sentAt: number; theyReceivedAt: number; theySentAt: number; receivedAt: number }): void {
    const wayMs = ping.receivedAt - ping.sentAt - (ping.theySentAt - ping.theyReceivedAt)
    const offsetMs = (ping.theyReceivedAt - ping.sentAt + ping.theySentAt - ping.receivedAt) / 2
    this.#samples = [...this.#samples.slice(1 - kept), { at: ping.receivedAt, offsetMs, errorMs: Math.max(0, wayMs) / 2 + readingErrorMs }]
  }

  /** undefined before the first pong */
  at(now: number): Offset | undefined {
    const aged = this.#samples.map(({ at, offsetMs, errorMs }) => ({ offsetMs, errorMs: errorMs + (now - at) * driftPerMs }))
    return aged.reduce<Offset | undefined>((best, each) => (best && best.errorMs <= each.errorMs ? best : each), undefined)
  }
}

const kept = 16

/** proto/clock.ts after a step of the wall clock, on either side */
const readingErrorMs = 1

/** two quartz clocks apart by 100 ppm */
const driftPerMs = 1e-4
