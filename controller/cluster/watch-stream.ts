import { KubeError } from './errors.ts'

/** One line of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: RawObject
}

/** A Kubernetes object as it came, before projection. */
export interface RawObject {
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid: string
    readonly resourceVersion?: string
    readonly annotations?: Readonly<Record<string, string>>
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

const maxLineBytes = 16 * 1024 * 1024
const newline = 0x0a

/**
 * The events of a watch, one JSON object per line. A last line without its newline was cut and is dropped: it comes again from the resourceVersion before it.
 * @throws {KubeError} `unreadable` on a line that is not an event, or is longer than 16 MiB
 */
export async function* watchEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<WatchEvent> {
  let rest: Uint8Array[] = []
  let held = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      yield eventOf(Buffer.concat([...rest, chunk.subarray(from, end)]).toString())
      rest = []
      held = 0
      from = end + 1
    }
    if (from === chunk.length) continue
    rest.push(chunk.subarray(from))
    held += chunk.length - from
    if (held > maxLineBytes) throw new KubeError('unreadable', `a watch event is longer than ${maxLineBytes} bytes`)
  }
}

function eventOf(line: string): WatchEvent {
  try {
    const event = JSON.parse(line) as WatchEvent
    if (typeof event.type === 'string' && typeof event.object === 'object') return event
  } catch {
    // said below, like any other line that is no event
  }
  throw new KubeError('unreadable', `not a watch event: ${line.slice(0, 200)}`)
}
