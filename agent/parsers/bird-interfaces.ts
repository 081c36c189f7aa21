import { parseBirdReply } from './bird-reply.ts'

export interface BirdInterface {
  line: number
  name: string
  /** BIRD's own judgement: administratively up, with carrier */
  up: boolean
  index: number
  /** name, or `#index` where the master is unknown */
  master?: string
  type: 'PtP' | 'MultiAccess'
  broadcast: boolean
  multicast: boolean
  adminUp: boolean
  linkUp: boolean
  loopback: boolean
  ignored: boolean
  mtu: number
  addresses: BirdAddress[]
}

export interface BirdAddress {
  line: number
  /** with prefix length */
  cidr: string
  rank?: 'preferred' | 'secondary'
  opposite?: string
  /** `univ site link host undef`, BIRD's view of the address */
  scope: string
}

/**
 * Parses `show interfaces` (BIRD nest/iface.c; recorded from 2.0.8 to 3.4.0).
 *     ext-vlan0 up (index=4)
 *     \tMultiAccess Broadcast Multicast AdminUp LinkUp MTU=1500
 *     \t169.254.100.1/24 (Preferred, scope univ)
 * @throws {BirdError} when BIRD refused
 * @throws {SyntaxError} on a line it does not know, quoting it
 */
export function parseBirdInterfaces(text: string): BirdInterface[] {
  const interfaces: BirdInterface[] = []
  let head: { line: number; name: string; up: boolean; index: number; master?: string } | undefined
  for (const { line, text: row } of parseBirdReply(text)) {
    const opened = /^(\S+) (up|down) \(index=(\d+)(?: master=(\S+))?\)$/.exec(row)
    const flags = head && /^\t(PtP|MultiAccess)( Broadcast)?( Multicast)? Admin(Up|Down) Link(Up|Down)( Loopback)?( Ignored)? MTU=(\d+)$/.exec(row)
    const address = !head && /^\t(\S+\/\d+) \((?:(Preferred|Secondary), )?(?:opposite (\S+), )?scope (\w+)\)$/.exec(row)
    if (opened && !head) {
      const [, name = '', state, index, master] = opened
      head = { line, name, up: state === 'up', index: Number(index), ...(master !== undefined && { master }) }
    } else if (head && flags) {
      const [, type, broadcast, multicast, admin, link, loopback, ignored, mtu] = flags
      interfaces.push({
        ...head,
        type: type as BirdInterface['type'],
        broadcast: !!broadcast,
        multicast: !!multicast,
        adminUp: admin === 'Up',
        linkUp: link === 'Up',
        loopback: !!loopback,
        ignored: !!ignored,
        mtu: Number(mtu),
        addresses: [],
      })
      head = undefined
    } else if (address && interfaces.length > 0) {
      const [, cidr = '', rank, opposite, scope = ''] = address
      const named = rank?.toLowerCase() as BirdAddress['rank']
      interfaces.at(-1)?.addresses.push({ line, cidr, ...(named && { rank: named }), ...(opposite !== undefined && { opposite }), scope })
    } else throw new SyntaxError(`line ${line} is not of an interface: ${row}`)
  }
  if (head) throw new SyntaxError(`line ${head.line} opens an interface that is not described: ${head.name}`)
  return interfaces
}
