import type { Params } from '#facts/fact.ts'
import { type Counters, type Failure, type Frame, type Frames, type Kind, type LeaseTerms, logLevels, streamEnds } from './frames.ts'
import { goodbyeOf, ProtocolError } from './goodbye.ts'
import { limits } from './limits.ts'
import type { trenchscope } from './probe.gen.js'

/** What the generated code gives: a class with its defaults. Only its sub-messages and `optional` fields can be missing. */
type Read = { [K in Kind]: NonNullable<trenchscope.probe.v1.Frame.$Properties[K]> }
type Nullable<T> = T | null | undefined

/** The generated code's message as a frame in domain types, each field held to its limit. @throws {ProtocolError} `malformed` or `too-large` */
export function fromWire(kind: Kind, message: unknown): Frame {
  const read = readers[kind] as (message: unknown) => Frames[Kind]
  return { kind, body: read(message) } as Frame
}

const readers: { readonly [K in Kind]: (message: Read[K]) => Frames[K] } = {
  hello: m => ({
    minVersion: count(m.minVersion),
    maxVersion: count(m.maxVersion),
    session: name(m.session),
    pod: name(m.pod),
    podUid: name(m.podUid),
    container: name(m.container),
    key: bytes(m.key, 32),
    build: name(m.build),
    facts: list(m.facts, limits.facts, 'facts').map(fact => ({ id: name(fact.id), version: count(fact.version) })),
  }),
  challenge: m => ({ version: count(m.version) }),
  proof: m => ({ signature: bytes(m.signature, 64) }),
  welcome: m => ({ lease: lease(m.lease), pins: list(m.pins, limits.pins, 'pins').map(name), pingEveryMs: count(m.pingEveryMs) }),
  goodbye: m => ({ code: goodbyeOf(count(m.code)) ?? 'failed', message: text(m.message, limits.messageBytes) }),
  ask: m => ({
    id: count(m.id),
    pass: name(m.pass),
    wants: list(m.wants, limits.wants, 'wants').map(want => ({ fact: name(want.fact), params: params(want.params) })),
    timeoutMs: count(m.timeoutMs),
  }),
  cancel: m => ({ ask: count(m.ask) }),
  ping: m => ({ id: count(m.id) }),
  lease: m => lease(m),
  successor: m => ({ pins: list(m.pins, limits.pins, 'pins').map(name) }),
  record: m => ({
    ask: count(m.ask),
    id: count(m.id),
    argv: list(m.argv, limits.argv, 'words').map(name),
    exitCode: m.exitCode ?? null,
    stdout: text(m.stdout, limits.textBytes),
    stderr: text(m.stderr, limits.textBytes),
    startedAt: amount(m.startedAt),
    ms: amount(m.ms),
    ...(m.error ? { error: failure(m.error) } : {}),
  }),
  observation: m => ({
    ask: count(m.ask),
    fact: name(m.fact),
    version: count(m.version),
    params: params(m.params),
    startedAt: amount(m.startedAt),
    ms: amount(m.ms),
    records: list(m.records, limits.wants, 'records').map(count),
    ...(m.error ? { error: failure(m.error) } : { data: within(m.data ?? malformed('an observation with neither data nor error'), limits.textBytes) }),
  }),
  done: m => ({ ask: count(m.ask) }),
  pong: m => ({ id: count(m.id), receivedAt: amount(m.receivedAt), sentAt: amount(m.sentAt) }),
  cost: m => ({ rssBytes: amount(m.rssBytes), cpuMs: amount(m.cpuMs) }),
  log: m => ({ at: amount(m.at), level: logLevels[count(m.level) - 1] ?? 'info', message: text(m.message, limits.messageBytes), fields: object(m.fields) }),
  streamOpen: m => ({ stream: count(m.stream), capture: name(m.capture), params: params(m.params), window: count(m.window) }),
  streamData: m => ({ stream: count(m.stream), payload: m.payload ?? new Uint8Array(), dropped: amount(m.dropped), ...(m.counters ? { counters: counters(m.counters) } : {}) }),
  streamWindow: m => ({ stream: count(m.stream), credit: count(m.credit) }),
  streamClose: m => ({ stream: count(m.stream), code: streamEnds[count(m.code) - 1] ?? 'failed', message: text(m.message, limits.messageBytes) }),
}

function lease(m: Nullable<trenchscope.probe.v1.Lease.$Properties>): LeaseTerms {
  if (!m) malformed('a welcome without a lease')
  return { idleMs: amount(m.idleMs), endMs: amount(m.endMs) }
}

function failure(m: trenchscope.probe.v1.Failure.$Properties): Failure {
  return { code: name(m.code), message: text(m.message, limits.messageBytes) }
}

function counters(m: trenchscope.probe.v1.Counters.$Properties): Counters {
  return { matched: amount(m.matched), captured: amount(m.captured), kernelDropped: amount(m.kernelDropped), closing: m.closing === true, answeredMs: amount(m.answeredMs), ...(m.overwritten ? { overwritten: amount(m.overwritten) } : {}) }
}

function name(value: Nullable<string>): string {
  return text(value, limits.nameBytes)
}

function text(value: Nullable<string>, maxBytes: number): string {
  return within(value ?? '', maxBytes)
}

function within<T extends string | Uint8Array>(value: T, maxBytes: number): T {
  if (value.length > maxBytes) throw new ProtocolError('too-large', `a field of ${value.length}; ${maxBytes} bytes may travel in it`)
  return value
}

function list<T>(values: Nullable<readonly T[]>, max: number, what: string): readonly T[] {
  const all = values ?? []
  if (all.length > max) throw new ProtocolError('too-large', `${all.length} ${what}; ${max} may travel`)
  return all
}

function bytes(value: Nullable<Uint8Array>, length: number): Uint8Array {
  if (value?.length !== length) malformed(`${value?.length ?? 0} bytes where ${length} were expected`)
  return value
}

/** whole, not negative */
function count(value: Nullable<number>): number {
  return amount(value)
}

function amount(value: Nullable<number>): number {
  const number = value ?? 0
  if (!Number.isFinite(number) || number < 0) malformed(`${number} where an amount was expected`)
  return number
}

function params(json: Nullable<string>): Params {
  const given = object(json)
  const flat = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value) || (Array.isArray(value) && value.every(word => typeof word === 'string'))
  if (!Object.values(given).every(flat)) malformed('parameters that are not flat')
  return given as Params
}

function object(json: Nullable<string>): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text(json, limits.jsonBytes) || '{}')
  } catch (error) {
    if (error instanceof ProtocolError) throw error
    malformed(`not JSON: ${json?.slice(0, 80)}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) malformed('JSON that is not an object')
  return value as Record<string, unknown>
}

function malformed(message: string): never {
  throw new ProtocolError('malformed', message)
}
