/** The five-tuple nfqlb hashes. Ports are 0 where there are none; `echoId` is that of a ping. */
export interface Tuple {
  readonly source: string
  readonly destination: string
  /** IP protocol number */
  readonly protocol: number
  readonly sourcePort: number
  readonly destinationPort: number
  readonly echoId: number
}

/**
 * nfqlb's hash of a packet (nfqlb 1.1.4 and 1.2.0, checked against recorded traces): djb2 over 40 bytes: both addresses as IPv6, the ping's id, the protocol in
 * little endian, both ports. With hash mode 1 an SCTP packet is hashed by its ports alone; Meridio from v1.1.0 on asks for mode 0 (nfqlb.md §3).
 */
export function flowHash({ source, destination, protocol, sourcePort, destinationPort, echoId }: Tuple): number {
  const isPing = protocol === 1 || protocol === 58
  const key = [
    ...sixteenBytes(source), ...sixteenBytes(destination), ...bigEndian(isPing ? echoId : 0), protocol & 255, protocol >> 8,
    ...bigEndian(isPing ? 0 : sourcePort), ...bigEndian(isPing ? 0 : destinationPort),
  ]
  return key.reduce((hash, byte) => (Math.imul(hash, 33) + byte) >>> 0, 5381)
}

/** nfqlb's table of a stream: which index of its active targets each slot of the hash leads to. Depends on M, N and the set of active indexes alone. */
export function lookupTable(M: number, N: number, activeIndexes: readonly number[]): Int32Array {
  const table = new Int32Array(M).fill(-1)
  const rows = permutationsOf(M, N, activeIndexes)
  // targets take turns; each takes the next slot of its own order that is free
  for (let left = rows.length > 0 ? M : 0; left > 0;) {
    for (const row of rows) {
      while (table[row.next]! >= 0) row.next = (row.next + row.skip) % M
      table[row.next] = row.index
      if (--left === 0) break
    }
  }
  return table
}

/** The orders of the active targets: a first slot and a step, drawn for all N targets in turn from glibc's rand(), never seeded. */
function permutationsOf(M: number, N: number, activeIndexes: readonly number[]): { readonly index: number; next: number; readonly skip: number }[] {
  const random = glibcRandom()
  const active = new Set(activeIndexes)
  const rows = []
  for (let index = 0; index < N; index++) {
    const next = random() % M
    const skip = (random() % (M - 1)) + 1
    if (active.has(index)) rows.push({ index, next, skip })
  }
  return rows
}

/** rand() of glibc with seed 1: an additive feedback generator of 31 words. */
function glibcRandom(): () => number {
  const state = [1]
  for (let index = 1; index < 31; index++) state.push(Number((16_807n * BigInt(state[index - 1]!)) % 2_147_483_647n))
  for (let index = 31; index < 34; index++) state.push(state[index - 31]!)
  const next = (): number => {
    const value = (state.at(-3)! + state.at(-31)!) >>> 0
    state.push(value)
    if (state.length > 64) state.splice(0, 32)
    return value
  }
  for (let index = 34; index < 344; index++) next()
  return () => next() >>> 1
}

function sixteenBytes(address: string): number[] {
  if (!address.includes(':')) return [...Array<number>(10).fill(0), 255, 255, ...address.split('.').map(Number)]
  const [left = [], right = []] = address.split('::').map(half => half.split(':').filter(Boolean).map(group => Number.parseInt(group, 16)))
  const groups = [...left, ...Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right]
  return groups.flatMap(bigEndian)
}

function bigEndian(value: number): number[] {
  return [value >> 8, value & 255]
}
