import type { Trench } from '#judge/subject.ts'
import type { StreamingProbe } from '../../controller/link/probe.ts'
import type { SightOptions } from '../../controller/trace/sight.ts'
import { Tracer } from '../../controller/trace/tracer.ts'
import { lookOf, silent } from '../store/synthetic.ts'

/** Synthetic probes that capture, see no packet, and end when they are told to. A ring that is frozen gives what `kept` says. */
export function quietSight(trench: Trench, kept: () => readonly Uint8Array[] = () => []): SightOptions {
  const probe = (podUid: string): StreamingProbe => ({
    pod: '', podUid, container: 'trenchscope-0001', version: '0.1.0', facts: new Map(), cost: { rssBytes: 0, cpuMs: 0 }, clock: { offsetMs: 0, errorMs: 1 },
    ask: async () => ({ observations: [], records: [] }),
    ping: onPong => onPong(Date.now()),
    stream: (capture, _params, _window, { onData, onEnd }) => {
      setImmediate(() => onData({ payload: new Uint8Array(), dropped: 0 }))
      let closed = false
      let isWanted = false
      const end = (): void => {
        const pieces = capture === 'ring' && isWanted ? kept() : []
        for (const payload of pieces) onData({ payload, dropped: 0, counters: { matched: pieces.length, captured: pieces.length, kernelDropped: 0, closing: true, answeredMs: 0 } })
        onEnd({ code: 'over', message: 'ended' })
      }
      return { grant: () => { isWanted = true }, close: () => void (closed || (closed = true, setImmediate(end))) }
    },
  })
  const points = trench.pods.map(subject => ({ subject, interface: 'nsm-1', place: 'lb-in', addresses: ['10.0.0.1/32'] }))
  return {
    path: { places: [{ name: 'lb-in', request: 'in', routed: true }], reads: {}, points: () => ({ points, vips: ['10.0.0.1'], portNats: [], names: [], interfaces: [], unseen: [] }) },
    observe: async () => lookOf('good'), predict: async () => () => [], probe, log: silent,
  }
}

export function quietTracer(trench: Trench): Tracer {
  return new Tracer(quietSight(trench))
}
