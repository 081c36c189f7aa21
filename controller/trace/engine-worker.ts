// Runs the engine of one trace in a thread of its own: the controller's event loop hands bytes on, and no more.
import { parentPort, workerData } from 'node:worker_threads'
import { createClock } from '#proto/clock.ts'
import { Engine } from './engine.ts'
import { type EngineSetup, windowBytes } from './engine-setup.ts'
import type { FromEngine, ToEngine } from './engine-host.ts'
import type { EndedEvent, TraceEvent } from './events.ts'
import { NfqlbStage } from './nfqlb-stage.ts'

const setup = workerData as EngineSetup
const port = parentPort!
const clock = createClock()
const now = (): number => clock() * 1e6 - setup.base * 1e9

const tickMs = 10
const ticksPerTelling = 100
const mostWaitingBytes = 64 << 20

let blocks: Buffer[] = []
let packets = 0
/** lines for those who want packets, and for those who do not */
let full = ''
let plain = ''
let ended: EndedEvent | undefined
let enough = false
/** bytes taken and not granted again */
let owed: { readonly tap: number; readonly capture: number; bytes: number }[] = []

const stage = setup.nfqlb && new NfqlbStage({
  base: setup.base, taps: setup.taps, ...setup.nfqlb, onEvent: print,
  onBlock: block => {
    blocks.push(block)
    packets += 1
  },
})

const engine = new Engine(setup, {
  onBlocks: (bytes, count) => {
    blocks.push(bytes)
    packets += count
    stage?.wrote(bytes)
  },
  onEvent: event => {
    if (event.type === 'ended') {
      stage?.run(now(), true)
      // its findings come on top of it
      ended = event
    } else stage ? stage.take(event, now()) : print(event)
  },
  onEnough: () => { enough = true },
})

function print(event: TraceEvent): void {
  const line = `${JSON.stringify(event)}\n`
  full += line
  if (event.type !== 'packet') plain += line
}

port.on('message', (message: ToEngine) => {
  switch (message.type) {
    case 'listening': return engine.listening(message.tap, message.sinceMs * 1e6 - setup.base * 1e9)
    case 'counted': return engine.counted(message.tap, message.capture, message.counters, now())
    case 'beat': return engine.beat(message.probe, message.at)
    case 'clock': return engine.clock(message.tap, message.errorNs)
    case 'handedOver': return engine.handedOver(message.tap, message.capture, now())
    case 'switched': return engine.switched(message.tap, message.mode, message.perSecond, now())
    case 'ended': return engine.ended(message.tap, message.capture, { state: message.state, message: message.message }, now())
    case 'wants': {
      // what is said of packets is brought to journeys, also where nobody reads them
      engine.wants = stage ? { ...message.wants, journeys: true } : message.wants
      if (stage) stage.wantsBlocks = message.wants.blocks
      return
    }
    case 'nfqlb': return stage?.add(message.balancer, message.matches, message.atMs * 1e6 - setup.base * 1e9)
    case 'nfqlbState': return stage?.set(message.balancer, message.isActive)
    case 'data': return take(message)
    case 'finish': {
      clearInterval(timer)
      engine.finish(message.stoppedAtMs * 1e6 - setup.base * 1e9, now(), message.reason)
      suspects = engine.suspects.take()
      hand()
      port.close()
    }
  }
})

function take({ tap, capture, records, dropped }: Extract<ToEngine, { type: 'data' }>): void {
  const known = owed.find(each => each.tap === tap && each.capture === capture)
  if (known) known.bytes += records.length
  else owed.push({ tap, capture, bytes: records.length })
  try {
    engine.data(tap, capture, Buffer.from(records.buffer, records.byteOffset, records.byteLength), dropped, now())
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    engine.ended(tap, capture, { state: 'failed', message: `it sent ${error.message}` }, now())
  }
}

let ticks = 0
let suspects: FromEngine['suspects'] = { suspicions: [], flows: [] }
const timer = setInterval(() => {
  // what arrived meanwhile is read first
  setImmediate(() => {
    engine.run(now())
    stage?.run(now())
    if (++ticks % ticksPerTelling === 0) {
      engine.tell(now())
      suspects = engine.suspects.take()
    }
    hand()
  })
}, tickMs)

function hand(): void {
  // what was captured before is bounded, and none of it can be told before each tap has sent all of it
  const grants = setup.isFrozen || engine.waiting < mostWaitingBytes ? owed : []
  if (grants.length > 0) owed = []
  for (const { tap, bytes } of grants) if (bytes >= windowBytes / 2) engine.refilled(tap)
  const { blocking } = engine
  const marks = stage?.takeMarks() ?? []
  if (grants.length === 0 && blocking.length === 0 && blocks.length === 0 && plain === '' && full === '' && suspects.suspicions.length + suspects.flows.length + marks.length === 0 && !enough && !ended) return
  const bytes = blocks.length > 0 ? new Uint8Array(Buffer.concat(blocks)) : undefined
  const told: FromEngine = { grants, blocking, packets, full: engine.wants.packets ? full : plain, plain, enough, suspects, marks, ...(bytes && { blocks: bytes }), ...(ended && { ended }) }
  port.postMessage(told, bytes ? [bytes.buffer] : [])
  blocks = []
  packets = 0
  full = ''
  plain = ''
  suspects = { suspicions: [], flows: [] }
}
