/**
 * Cuts what `tcpdump -w -` writes into whole records. Format: pcap with nanoseconds in the machine's byte order, little endian on every machine a
 * probe runs on: 24 bytes of file header, then per packet seconds, nanoseconds, captured length, length (u32 each) and the data.
 */
export class RecordCutter {
  #rest: Buffer = Buffer.alloc(0)
  #headerSeen = false

  /** The whole records that are there by now, and how many; undefined before the file header. @throws {SyntaxError} on what is no such file, or torn (see Captures) */
  add(chunk: Buffer): { readonly records: Buffer; readonly count: number } | undefined {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk
    if (!this.#headerSeen) {
      this.#rest = bytes
      if (bytes.length < headerBytes) return undefined
      if (bytes.readUInt32LE(0) !== nanosecondMagic) throw new SyntaxError(`not a pcap file with nanoseconds: it begins with ${bytes.subarray(0, 4).toString('hex')}`)
      this.#headerSeen = true
      bytes = bytes.subarray(headerBytes)
    }
    let end = 0
    let count = 0
    while (end + 16 <= bytes.length) {
      const length = bytes.readUInt32LE(end + 8)
      if (length > largestRecord || bytes.readUInt32LE(end + 4) >= 1e9) throw new SyntaxError('what tcpdump wrote is torn: a record begins where none can')
      const next = end + 16 + length
      if (next > bytes.length) break
      end = next
      count += 1
    }
    this.#rest = bytes.subarray(end)
    return { records: bytes.subarray(0, end), count }
  }
}

const headerBytes = 24
/** the largest snaplen of a request */
const largestRecord = 9216
const nanosecondMagic = 0xa1b23c4d
