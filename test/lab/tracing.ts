import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ApiClient, linesOf } from '../../controller/api/client.ts'
import type { EndedEvent, JourneyEvent, StartedEvent, TraceEvent, TraceRequest } from '../../controller/api/trace-events.ts'
import type { Bed } from './bed.ts'

/** A trace of the lab's trench, as a client of the API reads it. */
export class Tracing {
  readonly started: StartedEvent
  readonly #client: ApiClient
  readonly #journeys: Promise<readonly JourneyEvent[]>

  private constructor(client: ApiClient, started: StartedEvent, lines: AsyncIterator<string>) {
    this.#client = client
    this.started = started
    this.#journeys = journeysIn(lines)
  }

  /** Resolves when every tap listens. */
  static async begin(bed: Bed, request: TraceRequest): Promise<Tracing> {
    const client = new ApiClient({ url: bed.controller.url, token: readFileSync(join(bed.lab.trench.dir, 'controller/api-token'), 'utf8').trim() })
    const lines = linesOf(await client.open('/v1/traces', { body: { trench: 'red', ...request } }))
    return new Tracing(client, JSON.parse((await lines.next()).value as string) as StartedEvent, lines)
  }

  /** Its capture file, read to the end: how many packets, and pairs that go back in time. */
  async file(): Promise<{ readonly packets: number; readonly outOfOrder: number }> {
    const response = await this.#client.open(`/v1/traces/${this.started.id}/stream`, { accept: 'application/x-pcapng' })
    const file = Buffer.from(await response.arrayBuffer())
    const times: bigint[] = []
    for (let at = 0; at < file.length; at += file.readUInt32LE(at + 4)) if (file.readUInt32LE(at) === 6) times.push((BigInt(file.readUInt32LE(at + 12)) << 32n) + BigInt(file.readUInt32LE(at + 16)))
    return { packets: times.length, outOfOrder: times.filter((time, index) => index > 0 && time < times[index - 1]!).length }
  }

  /** Waits for packets under way, and for the counters that vouch for what was not seen. */
  async stop(): Promise<{ readonly ended: EndedEvent; readonly journeys: readonly JourneyEvent[] }> {
    await delay(4000)
    const ended = await this.#client.json<EndedEvent>(`/v1/traces/${this.started.id}/stop`, { method: 'POST' })
    return { ended, journeys: await this.#journeys }
  }
}

/** Read as they come: who waits too long misses some. */
async function journeysIn(lines: AsyncIterator<string>): Promise<readonly JourneyEvent[]> {
  const journeys: JourneyEvent[] = []
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const event = JSON.parse(line.value) as TraceEvent
    if (event.type === 'shed') throw new Error(`${event.events} events were missed`)
    if (event.type === 'journey') journeys.push(event)
  }
  return journeys
}
