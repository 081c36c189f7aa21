import type { LogOptions } from '../apiserver/logs.ts'
import { type CriLog, type LogLine, readCriLog } from './cri-log.ts'

const maxQueuedLines = 100_000

/**
 * What `pods/log` sends of a container's log: the current file only, after that, with `follow`, each new line until the container ends or the reader goes.
 * A reader that falls behind by 100,000 lines is cut off.
 */
export async function* readLog(log: CriLog, options: LogOptions, signal: AbortSignal): AsyncGenerator<Buffer> {
  const queue: (LogLine | undefined)[] = []
  let wake = () => {}
  const wakeUp = () => wake()
  const stop = options.follow && !log.ended
    ? log.follow(line => {
        queue.push(line)
        wake()
      })
    : () => {}
  if (!options.follow || log.ended) queue.push(undefined)
  signal.addEventListener('abort', wakeUp)
  try {
    const budget = { left: options.limitBytes ?? Number.POSITIVE_INFINITY }
    const render = renderer(options)
    for (const line of selected(readCriLog(log.path), options)) {
      yield* limited(render(line), budget)
      if (budget.left === 0) return
    }
    while (!signal.aborted && queue.length < maxQueuedLines) {
      if (queue.length === 0) {
        await new Promise<void>(resolve => (wake = resolve))
        continue
      }
      const line = queue.shift()
      if (!line) return
      yield* limited(render(line), budget)
      if (budget.left === 0) return
    }
  } finally {
    signal.removeEventListener('abort', wakeUp)
    stop()
  }
}

function selected(lines: LogLine[], { tailLines, sinceMs }: LogOptions): LogLine[] {
  const recent = sinceMs === undefined ? lines : lines.filter(line => Date.parse(line.time) >= sinceMs)
  if (tailLines === undefined) return recent
  const ends = recent.flatMap((line, index) => (isWhole(line) || index === recent.length - 1 ? [index] : []))
  if (tailLines === 0) return []
  const before = ends.at(-tailLines - 1)
  return before === undefined ? recent : recent.slice(before + 1)
}

const isWhole = (line: LogLine): boolean => line.text.at(-1) === 10

/** A time stands before each line, not before each part of it. */
function renderer({ timestamps }: LogOptions): (line: LogLine) => Buffer {
  let atStart = true
  return line => {
    const shown = timestamps && atStart ? Buffer.concat([Buffer.from(`${line.time} `), line.text]) : line.text
    atStart = isWhole(line)
    return shown
  }
}

function* limited(bytes: Buffer, budget: { left: number }): Generator<Buffer> {
  const part = bytes.subarray(0, Math.min(bytes.length, budget.left))
  budget.left -= part.length
  if (part.length > 0) yield part
}
