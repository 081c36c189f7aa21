import { generateKeyPairSync } from 'node:crypto'
import { issueCertificate } from '../../../controller/x509.ts'

export interface KeyPair { certPem: string; keyPem: string }

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey

/** A cluster's authority: issues to servers, and to clients whose `organizations` are their groups. */
export class CertificateAuthority {
  readonly certPem: string
  readonly #issuer: { readonly name: { readonly commonName: string }; readonly key: ReturnType<typeof newKey> }
  readonly #dates = { from: Date.now() - 3_600_000, until: Date.now() + 365 * 86_400_000 }

  constructor(commonName = 'kubernetes') {
    this.#issuer = { name: { commonName }, key: newKey() }
    this.certPem = issueCertificate({ subject: this.#issuer.name, key: this.#issuer.key, issuer: this.#issuer, use: 'authority', ...this.#dates })
  }

  /** `hosts`: DNS names and IP addresses of a server; none for a client. */
  leaf({ commonName, organizations = [], hosts = [] }: { commonName: string; organizations?: string[]; hosts?: string[] }): KeyPair {
    const key = newKey()
    return {
      certPem: issueCertificate({ subject: { commonName, organizations }, key, issuer: this.#issuer, use: hosts.length > 0 ? 'server' : 'client', hosts, ...this.#dates }),
      keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }
  }
}
