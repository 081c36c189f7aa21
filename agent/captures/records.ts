/** Whole records, one after the other, and how many. */
export interface Cut { readonly records: Buffer; readonly count: number }

/**
 * Cuts what `tcpdump -w -` writes into whole records. Format: pcap with nanoseconds in the machine's byte order, little endian on every machine a
 * probe runs on: 24 bytes of file header, then per packet seconds, nanoseconds, captured length, length (u32 each) and the data.
 */
export class RecordCutter {
  /** the beginning of a record, or of the file */
  #rest: Buffer = Buffer.alloc(0)
  #headerSeen = false

  /**
   * The whole records that are there by now; undefined before the file header. Only one that began in the piece before is copied.
   * @throws {SyntaxError} on what is no such file, or torn (see Tcpdump)
   */
  add(chunk: Buffer): readonly Cut[] | undefined {
    let at = 0
    if (!this.#headerSeen) {
      at = this.#fill(chunk, 0, headerBytes)
      if (this.#rest.length < headerBytes) return undefined
      if (this.#rest.readUInt32LE(0) !== nanosecondMagic) throw new SyntaxError(`not a pcap file with nanoseconds: it begins with ${this.#rest.subarray(0, 4).toString('hex')}`)
      this.#headerSeen = true
      this.#rest = chunk.subarray(0, 0)
    }
    const cuts: Cut[] = []
    if (this.#rest.length > 0) {
      at = this.#fill(chunk, at, recordBytes)
      if (this.#rest.length >= recordBytes) at = this.#fill(chunk, at, sizeOf(this.#rest, 0))
      if (this.#rest.length < recordBytes || this.#rest.length < sizeOf(this.#rest, 0)) return cuts
      cuts.push({ records: this.#rest, count: 1 })
    }
    let end = at
    let count = 0
    while (end + recordBytes <= chunk.length) {
      const next = end + sizeOf(chunk, end)
      if (next > chunk.length) break
      end = next
      count += 1
    }
    if (count > 0) cuts.push({ records: chunk.subarray(at, end), count })
    this.#rest = chunk.subarray(end)
    return cuts
  }

  /** Takes bytes of the chunk from `at` on until the rest is so long, or there are none. @returns up to where */
  #fill(chunk: Buffer, at: number, length: number): number {
    const end = Math.min(chunk.length, at + Math.max(0, length - this.#rest.length))
    if (end > at) this.#rest = Buffer.concat([this.#rest, chunk.subarray(at, end)])
    return end
  }
}

function sizeOf(bytes: Buffer, at: number): number {
  const length = bytes.readUInt32LE(at + 8)
  if (length > largestRecord || bytes.readUInt32LE(at + 4) >= 1e9) throw new SyntaxError('what tcpdump wrote is torn: a record begins where none can')
  return recordBytes + length
}

const headerBytes = 24
const recordBytes = 16
/** the largest snaplen of a request */
const largestRecord = 9216
const nanosecondMagic = 0xa1b23c4d
