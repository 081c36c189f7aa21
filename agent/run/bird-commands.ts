/**
 * Whether BIRD may be asked this: the commands that are cheap and safe on every version from 2.0.8 on (bird.md §10). Never a walk over
 * all routes: `show route all` of 300 k routes stalls BIRD 3 for a second, and `show route for` may crash 3.3.0.
 * Words are in full, as the control socket wants them; names with other characters than letters, digits and `_` in single quotes.
 */
export function birdCommandAllowed(command: string): boolean {
  return safe.some(pattern => pattern.test(command))
}

const name = `(?:[A-Za-z_]\\w*|'[\\w.:-]{1,64}')`
const safe: readonly RegExp[] = [
  'show status',
  `show protocols(?: all)?(?: ${name}| "[\\w.:*?-]{1,64}")?`,
  `show bfd sessions(?: all)?(?: ${name})?`,
  `show static(?: ${name})?`,
  'show route count',
  `show route table ${name} where net = [0-9a-fA-F.:]+/\\d{1,3}(?: all)?`,
  'show interfaces(?: summary)?',
  'show memory',
].map(pattern => new RegExp(`^${pattern}$`))

export const listsBfdSessions = (command: string): boolean => command.startsWith('show bfd sessions')

/**
 * BIRD 3.0.0–3.1.6, 3.2.0 and 3.2.1 may abort when BFD sessions are listed while they come and go (bird.md §8.1).
 * A version nobody knows is taken for one of them.
 */
export function bfdListingIsRisky(version: string): boolean {
  const [major, minor, patch] = numbersOf(version)
  if (major === undefined || minor === undefined) return true
  if (major !== 3) return false
  return minor === 0 || (minor === 1 && (patch ?? 0) <= 6) || (minor === 2 && (patch ?? 0) <= 1)
}

/** `timeformat` takes microseconds and dates since 2.16. */
export function knowsIsoLong(version: string): boolean {
  const [major = 0, minor = 0] = numbersOf(version)
  return major > 2 || (major === 2 && minor >= 16)
}

/** `v2.0.9-11-g207ac485` → [2, 0, 9]. Empty for what is no version. */
function numbersOf(version: string): number[] {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version)
  return match ? match.slice(1).filter(part => part !== undefined).map(Number) : []
}
