import { BlockWriter } from './block-writer.ts'
import type { LedgerRow } from './ledger.ts'
import { macNumber, type Packet } from './packet.ts'
import { directionOf } from './packet-view.ts'
import { fileTime, remarkBlock, statisticsBlock } from './pcapng.ts'
import type { Captured } from './tap-queue.ts'
import type { Tap } from './taps.ts'
import type { Vips } from './vips.ts'

/** What of a trace goes into its file, gathered until it is taken. Times in ns after the base second. */
export class FileStream {
  readonly #base: number
  readonly #baseHigh: number
  readonly #baseLow: number
  readonly #vips: Vips
  readonly #places: readonly { readonly mac: number | undefined; readonly request: 'in' | 'out' | undefined }[]
  readonly #blocks = new BlockWriter()
  /** kernel drops not yet told */
  readonly #untold: number[]
  #packets = 0

  constructor(base: number, taps: readonly Tap[], vips: Vips) {
    this.#base = base
    ;({ high: this.#baseHigh, low: this.#baseLow } = fileTime(base, 0))
    this.#vips = vips
    this.#places = taps.map(({ mac, request }) => ({ mac: mac === undefined ? undefined : macNumber(mac), request }))
    this.#untold = taps.map(() => 0)
  }

  /** The kernel dropped so many: told with the next packet. */
  dropped(tap: number, packets: number): void {
    this.#untold[tap]! += packets
  }

  packet({ tap, at, bytes, start, end, length, dropped }: Captured, packet: Packet | undefined, id: number): void {
    const lost = dropped + this.#untold[tap]!
    this.#untold[tap] = 0
    this.#packets += 1
    // as fileTime has it
    const above = Math.floor(at / two32)
    const low = this.#baseLow + (at - above * two32)
    const isOver = low >= two32
    const direction = packet && directionOf(this.#places[tap]!, packet, this.#vips)
    this.#blocks.packet({ tap, high: this.#baseHigh + above + (isOver ? 1 : 0), low: isOver ? low - two32 : low, bytes, start, end, length, direction, dropped: lost, id })
  }

  statistics(rows: readonly LedgerRow[], now: number): void {
    for (const { tap, matched, kernelDropped, probeShed, overwritten, unwritten, late, delivered } of rows) {
      this.#blocks.add(statisticsBlock(tap, fileTime(this.#base, now), { start: fileTime(this.#base, 0), received: matched, dropped: probeShed + overwritten + unwritten + late, kernelDropped, delivered }))
    }
  }

  remark(tap: number, now: number, text: string): void {
    this.#blocks.add(remarkBlock(tap, fileTime(this.#base, now), text))
  }

  /** What was gathered, and how many packets are in it. */
  take(): { readonly blocks: Buffer; readonly packets: number } | undefined {
    if (this.#blocks.isEmpty) return undefined
    const packets = this.#packets
    this.#packets = 0
    return { blocks: this.#blocks.take(), packets }
  }
}

const two32 = 0x1_0000_0000
