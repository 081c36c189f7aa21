export interface Sysctl {
  line: number
  /** dots throughout; the dots of an interface name stay where they are */
  key: string
  /** of a `net.ipv4.conf.…`, `net.ipv6.conf.…` or `net.ipvN.neigh.…` key; `all` and `default` included */
  interface?: string
  /** without surrounding spaces; several numbers are parted by a tab */
  value: string
}

/**
 * Parses `sysctl -e KEY…` (procps-ng 4.0.2, busybox, and the probe's own runner).
 *     net.ipv4.conf.proxy/load-1f0a.rp_filter = 0  →  { line: 1, key: 'net.ipv4.conf.proxy.load-1f0a.rp_filter', interface: 'proxy.load-1f0a', value: '0' }
 * sysctl(8) prints `/` for the dots of an interface name. `line` is 1-based. Keys the kernel does not have are not there (`-e`).
 * @throws {SyntaxError} on a line that is not `key = value`, quoting it
 */
export function parseSysctls(text: string): Sysctl[] {
  return text.split('\n').flatMap((text, index) => {
    if (text === '') return []
    const match = /^([^\s=]+) =(?: (.*))?$/.exec(text)
    if (!match?.[1]) throw new SyntaxError(`not a sysctl: ${text}`)
    const key = match[1].replaceAll('/', '.')
    const name = /^net\.ipv[46]\.(?:conf|neigh)\.(.+)\.[^.]+$/.exec(key)?.[1]
    return [{ line: index + 1, key, ...(name !== undefined && { interface: name }), value: (match[2] ?? '').trim() }]
  })
}
