import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:https'
import type { Log } from '../log.ts'

/** PEM files of a server's certificate (its chain after it) and of its key. */
export interface CertificateFiles { readonly certFile: string; readonly keyFile: string }
export interface CertificatePair { readonly cert: string; readonly key: string }

/** The pair to serve now: read from files, or made by an authority of our own. @throws {CertificateError} */
export type CertificateSource = () => CertificatePair

/**
 * Serves a pair that its source has renewed (cert-manager does it by swapping the folder of a Secret's volume) from the next connection on; those that are open keep theirs.
 * What cannot be read, or does not belong together, changes nothing: it is logged once, and looked at again.
 * @param serving the pair the server began with
 * @returns stops looking
 */
export function renewCertificate(server: Pick<Server, 'setSecureContext'>, source: CertificateSource, serving: CertificatePair, { log, everyMs = 10_000 }: { readonly log: Log; readonly everyMs?: number }): () => void {
  let current = serving
  let refused = ''
  const look = (): void => {
    try {
      const found = source()
      if (found.cert === current.cert && found.key === current.key) return
      server.setSecureContext({ ...found, ...tlsVersions })
      current = found
      refused = ''
      log.info({ until: new X509Certificate(found.cert).validTo }, 'certificate renewed')
    } catch (err) {
      if (refused !== (refused = (err as Error).message)) log.warn({ err }, 'certificate not renewed')
    }
  }
  const timer = setInterval(look, everyMs).unref()
  return () => clearInterval(timer)
}

export const tlsVersions = { minVersion: 'TLSv1.2' as const }

/** The files do not hold a certificate with its key. */
export class CertificateError extends Error {
  readonly code = 'certificate-unusable'
}

/** @throws {CertificateError} what cannot be read; a key that is not the certificate's */
export function readCertificate({ certFile, keyFile }: CertificateFiles): CertificatePair {
  try {
    const pair = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
    if (new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key))) return pair
  } catch (cause) {
    throw new CertificateError(`certificate ${certFile} with key ${keyFile}: ${(cause as Error).message}`, { cause })
  }
  throw new CertificateError(`the key in ${keyFile} is not that of the certificate in ${certFile}`)
}
