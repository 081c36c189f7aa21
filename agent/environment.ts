import { type Address, parseAddress } from './address.ts'

/** What the controller told the probe by its container's environment; all of it public. */
export interface Environment {
  /** what the controller would say, deflated frame by deflated frame; empty: it says it over a connection */
  readonly plan: readonly Buffer[]
  readonly controllers: readonly Address[]
  /** SHA-256 of the SPKI of the controller's link key and of its next one, base64url */
  readonly pins: readonly string[]
  readonly session: string
  readonly podUid: string
  /** `namespace/name` */
  readonly pod: string
  readonly container: string
}

/** Reads the `TRENCHSCOPE_` variables. @throws {RangeError} naming every variable that is missing or wrong, with the value seen */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const wrong: string[] = []
  const text = (name: string, pattern: RegExp): string => {
    const value = variables[name] ?? ''
    if (!pattern.test(value)) wrong.push(`${name}=${JSON.stringify(value)}`)
    return value
  }
  const list = (name: string): string[] => text(name, /./).split(',').filter(Boolean)
  const plan = (variables['TRENCHSCOPE_PLAN'] ?? '').split(',').filter(Boolean).map(frame => Buffer.from(frame, 'base64'))
  const controllers = (plan[0] ? [] : list('TRENCHSCOPE_CONTROLLERS')).flatMap(entry => {
    const address = parseAddress(entry)
    if (!address) wrong.push(`TRENCHSCOPE_CONTROLLERS: ${JSON.stringify(entry)} is not a literal address:port`)
    return address ?? []
  })
  const pins = list('TRENCHSCOPE_PINS')
  for (const pin of pins) if (!/^[\w-]{43}$/.test(pin)) wrong.push(`TRENCHSCOPE_PINS: ${JSON.stringify(pin)} is not a SHA-256 in base64url`)
  const environment = {
    plan,
    controllers,
    pins,
    session: text('TRENCHSCOPE_SESSION', /^[\w-]{16,64}$/),
    podUid: text('TRENCHSCOPE_POD_UID', /^\S{1,64}$/),
    pod: text('TRENCHSCOPE_POD', /^[^/\s]+\/[^/\s]+$/),
    container: text('TRENCHSCOPE_CONTAINER', /^\S{1,64}$/),
  }
  text('TRENCHSCOPE_START_BY', /^\d+$/)
  if (wrong.length > 0) throw new RangeError(`the probe cannot start: ${wrong.join('; ')}`)
  return Object.freeze(environment)
}
