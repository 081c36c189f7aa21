import { join } from 'node:path'
import { type CertificateSource, readCertificate } from './api/certificate.ts'
import { OwnAuthority } from './api/own-authority.ts'
import { type Config, isLoopback } from './config.ts'

/** Whence the API has its certificate. */
export interface ApiCertificate {
  /** absent: plain HTTP */
  readonly tls?: CertificateSource
  /** what the command line on this machine trusts: a file that is kept up to date */
  readonly caFile?: string
  /** PEM of our own authorities; absent: there are none */
  readonly trusted?: () => string
}

/** The files that were given; our own authority where there are none and others can reach the API; nothing on loopback. @throws {CertificateError} */
export function apiCertificate({ apiTlsCert, apiTlsKey, apiTlsNames, apiListen, dataDir, ownNamespace }: Config): ApiCertificate {
  if (apiTlsCert) return { tls: () => readCertificate({ certFile: apiTlsCert, keyFile: apiTlsKey }), caFile: apiTlsCert }
  if (isLoopback(apiListen)) return {}
  const service = ownNamespace === '' ? [] : ['', '.svc', '.svc.cluster.local'].map(end => `api.${ownNamespace}${end}`)
  const own = new OwnAuthority({ folder: join(dataDir, 'api-authority'), hosts: [...service, 'localhost', '127.0.0.1', '::1', ...apiTlsNames] })
  return { tls: () => own.pair(), caFile: own.trustedFile, trusted: () => own.trusted }
}
