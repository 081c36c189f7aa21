import { readFileSync } from 'node:fs'

/** A stream as its file shows it (layout: nfqlb.md §5): slots of the lookup table and marks by index. */
export interface StreamFile { lookup: Int32Array; active: Int32Array }

export function readStream(path: string): StreamFile {
  const file = readFileSync(path)
  const [M, N] = [file.readUInt32LE(4), file.readUInt32LE(8)]
  const words = new Int32Array(file.buffer, file.byteOffset, Math.floor(file.length / 4))
  return { lookup: words.slice(4, 4 + M), active: words.slice(4 + M + M * N, 4 + M + M * N + N) }
}

/** The mark a packet should get: djb2 over addresses, ICMP id, protocol and ports (nfqlb.md §3), told apart from the double's own code. */
export function predictMark(stream: StreamFile, packet: { source: string; destination: string; protocol: number; sport?: number; dport?: number; echo?: number }): number {
  const ports = packet.protocol === 1 || packet.protocol === 58 ? [0, 0] : [packet.sport ?? 0, packet.dport ?? 0]
  const key = Buffer.alloc(40)
  addressBytes(packet.source).copy(key, 0)
  addressBytes(packet.destination).copy(key, 16)
  key.writeUInt16BE(packet.echo ?? 0, 32)
  key.writeUInt16LE(packet.protocol, 34)
  ports.forEach((port, place) => key.writeUInt16BE(port, 36 + 2 * place))
  const hash = key.reduce((value, byte) => (Math.imul(value, 33) + byte) >>> 0, 5381)
  const index = stream.lookup[hash % stream.lookup.length]!
  return index < 0 ? -1 : stream.active[index]!
}

function addressBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from([...Array<number>(10).fill(0), 255, 255, ...address.split('.').map(Number)])
  const [head, tail] = address.split('::').map(part => part.split(':').filter(word => word !== ''))
  const words = [...head!, ...Array<string>(8 - head!.length - (tail?.length ?? 0)).fill('0'), ...(tail ?? [])]
  return Buffer.from(words.map(word => word.padStart(4, '0')).join(''), 'hex')
}
