import type { Trench } from '#judge/subject.ts'
import type { StreamingProbe } from '../../controller/link/probe.ts'
import { Tracer } from '../../controller/trace/tracer.ts'
import { lookOf, silent } from '../store/synthetic.ts'

/** A tracer over synthetic probes that capture, see no packet, and end when they are told to. */
export function quietTracer(trench: Trench): Tracer {
  const probe = (podUid: string): StreamingProbe => ({
    pod: '', podUid, container: 'trenchscope-0001', version: '0.1.0', facts: new Map(), cost: { rssBytes: 0, cpuMs: 0 }, clock: { offsetMs: 0, errorMs: 1 },
    ask: async () => ({ observations: [], records: [] }),
    ping: onPong => onPong(Date.now()),
    stream: (_capture, _params, _window, { onData, onEnd }) => {
      setImmediate(() => onData({ payload: new Uint8Array(), dropped: 0 }))
      let closed = false
      return { grant: () => undefined, close: () => void (closed || (closed = true, setImmediate(() => onEnd({ code: 'over', message: 'ended' })))) }
    },
  })
  const points = trench.pods.map(subject => ({ subject, interface: 'nsm-1', place: 'lb-in', addresses: ['10.0.0.1/32'] }))
  return new Tracer({
    path: { places: [{ name: 'lb-in', request: 'in', routed: true }], reads: {}, points: () => ({ points, vips: ['10.0.0.1'], portNats: [], names: [], interfaces: [], unseen: [] }) },
    observe: async () => lookOf('good'), predict: async () => () => [], probe, log: silent,
  })
}
