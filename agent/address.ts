import { isIP } from 'node:net'

/** Where a controller listens; literal, because a pod's name resolution may be what is broken. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** `192.0.2.1:7443` or `[2001:db8::1]:7443`; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain ?? ''
  const port = Number(digits)
  return isIP(host) === (bracketed === undefined ? 4 : 6) && port > 0 && port < 65536 ? { host, port } : undefined
}
