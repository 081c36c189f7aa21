import { type JsonElement, jsonElements } from './json-elements.ts'

export interface IpLink {
  pointer: string
  name: string
  ifindex: number
  /** as the kernel tells them: `UP`, `LOWER_UP`, `NO-CARRIER` … */
  flags: string[]
  /** set up by someone (flag UP) */
  up: boolean
  /** has carrier (flag LOWER_UP) */
  lowerUp: boolean
  /** `UP`, `DOWN`, `LOWERLAYERDOWN`, `UNKNOWN` (tap and loopback) … */
  operstate: string
  mtu: number
  /** `ether`, `loopback`, `none` … */
  type: string
  /** MAC of an `ether` */
  address?: string
  /** bridge (or bond) it is a port of */
  master?: string
  /** `veth`, `bridge`, `tun`, `vlan` …; absent for physical and loopback */
  kind?: string
  rx: LinkCounters
  tx: LinkCounters
}

/** Since the interface exists. */
export interface LinkCounters {
  packets: number
  bytes: number
  errors: number
  dropped: number
}

/**
 * Parses `ip -j -d -s addr`, and `… link` (iproute2 5.10–6.1: counters under `stats64`; `stats` where the kernel has only those).
 * @throws {SyntaxError} on what is not such a list, quoting the element
 */
export function parseIpLinks(text: string): IpLink[] {
  return jsonElements(text, 'links').map(({ value, pointer }) => linkOf(value, pointer))
}

function linkOf(row: JsonElement['value'], pointer: string): IpLink {
  const { ifname, ifindex, flags, operstate, mtu, link_type: type, address, master, linkinfo } = row
  const stats = row.stats64 ?? row.stats
  const rx = countersOf(stats?.rx)
  const tx = countersOf(stats?.tx)
  if (![ifname, operstate, type].every(word => typeof word === 'string') || ![ifindex, mtu].every(Number.isInteger) || !Array.isArray(flags) || !rx || !tx) {
    throw new SyntaxError(`not a link: ${JSON.stringify(row)}`)
  }
  return {
    pointer,
    name: ifname,
    ifindex,
    flags,
    up: flags.includes('UP'),
    lowerUp: flags.includes('LOWER_UP'),
    operstate,
    mtu,
    type,
    ...(typeof address === 'string' && { address }),
    ...(typeof master === 'string' && { master }),
    ...(typeof linkinfo?.info_kind === 'string' && { kind: linkinfo.info_kind }),
    rx,
    tx,
  }
}

function countersOf(side: JsonElement['value']): LinkCounters | undefined {
  const { packets, bytes, errors, dropped } = side ?? {}
  return [packets, bytes, errors, dropped].every(Number.isInteger) ? { packets, bytes, errors, dropped } : undefined
}
