/** What nfqlb said of one packet that matched a trace flow. */
export interface NfqlbMatch {
  /** of the trace flow; nfqlb may print rubbish for one that was deleted meanwhile. undefined: it cannot be told which of several */
  readonly flow?: string
  readonly packet: NfqlbPacket
  /** absent: not read, or `ambiguous` */
  readonly verdict?: NfqlbVerdict
  /**
   * How packet and verdict were brought together. `alone`: nothing stood between their lines. `same`: all packets around it had the same verdict. `computed`: the marks of the packets' flows
   * are those of the verdicts, one to one. `ambiguous`: it cannot be told which of `among` it was. `unended`: the stream ended, or has a gap, before its verdict.
   */
  readonly paired: 'alone' | 'same' | 'computed' | 'ambiguous' | 'unended'
  readonly among?: readonly NfqlbVerdict[]
}

/** Of an ICMP error the packet inside of it, its addresses and ports the other way round. Ports are 0 where there are none. */
export interface NfqlbPacket {
  /** `tcp`, `udp`, `sctp`, `icmp`, `icmp6`, or a number */
  readonly protocol: string
  /** of the IP packet, at most 1500 */
  readonly length: number
  readonly source: string
  readonly sourcePort: number
  readonly destination: string
  readonly destinationPort: number
  /** of a ping */
  readonly echoId?: number
  /** what else nfqlb says of an ICMP packet */
  readonly icmp?: string
}

/** `fwmark` -1: dropped; without a stream no flow matched, else it has no active target. */
export interface NfqlbVerdict { readonly stream?: string; readonly fwmark: number }

/** The mark a packet should get by what is known of its load balancer; -1: none. undefined: it cannot be told. */
export type MarkOf = (packet: NfqlbPacket) => number | undefined

interface Block { flow: string | undefined; icmp?: string; packet?: NfqlbPacket }

/**
 * Reads the stream of `nfqlb trace --selection=flows` (nfqlb 1.1.4 and 1.2.0; nfqlb.md §6). A match is three or four lines, written one by one by one of several threads: those of different
 * packets stand between each other, but each thread's are in order. So lines are gathered until as many verdicts as packets have come, and only then brought together.
 * `at`: ms, steady.
 */
export class NfqlbLines {
  readonly #markOf: MarkOf
  readonly #onMatch: (match: NfqlbMatch) => void
  #rest = ''
  #blocks: Block[] = []
  #verdicts: NfqlbVerdict[] = []
  #since = 0
  /** until then a verdict may be of a packet that came before the stream began */
  #settledAt: number | undefined
  /** the marks of flows as they were seen */
  readonly #seen = new Map<string, number>()

  constructor(markOf: MarkOf, onMatch: (match: NfqlbMatch) => void) {
    this.#markOf = markOf
    this.#onMatch = onMatch
  }

