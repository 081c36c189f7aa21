import { Engine } from '../../../controller/trace/engine.ts'
import type { EngineSetup } from '../../../controller/trace/engine-setup.ts'
import { Merge } from '../../../controller/trace/merge.ts'
import { BlockWriter } from '../../../controller/trace/block-writer.ts'
import { fileTime } from '../../../controller/trace/pcapng.ts'
import type { Tap } from '../../../controller/trace/taps.ts'
import { client, record, udp, vip } from '../../trace/frames.ts'

const base = 1_790_000_000
const sources = 8
const perPiece = 500
const pieces = 60

export interface Speed {
  /** of processor time */
  readonly perSecond: number
  readonly outOfOrder: number
  readonly packets: number
}

/** Merges 8 sources in order of time and writes their packets as pcapng, on one thread. */
export function mergeSpeed(): Speed {
  return speedOf(take => {
    const blocks = new BlockWriter()
    const merge = new Merge({
      base, offsetsNs: taps.map(() => 0), probes: taps.map(({ tap }) => tap), leastGraceNs: 15e6, onLate: () => {},
      onPacket: ({ at, ...packet }) => blocks.packet({ ...packet, ...fileTime(base, at), id: 1, direction: 'in' }),
    })
    return {
      add: (tap, bytes, now) => merge.add(tap, bytes, 0, now),
      run: now => {
        merge.run(now)
        if (!blocks.isEmpty) take(blocks.take())
      },
    }
  })
}

/** What a trace does: each packet is followed, too. */
export function followSpeed(): Speed {
  const setup: EngineSetup = {
    base, taps, steps: 1, unseen: [], vips: ['0a000001'], portChanges: [], macs: [], probes: taps.map(({ tap }) => tap),
    clocks: taps.map(() => ({ offsetNs: 0, errorNs: 0 })), leastGraceNs: 15e6, count: 0,
  }
  return speedOf(take => {
    const engine = new Engine(setup, { onBlocks: take, onEvent: () => {}, onEnough: () => {} })
    engine.wants = { blocks: true, packets: false, journeys: false }
    for (const { tap } of taps) engine.listening(tap, 0)
    return { add: (tap, bytes, now) => engine.data(tap, 0, bytes, 0, now), run: now => engine.run(now) }
  })
}

function speedOf(begin: (take: (blocks: Buffer) => void) => { add(tap: number, bytes: Buffer, now: number): void; run(now: number): void }): Speed {
  let packets = 0
  let outOfOrder = 0
  let last = 0n
  const work = begin(bytes => {
    for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at + 4)) {
      if (bytes.readUInt32LE(at) !== 6) continue
      const time = (BigInt(bytes.readUInt32LE(at + 12)) << 32n) + BigInt(bytes.readUInt32LE(at + 16))
      if (time < last) outOfOrder += 1
      last = time
      packets += 1
    }
  })
  const all = input()
  const before = process.cpuUsage()
  all.forEach((row, piece) => {
    const now = (piece + 1) * 10e6
    row.forEach((bytes, tap) => work.add(tap, bytes, now))
    work.run(now)
  })
  const { user, system } = process.cpuUsage(before)
  return { perSecond: packets / ((user + system) / 1e6), outOfOrder, packets }
}

const taps: readonly Tap[] = Array.from({ length: sources }, (_, tap) => ({ tap, pod: `red/p${tap}`, role: 'lb', node: 'a', interface: 'if', place: 'wire', step: 0, request: 'in', routed: false, addresses: [], label: `p${tap}/if` }))
let made: Buffer[][] | undefined
const input = () => (made ??= Array.from({ length: pieces }, (_, piece) => taps.map(({ tap }) => pieceOf(piece, tap))))

/** 10 ms of one source: packets evenly apart, those of the sources between each other. */
function pieceOf(piece: number, tap: number): Buffer {
  return Buffer.concat(Array.from({ length: perPiece }, (_, n) => {
    const ns = piece * 10e6 + n * 20_000 + tap * 2000
    return record([base + Math.floor(ns / 1e9), ns % 1e9], udp({ source: client, destination: vip, sourcePort: 1024 + tap, ipId: n & 0xffff, payload: `${piece}/${n}`.padEnd(60) }))
  }))
}
