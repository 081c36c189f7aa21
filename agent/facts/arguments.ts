import { isIP } from 'node:net'
import { FactError, type Params } from './fact.ts'

/**
 * Checks of parameters that become command-line arguments. Nothing that passes can be taken for an option: no value starts with `-`.
 * Each returns the value, or undefined where the parameter is absent.
 * @throws {FactError} `refused` on anything else, quoting it
 */
export const argument = {
  /** An IPv4 or IPv6 address in numbers, without zone or prefix. */
  address: (given: Params, name: string): string | undefined => check(given, name, 'an IP address', value => typeof value === 'string' && isIP(value) !== 0 && !value.includes('%')),
  /** A kernel interface name: 1–15 characters. */
  interface: (given: Params, name: string): string | undefined => check(given, name, 'an interface name', value => typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,14}$/.test(value)),
  /** A firewall mark: 1 to 2³²−1. */
  mark: (given: Params, name: string): number | undefined => check(given, name, 'a mark', value => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 0xffffffff),
}

/** @throws {FactError} `refused` when a parameter is given that the fact does not know */
export function onlyKnown(fact: string, given: Params, known: readonly string[]): void {
  const strange = Object.keys(given).filter(name => !known.includes(name))
  if (strange.length > 0) throw new FactError('refused', `${fact} does not know the parameters ${strange.join(', ')}`)
}

function check<T>(given: Params, name: string, what: string, passes: (value: unknown) => boolean): T | undefined {
  const value = given[name]
  if (value === undefined || passes(value)) return value as T | undefined
  throw new FactError('refused', `${name} must be ${what}, got ${JSON.stringify(value)}`)
}
