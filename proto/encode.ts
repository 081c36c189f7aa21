import { type Frames, type Kind, logLevels, streamEnds } from './frames.ts'
import { goodbyeCodes } from './goodbye.ts'
import { trenchscope } from './probe.gen.js'

type Wire = trenchscope.probe.v1.Frame.$Properties

/** Domain types as what the generated code writes. */
export const toWire: { readonly [K in Kind]: (body: Frames[K]) => NonNullable<Wire[K]> } = {
  hello: ({ facts, ...hello }) => ({ ...hello, facts: [...facts] }),
  challenge: body => body,
  proof: body => body,
  welcome: ({ pins, ...welcome }) => ({ ...welcome, pins: [...pins] }),
  goodbye: ({ code, message }) => ({ code: goodbyeCodes[code], message }),
  ask: ({ wants, ...ask }) => ({ ...ask, wants: wants.map(({ fact, params }) => ({ fact, params: JSON.stringify(params) })) }),
  cancel: body => body,
  ping: body => body,
  lease: body => body,
  successor: ({ pins }) => ({ pins: [...pins] }),
  record: ({ argv, ...record }) => ({ ...record, argv: [...argv] }),
  observation: ({ params, records, ...observation }) => ({ ...observation, params: JSON.stringify(params), records: [...records] }),
  done: body => body,
  pong: body => body,
  cost: body => body,
  log: ({ level, fields, ...log }) => ({ ...log, level: logLevels.indexOf(level) + 1, fields: JSON.stringify(fields) }),
  streamOpen: ({ params, ...open }) => ({ ...open, params: JSON.stringify(params) }),
  streamData: body => body,
  streamWindow: body => body,
  streamClose: ({ code, ...close }) => ({ ...close, code: streamEnds.indexOf(code) + 1 }),
}
