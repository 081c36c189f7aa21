import { isIP } from 'node:net'
import type { Params } from '#facts/fact.ts'
import { wholeNumber } from '../request.ts'

/** A session of nfqlb's own trace, its parameters found good. */
export interface NfqlbRequest {
  /** of its trace flow: `probe-SESSION-1` */
  readonly name: string
  readonly protocols: readonly string[]
  /** host addresses; of each list at least one but of `sources`: none is any */
  readonly vips: readonly string[]
  readonly ports: readonly number[]
  readonly sources: readonly string[]
  readonly seconds: number
  /** of what nfqlb prints */
  readonly bytes: number
  /** packets; above, the session is not begun, or ends */
  readonly perSecond: number
}

/** Names of trace flows that a probe sets, and no one else. */
export const ownName = /^probe-ts[\da-f]{12}-\d$/

/**
 * Always addresses and protocols and ports: never a flow that matches all (nfqlb.md §8, rule 5).
 * @throws {RangeError} naming the first parameter that is missing or beyond its limit
 */
export function readNfqlbRequest(params: Params): NfqlbRequest {
  const list = (name: string, least: number, isGood: (word: string) => boolean): string[] => {
    const words = String(params[name] ?? '').split(',').filter(Boolean)
    if (words.length < least || words.length > 8 || !words.every(isGood)) throw new RangeError(`${name} ${JSON.stringify(params[name] ?? '').slice(0, 80)} is not what a trace flow takes`)
    return words
  }
  const isAddress = (word: string): boolean => isIP(word) !== 0 && !word.includes('%')
  const name = `probe-${params['session']}-1`
  if (!ownName.test(name)) throw new RangeError('session must be ts and 12 hexadecimal digits')
  return {
    name,
    protocols: list('protocols', 1, word => ['tcp', 'udp', 'sctp'].includes(word)),
    vips: list('vips', 1, isAddress),
    ports: list('ports', 1, word => /^[1-9]\d{0,4}$/.test(word) && Number(word) < 65_536).map(Number),
    sources: list('sources', 0, isAddress),
    seconds: wholeNumber(params, 'seconds', 1, 3600),
    bytes: wholeNumber(params, 'bytes', 4096, 16 << 20),
    perSecond: wholeNumber(params, 'perSecond', 1, 2000),
  }
}

/** The client's words: one trace flow for all of it. */
export function traceFlowArguments({ name, protocols, vips, ports, sources }: NfqlbRequest): string[] {
  const hosts = (addresses: readonly string[]): string => addresses.map(address => `${address}/${isIP(address) === 6 ? 128 : 32}`).join(',')
  return ['trace-flow-set', `--name=${name}`, `--protocols=${protocols.join(',')}`, `--dsts=${hosts(vips)}`, `--dports=${ports.join(',')}`, ...(sources.length > 0 ? [`--srcs=${hosts(sources)}`] : [])]
}
