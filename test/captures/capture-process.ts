// Captures, in a process of its own inside of a network namespace: told what to do by messages, and telling what comes.
import { Captures } from '../../agent/captures/capture.ts'
import type { Params } from '#facts/fact.ts'

const captures = new Captures(process.env['PATH'] ?? '')
const stops = new Map<number, () => void>()

process.on('message', ({ begin, stop, params }: { begin?: number; stop?: number; params?: Params }) => {
  if (stop !== undefined) stops.get(stop)?.()
  if (begin === undefined || !params) return
  const tell = (event: object) => process.send?.({ capture: begin, ...event })
  stops.set(begin, captures.begin(params, {
    onRecords: (records, count) => tell({ records: records.toString('base64'), count }),
    onCounters: counters => tell({ counters }),
    onEnd: (code, message) => tell({ end: { code, message } }),
  }))
})
