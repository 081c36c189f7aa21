import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import * as asn1 from '@peculiar/asn1-x509'
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

const ecdsaWithSha256 = new asn1.AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' })

/** A certificate as PEM: X.509 version 3, ECDSA with SHA-256 (RFC 5280; identifiers of keys are hashes of the SPKI, RFC 7093 allows any). No tool, no file. */
export function issueCertificate({ subject, key, issuer, use, hosts = [], from, until }: CertificateContent): string {
  const publicKey = spkiOf(key)
  const content = new asn1.TBSCertificate({
    version: asn1.Version.v3,
    serialNumber: serialNumber(),
    signature: ecdsaWithSha256,
    issuer: nameOf(issuer.name),
    validity: new asn1.Validity({ notBefore: new Date(from), notAfter: new Date(until) }),
    subject: nameOf(subject),
    subjectPublicKeyInfo: AsnConvert.parse(publicKey, asn1.SubjectPublicKeyInfo),
    extensions: new asn1.Extensions([
      extension(asn1.id_ce_subjectKeyIdentifier, new asn1.SubjectKeyIdentifier(idOf(publicKey))),
      extension(asn1.id_ce_authorityKeyIdentifier, new asn1.AuthorityKeyIdentifier({ keyIdentifier: new asn1.KeyIdentifier(idOf(spkiOf(issuer.key))) })),
      ...usage[use],
      ...(hosts.length > 0 ? [extension(asn1.id_ce_subjectAltName, new asn1.SubjectAlternativeName(hosts.map(hostName)))] : []),
    ]),
  })
  const signature = sign('sha256', new Uint8Array(AsnConvert.serialize(content)), issuer.key)
  const certificate = new asn1.Certificate({ tbsCertificate: content, signatureAlgorithm: ecdsaWithSha256, signatureValue: new Uint8Array(signature).buffer })
  return new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString()
}

const extension = (extnID: string, value: unknown, critical = false) => new asn1.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) })
const keyUsage = (flags: number) => extension(asn1.id_ce_keyUsage, new asn1.KeyUsage(flags), true)
const extendedKeyUsage = (purpose: string) => extension(asn1.id_ce_extKeyUsage, new asn1.ExtendedKeyUsage([purpose]))

const usage: Readonly<Record<CertificateContent['use'], readonly asn1.Extension[]>> = {
  authority: [
    extension(asn1.id_ce_basicConstraints, new asn1.BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
    keyUsage(asn1.KeyUsageFlags.keyCertSign | asn1.KeyUsageFlags.cRLSign),
  ],
  server: [keyUsage(asn1.KeyUsageFlags.digitalSignature), extendedKeyUsage(asn1.id_kp_serverAuth)],
  client: [keyUsage(asn1.KeyUsageFlags.digitalSignature), extendedKeyUsage(asn1.id_kp_clientAuth)],
}

const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' })
const idOf = (spki: Buffer): Buffer => createHash('sha1').update(spki).digest()

/** 16 bytes, positive and of full length. */
function serialNumber(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(16))
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.buffer
}

function nameOf({ commonName, organizations = [] }: DistinguishedName): asn1.Name {
  const part = (type: string, text: string) => new asn1.RelativeDistinguishedName([new asn1.AttributeTypeAndValue({ type, value: new asn1.AttributeValue({ utf8String: text }) })])
  return new asn1.Name([...organizations.map(name => part('2.5.4.10', name)), part('2.5.4.3', commonName)])
}

const hostName = (host: string): asn1.GeneralName => new asn1.GeneralName(isIP(host) === 0 ? { dNSName: host } : { iPAddress: host })
