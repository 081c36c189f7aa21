import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFileSync } from '../replace-file.ts'
import { issueCertificate } from '../x509.ts'
import { CertificateError, type CertificatePair } from './certificate.ts'

export interface OwnAuthorityOptions {
  /** its keys live here, readable by the owner alone, and must outlive the process: with them goes what clients trust */
  readonly folder: string
  /** DNS names and IP addresses of the server */
  readonly hosts: readonly string[]
  /** Unix ms */
  readonly now?: () => number
}

const dayMs = 86_400_000
/** An authority is published for 60 days before it signs, and trusted for 60 days after it last did: whoever takes the list today can use it for 60 days at least. */
const overlapMs = 60 * dayMs
const authorityMs = 365 * dayMs
const serverMs = 7 * dayMs
/** clocks of callers that are behind */
const slackMs = 3_600_000

interface Authority { readonly cert: string; readonly key: KeyObject; readonly commonName: string; readonly from: number; readonly until: number }

/** The API's own certificate authority: makes the server's certificate, which lives for a week and is made anew after half of it, and its own successors. */
export class OwnAuthority {
  readonly #options: Required<OwnAuthorityOptions>
  readonly #file: string
  /** the oldest first */
  #authorities: readonly Authority[]
  #server: { readonly pair: CertificatePair; readonly signer: Authority; readonly renewAt: number } | undefined

  /** @throws {CertificateError} when the file is there and does not hold authorities: new ones would be trusted by nobody */
  constructor(options: OwnAuthorityOptions) {
    this.#options = { now: Date.now, ...options }
    mkdirSync(options.folder, { recursive: true, mode: 0o700 })
    this.#file = join(options.folder, 'authorities.json')
    this.#authorities = load(this.#file)
    this.#rotate()
  }

  /** PEM of the authorities to trust: the one that signs, and the one that did or will. */
  get trusted(): string {
    this.#rotate()
    return this.#authorities.map(({ cert }) => cert).join('')
  }

  /** The same as a file, for the command line on this machine. */
  get trustedFile(): string {
    return join(this.#options.folder, 'ca.crt')
  }

  /** What the server shows now. */
  pair(): CertificatePair {
    this.#rotate()
    const now = this.#options.now()
    // the newest that has been published for long enough; a first one signs at once
    const signer = this.#authorities.findLast(({ from }) => from + overlapMs <= now) ?? this.#authorities[0] as Authority
    if (this.#server?.signer !== signer || now >= this.#server.renewAt) this.#server = { pair: serverOf(signer, this.#options.hosts, now), signer, renewAt: now + serverMs / 2 }
    return this.#server.pair
  }

  /** Forgets authorities that ended; makes the next one two overlaps before the last one ends. */
  #rotate(): void {
    const now = this.#options.now()
    const alive = this.#authorities.filter(({ until }) => until > now)
    const last = alive.at(-1)
    const next = last === undefined || now >= last.until - 2 * overlapMs ? [...alive, newAuthority(now)] : alive
    if (next.length === this.#authorities.length && next.at(-1) === this.#authorities.at(-1)) return
    this.#authorities = next
    replaceFileSync(this.#file, JSON.stringify(next.map(({ cert, key }) => ({ cert, key: pem(key) }))))
    replaceFileSync(this.trustedFile, next.map(({ cert }) => cert).join(''))
  }
}

function load(file: string): readonly Authority[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return []
    throw new CertificateError(`${file} cannot be read: ${(error as Error).message}`, { cause: error })
  }
  try {
    return (JSON.parse(text) as { cert: string; key: string }[]).map(({ cert, key }) => {
      const { subject, validFromDate, validToDate } = new X509Certificate(cert)
      return { cert, key: createPrivateKey(key), commonName: subject.replace(/^CN=/, ''), from: validFromDate.getTime() + slackMs, until: validToDate.getTime() }
    })
  } catch (error) {
    throw new CertificateError(`${file} does not hold the API's certificate authorities; without it callers must be given new ones`, { cause: error })
  }
}

function newAuthority(now: number): Authority {
  const key = newKey()
  const commonName = `trenchscope-api-${randomBytes(4).toString('hex')}`
  const from = Math.floor(now / 1000) * 1000
  const cert = issueCertificate({ subject: { commonName }, key, issuer: { name: { commonName }, key }, use: 'authority', from: from - slackMs, until: from + authorityMs })
  return { cert, key, commonName, from, until: from + authorityMs }
}

/** Never longer than its signer. */
function serverOf({ commonName, key: signerKey, until }: Authority, hosts: readonly string[], now: number): CertificatePair {
  const key = newKey()
  const cert = issueCertificate({ subject: { commonName: 'trenchscope-api' }, key, issuer: { name: { commonName }, key: signerKey }, use: 'server', hosts, from: now - slackMs, until: Math.min(now + serverMs, until) })
  return { cert, key: pem(key) }
}

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string