  /** `bytes`: as they came, in any pieces; latin1, for names are not always text. */
  add(bytes: Uint8Array, at: number): void {
    this.#settledAt ??= at + settleMs
    if (this.#blocks.length > 0 && at - this.#since > longestMs) this.#giveUp('ambiguous')
    const lines = (this.#rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')).split('\n')
    this.#rest = lines.pop()!
    for (const line of lines) this.#take(line, at)
  }

  /** Lines are missing here, or the stream has ended. */
  gap(): void {
    this.#rest = ''
    this.#settledAt = undefined
    this.#giveUp('unended')
  }

  #take(line: string, at: number): void {
    const [, name] = /^Match for trace-flow: (.*)$/.exec(line) ?? []
    if (name !== undefined) {
      // more are open than nfqlb has threads: a verdict was lost
      if (this.#blocks.length - this.#verdicts.length >= mostThreads || this.#blocks.length >= mostBlocks) this.#giveUp('ambiguous')
      if (this.#blocks.length === 0) this.#since = at
      return void this.#blocks.push({ flow: name })
    }
    if (line.startsWith('ICMP')) return this.#describe(line)
    const packet = packetIn(line)
    if (packet) return this.#fill(packet)
    const verdict = verdictIn(line)
    if (verdict) this.#end(verdict, at)
  }

  #describe(icmp: string): void {
    const open = this.#blocks.filter(block => !block.packet && block.icmp === undefined)
    this.#choose(open, block => { block.icmp = icmp })
  }

  /** Of an ICMP packet its own line came before; of an ICMP error the packet inside of it is told. */
  #fill(packet: NfqlbPacket): void {
    const isIcmp = packet.protocol.startsWith('icmp')
    const open = this.#blocks.filter(block => !block.packet)
    const fitting = open.filter(({ icmp }) => (isIcmp ? icmp !== undefined : icmp === undefined || !icmp.includes('ECHO')))
    this.#choose(fitting.length > 0 ? fitting : open, block => {
      const [, id] = /^ICMP6?_ECHO(?:_REQUEST)?: id=(\d+)/.exec(block.icmp ?? '') ?? []
      block.packet = { ...packet, ...(block.icmp !== undefined && { icmp: block.icmp }), ...(id !== undefined && { echoId: Number(id) }) }
    })
  }

  /** The oldest; where they differ it is not known whose flow it was. */
  #choose([first, ...others]: readonly Block[], change: (block: Block) => void): void {
    if (!first) return
    for (const block of others.filter(({ flow }) => flow !== first.flow)) block.flow = first.flow = undefined
    change(first)
  }

  #end(verdict: NfqlbVerdict, at: number): void {
    // of a packet that was under way before
    if (this.#verdicts.length >= this.#blocks.filter(({ packet }) => packet).length) return
    this.#verdicts.push(verdict)
    if (this.#verdicts.length < this.#blocks.length) return
    const blocks = this.#blocks.splice(0)
    const verdicts = this.#verdicts.splice(0)
    if (verdicts.every(one => isEqual(one, verdict))) {
      const isSure = at >= this.#settledAt! || blocks.every(({ packet }) => this.#known(packet!).includes(verdict.fwmark))
      for (const { flow, packet } of blocks) this.#tell(flow, packet!, isSure ? { verdict, paired: blocks.length === 1 ? 'alone' : 'same' } : { paired: 'ambiguous', among: [verdict] })
      return
    }
    const pairs = pairsBy(this.#markOf, blocks, verdicts) ?? pairsBy(packet => this.#seen.get(keyOf(packet)), blocks, verdicts)
    for (const [index, { flow, packet }] of blocks.entries()) this.#tell(flow, packet!, pairs ? { verdict: pairs[index]!, paired: 'computed' } : { paired: 'ambiguous', among: verdicts })
  }

  #giveUp(paired: 'ambiguous' | 'unended'): void {
    const verdicts = this.#verdicts.splice(0)
    for (const { flow, packet } of this.#blocks.splice(0)) if (packet) this.#tell(flow, packet, { paired, ...(verdicts.length > 0 && { among: verdicts }) })
  }

  #tell(flow: string | undefined, packet: NfqlbPacket, how: Pick<NfqlbMatch, 'verdict' | 'paired' | 'among'>): void {
    if (how.verdict && how.paired !== 'computed') {
      if (this.#seen.size >= mostSeen) this.#seen.clear()
      this.#seen.set(keyOf(packet), how.verdict.fwmark)
    }
    this.#onMatch({ ...(flow !== undefined && { flow }), packet, ...how })
  }

  #known(packet: NfqlbPacket): (number | undefined)[] {
    return [this.#markOf(packet), this.#seen.get(keyOf(packet))]
  }
}

/** Equal for packets of one flow. */
export function keyOf({ protocol, source, sourcePort, destination, destinationPort, echoId }: Omit<NfqlbPacket, 'length'>): string {
  return `${protocol} ${source} ${sourcePort} ${destination} ${destinationPort} ${echoId ?? ''}`
}

/** The verdict of each block, where their marks are those of the verdicts one to one. */
function pairsBy(markOf: MarkOf, blocks: readonly Block[], verdicts: readonly NfqlbVerdict[]): NfqlbVerdict[] | undefined {
  const left = [...verdicts]
  const pairs: NfqlbVerdict[] = []
  for (const { packet } of blocks) {
    const mark = markOf(packet!)
    const at = left.findIndex(({ fwmark }) => fwmark === mark)
    // one mark, two meanings: no flow, and no target
    if (at < 0 || left.some(other => other.fwmark === mark && !isEqual(other, left[at]!))) return undefined
    pairs.push(...left.splice(at, 1))
  }
  return pairs
}

function isEqual(one: NfqlbVerdict, other: NfqlbVerdict): boolean {
  return one.fwmark === other.fwmark && one.stream === other.stream
}

/** `proto=tcp, len=60, ::ffff:203.0.113.1 53601 -> ::ffff:20.0.0.1 5000` */
function packetIn(line: string): NfqlbPacket | undefined {
  const [, protocol, length, source, sourcePort, destination, destinationPort] = /^proto=(\w+), len=(\d+), (\S+) (\d+) -> (\S+) (\d+)$/.exec(line) ?? []
  if (protocol === undefined) return undefined
  return { protocol, length: Number(length), source: plain(source!), sourcePort: Number(sourcePort), destination: plain(destination!), destinationPort: Number(destinationPort) }
}

/** `target=tshm-stream1, fwmark=5067` · `NO servers, target=tshm-stream1, fwmark=-1` · `NO target, fwmark=-1` */
function verdictIn(line: string): NfqlbVerdict | undefined {
  const [, stream, fwmark] = /^(?:NO target|(?:NO servers, )?target=(.*)), fwmark=(-?\d+)$/.exec(line) ?? []
  return fwmark === undefined ? undefined : { ...(stream !== undefined && { stream }), fwmark: Number(fwmark) }
}

function plain(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}

const settleMs = 250
/** for all verdicts of packets that stand between each other */
const longestMs = 1000
/** nfqlb has one a queue, Meridio gives it four */
const mostThreads = 8
const mostBlocks = 64
const mostSeen = 10_000
