// Reads a live capture file from a URL. `--look`: at each packet to port 9, too: order, sequence numbers and how late it came; else it only counts bytes. `--slow`: 1 KB a second.
// Prints one line of JSON at the end.
import { setTimeout as delay } from 'node:timers/promises'
import { createClock } from '#proto/clock.ts'

const [url, mode] = process.argv.slice(2)
const clock = createClock()
const seen = { bytes: 0, packets: 0, outOfOrder: 0, repeated: 0, delaysMs: [] as number[] }
const numbers = new Set<number>()
let last = 0n
let rest: Buffer = Buffer.alloc(0)
const response = await fetch(url!)
process.stderr.write('reading\n')
for await (const chunk of response.body!) {
  seen.bytes += chunk.length
  if (mode === '--slow') await delay(chunk.length)
  if (mode !== '--look') continue
  const now = clock()
  rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : Buffer.from(chunk)
  let at = 0
  for (; at + 8 <= rest.length && at + rest.readUInt32LE(at + 4) <= rest.length; at += rest.readUInt32LE(at + 4)) if (rest.readUInt32LE(at) === 6) look(rest.subarray(at), now)
  rest = rest.subarray(at)
}
process.stdout.write(JSON.stringify({ ...seen, delaysMs: seen.delaysMs.slice(-100_000) }))

/** Enhanced packet block; Ethernet, IPv4 without options, UDP, then the number. */
function look(block: Buffer, now: number): void {
  const time = (BigInt(block.readUInt32LE(12)) << 32n) + BigInt(block.readUInt32LE(16))
  if (time < last) seen.outOfOrder += 1
  last = time
  if (block.readUInt16BE(28 + 36) !== 9) return
  seen.packets += 1
  seen.delaysMs.push(now - Number(time / 1000n) / 1000)
  const number = block.readUInt32BE(28 + 42)
  if (numbers.has(number)) seen.repeated += 1
  numbers.add(number)
}
