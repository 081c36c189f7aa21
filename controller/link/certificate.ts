import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'

/**
 * A self-signed X.509 certificate (RFC 5280, version 1, DER in PEM) for a P-256 key. TLS wants one; probes look at its key alone, so that name,
 * dates and signature say nothing and it is made anew at every start.
 */
export function selfSigned(privateKey: KeyObject): string {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const name = sequence(set(sequence(commonName, tagged(0x0c, Buffer.from('trenchscope')))))
  const validity = sequence(tagged(0x17, Buffer.from('200101000000Z')), tagged(0x18, Buffer.from('99991231235959Z')))
  const serial = tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)]))
  const toSign = sequence(serial, ecdsaWithSha256, name, validity, name, spki)
  const signature = sign('sha256', toSign, privateKey)
  const der = sequence(toSign, ecdsaWithSha256, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const head = length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts))
}

function set(...parts: Buffer[]): Buffer {
  return tagged(0x31, Buffer.concat(parts))
}

// object identifiers 2.5.4.3 and 1.2.840.10045.4.3.2
const commonName = Buffer.from('0603550403', 'hex')
const ecdsaWithSha256 = Buffer.from('300a06082a8648ce3d040302', 'hex')
