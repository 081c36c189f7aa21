export interface NfqlbShow {
  /** where the active targets stand */
  line: number
  shm: string
  ownFwmark: number
  /** length of the lookup table, a prime; 0 where the shared memory was never finished */
  M: number
  /** most targets the stream can have */
  N: number
  /** the first entries of the lookup table, at most 25: indexes, -1 where empty */
  lookup: number[]
  /** by index, ascending; one fwmark may stand on two indexes */
  active: { fwmark: number; index: number }[]
  /** nfqlb was filling the table anew: -1 in `lookup` although targets are active. Look again before believing it. */
  recomputing: boolean
}

/**
 * Parses `nfqlb show --shm=NAME` (nfqlb 1.1.4 and 1.2.0). nfqlb does not check the memory it prints: a foreign file gives any numbers.
 *     Active: 5048(47) 5058(57)  →  active: [{ fwmark: 5048, index: 47 }, { fwmark: 5058, index: 57 }]
 * @throws {SyntaxError} on a line it cannot read, quoting it
 */
export function parseNfqlbShow(text: string): NfqlbShow {
  const rows = text.split('\n')
  const read = (index: number, shape: RegExp): RegExpExecArray => {
    const match = shape.exec(rows[index] ?? '')
    if (!match) throw new SyntaxError(`line ${index + 1} is not of an nfqlb stream: ${rows[index] ?? ''}`)
    return match
  }
  const [, shm = ''] = read(0, /^Shm: (\S+)$/)
  const [, own] = read(1, /^ {2}Fw: own=(-?\d+)$/)
  const [, M, N] = read(2, /^ {2}Maglev: M=(-?\d+), N=(-?\d+)$/)
  const [, looked = ''] = read(3, /^ {3}Lookup:((?: -?\d+)*)\.\.\.$/)
  const [, listed = ''] = read(4, /^ {3}Active:((?: -?\d+\(\d+\))*)$/)
  if (rows.slice(5).join('\n') !== '') throw new SyntaxError(`line 6 is not of an nfqlb stream: ${rows[5]}`)
  const lookup = [...looked.matchAll(/-?\d+/g)].map(([index]) => Number(index))
  const active = [...listed.matchAll(/(-?\d+)\((\d+)\)/g)].map(([, fwmark, index]) => ({ fwmark: Number(fwmark), index: Number(index) }))
  return { line: 5, shm, ownFwmark: Number(own), M: Number(M), N: Number(N), lookup, active, recomputing: active.length > 0 && lookup.includes(-1) }
}
