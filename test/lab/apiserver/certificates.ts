import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'

export interface KeyPair { certPem: string; keyPem: string }

/** Makes certificates in plain DER (X.509 v3, RFC 5280; ECDSA P-256 with SHA-256): no tool, no file. */
export class CertificateAuthority {
  readonly certPem: string
  readonly #key: KeyObject
  readonly #name: Buffer
  readonly #keyId: Buffer

  constructor(commonName = 'kubernetes') {
    const { publicKey, privateKey } = keyPair()
    this.#key = privateKey
    this.#name = distinguishedName(commonName, [])
    this.#keyId = keyIdOf(publicKey)
    this.certPem = this.#issue(this.#name, publicKey, [
      extension('551d13', sequence(boolean()), true), // basicConstraints: CA
      extension('551d0f', bits(0x06, 1), true), // keyUsage: keyCertSign, cRLSign
    ])
  }

  /** `hosts`: DNS names and IP addresses of a server; none for a client, whose `organizations` are its groups. */
  leaf({ commonName, organizations = [], hosts = [] }: { commonName: string; organizations?: string[]; hosts?: string[] }): KeyPair {
    const { publicKey, privateKey } = keyPair()
    const usage = oid(hosts.length > 0 ? '2b06010505070301' : '2b06010505070302') // serverAuth, clientAuth
    const certPem = this.#issue(distinguishedName(commonName, organizations), publicKey, [
      extension('551d0f', bits(0x80, 7), true), // digitalSignature
      extension('551d25', sequence(usage)),
      ...(hosts.length > 0 ? [extension('551d11', sequence(...hosts.map(generalName)))] : []),
    ])
    return { certPem, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
  }

  #issue(subject: Buffer, publicKey: KeyObject, extensions: Buffer[]): string {
    const algorithm = sequence(oid('2a8648ce3d040302')) // ecdsa-with-SHA256
    const serial = randomBytes(16)
    serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
    const validity = sequence(utcTime(Date.now() - 3_600_000), utcTime(Date.now() + 365 * 86_400_000))
    const ids = [extension('551d0e', tlv(0x04, keyIdOf(publicKey))), extension('551d23', sequence(tlv(0x80, this.#keyId)))]
    const body = sequence(
      tlv(0xa0, tlv(0x02, Buffer.from([2]))), // version 3
      tlv(0x02, serial), algorithm, this.#name, validity, subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      tlv(0xa3, sequence(...ids, ...extensions)),
    )
    const signature = sign('sha256', body, this.#key)
    const der = sequence(body, algorithm, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])))
    return new X509Certificate(der).toString()
  }
}

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' })

const keyIdOf = (key: KeyObject): Buffer => createHash('sha1').update(key.export({ type: 'spki', format: 'der' })).digest()

function tlv(tag: number, content: Buffer): Buffer {
  const size = content.length
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

const sequence = (...parts: Buffer[]): Buffer => tlv(0x30, Buffer.concat(parts))
const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'))
const boolean = (): Buffer => tlv(0x01, Buffer.from([0xff]))
const bits = (value: number, unused: number): Buffer => tlv(0x03, Buffer.from([unused, value]))
const utcTime = (ms: number): Buffer => tlv(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/^\d\d|[-:T]|\.\d+/g, '')}`))

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [boolean()] : []), tlv(0x04, value))
}

function distinguishedName(commonName: string, organizations: string[]): Buffer {
  const part = (id: string, text: string) => tlv(0x31, sequence(oid(id), tlv(0x0c, Buffer.from(text))))
  return sequence(...organizations.map(name => part('55040a', name)), part('550403', commonName))
}

function generalName(host: string): Buffer {
  if (isIP(host) === 0) return tlv(0x82, Buffer.from(host))
  return tlv(0x87, isIP(host) === 4 ? Buffer.from(host.split('.').map(Number)) : ipv6Bytes(host))
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::')
  const groups = (text: string) => text.split(':').filter(Boolean).map(group => Number.parseInt(group, 16))
  const [left, right] = [groups(head), groups(tail ?? '')]
  const all = tail === undefined ? left : [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right]
  return Buffer.from(all.flatMap(group => [group >> 8, group & 0xff]))
}
