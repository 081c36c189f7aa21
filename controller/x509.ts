import { createHash, createPublicKey, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'

export interface DistinguishedName { readonly commonName: string; readonly organizations?: readonly string[] }

export interface CertificateContent {
  readonly subject: DistinguishedName
  /** the subject's: its public half is certified */
  readonly key: KeyObject
  /** whose private P-256 key signs; of a self-signed one the subject itself */
  readonly issuer: { readonly name: DistinguishedName; readonly key: KeyObject }
  /** `authority`: signs servers' and clients' certificates, no further authority's */
  readonly use: 'authority' | 'server' | 'client'
  /** DNS names and IP addresses of a server */
  readonly hosts?: readonly string[]
  /** Unix ms; kept to the second */
  readonly from: number
  readonly until: number
}

/** A certificate as PEM: X.509 version 3 in DER, ECDSA with SHA-256 (RFC 5280; identifiers of keys are hashes of the SPKI, RFC 7093 allows any). No tool, no file. */
export function issueCertificate({ subject, key, issuer, use, hosts = [], from, until }: CertificateContent): string {
  const spki = createPublicKey(key)
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const toSign = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))), // version 3
    tagged(0x02, serial), ecdsaWithSha256, nameOf(issuer.name), sequence(timeOf(from), timeOf(until)), nameOf(subject), spki.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(
      extension('551d0e', tagged(0x04, keyIdOf(spki))), // subjectKeyIdentifier
      extension('551d23', sequence(tagged(0x80, keyIdOf(createPublicKey(issuer.key))))), // authorityKeyIdentifier
      ...usage[use],
      ...(hosts.length > 0 ? [extension('551d11', sequence(...hosts.map(generalName)))] : []), // subjectAltName
    )),
  )
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', toSign, issuer.key)]))
  return new X509Certificate(sequence(toSign, ecdsaWithSha256, signature)).toString()
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const head = length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts))
const objectId = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'))
const yes = tagged(0x01, Buffer.from([0xff]))
const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'))
const extension = (id: string, value: Buffer, critical = false): Buffer => sequence(objectId(id), ...(critical ? [yes] : []), tagged(0x04, value))
const keyUsage = (bits: number, unused: number): Buffer => extension('551d0f', tagged(0x03, Buffer.from([unused, bits])), true)
const extendedKeyUsage = (id: string): Buffer => extension('551d25', sequence(objectId(id)))

const usage: Readonly<Record<CertificateContent['use'], readonly Buffer[]>> = {
  // basicConstraints: an authority, path length 0; keyCertSign, cRLSign
  authority: [extension('551d13', sequence(yes, tagged(0x02, Buffer.from([0]))), true), keyUsage(0x06, 1)],
  // digitalSignature; serverAuth, clientAuth
  server: [keyUsage(0x80, 7), extendedKeyUsage('2b06010505070301')],
  client: [keyUsage(0x80, 7), extendedKeyUsage('2b06010505070302')],
}

const keyIdOf = (key: KeyObject): Buffer => createHash('sha1').update(key.export({ type: 'spki', format: 'der' })).digest()

function nameOf({ commonName, organizations = [] }: DistinguishedName): Buffer {
  const part = (id: string, text: string) => tagged(0x31, sequence(objectId(id), tagged(0x0c, Buffer.from(text))))
  return sequence(...organizations.map(name => part('55040a', name)), part('550403', commonName))
}

/** Two digits for the year until 2049, four from then on. */
function timeOf(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')
  return text < '2050' ? tagged(0x17, Buffer.from(text.slice(2))) : tagged(0x18, Buffer.from(text))
}

function generalName(host: string): Buffer {
  if (isIP(host) === 0) return tagged(0x82, Buffer.from(host))
  return tagged(0x87, isIP(host) === 4 ? Buffer.from(host.split('.').map(Number)) : ipv6Bytes(host))
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::')
  const groups = (text: string) => text.split(':').filter(Boolean).map(group => Number.parseInt(group, 16))
  const [left, right] = [groups(head), groups(tail ?? '')]
  const all = tail === undefined ? left : [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right]
  return Buffer.from(all.flatMap(group => [group >> 8, group & 0xff]))
}
