import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/** RFC 5705 exporter of the TLS 1.3 connection: what both its ends know, and nobody in between. */
export const exporter = Object.freeze({ bytes: 32, label: 'EXPORTER-trenchscope-probe-v1', context: Buffer.from('agent') })

/** Who a probe says it is, and on which connection. `connection`: the exporter's bytes. */
export interface Claim {
  readonly connection: Uint8Array
  readonly session: string
  readonly podUid: string
  readonly container: string
}

/** In place of the exporter where there is no connection, only a container's log, which the kubelet vouches for. */
export const noConnection: Uint8Array = new Uint8Array(exporter.bytes)

/** Ed25519 over the claim: the probe that holds `privateKey` is at the other end of this very connection. */
export function signClaim(claim: Claim, privateKey: KeyObject): Uint8Array {
  return sign(null, claimBytes(claim), privateKey)
}

/** `key`: raw Ed25519 public key, 32 bytes */
export function isSigned(claim: Claim, signature: Uint8Array, key: Uint8Array): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key).toString('base64url') }
  return verify(null, claimBytes(claim), createPublicKey({ key: jwk, format: 'jwk' }), signature)
}

/** What a probe pins of the controller's key: SHA-256 of its SPKI (DER), base64url. */
export function pinOf(publicKey: KeyObject): string {
  return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64url')
}

function claimBytes({ connection, session, podUid, container }: Claim): Buffer {
  return Buffer.concat([Buffer.from('trenchscope-probe-v1\0'), connection, Buffer.from(session + podUid + container)])
}
