import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pinOf } from '#proto/proof.ts'
import { replaceFileSync } from '../replace-file.ts'
import { issueCertificate } from '../x509.ts'

/**
 * The link's long-lived keys: the one in use and its successor, whose pin every probe is given beforehand. Persisted in a directory of their own,
 * so that a restarted controller is known to running probes; they have nothing to do with the API's certificate.
 */
export class LinkKeys {
  readonly #file: string
  #current: KeyObject
  #next: KeyObject

  /** Loads the keys in `folder`, or makes them. @throws when the file is there and is not keys: making new ones would orphan every probe */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#file = join(folder, 'link-keys.json')
    const loaded = load(this.#file)
    this.#current = loaded?.current ?? newKey()
    this.#next = loaded?.next ?? newKey()
    if (!loaded) this.#save()
  }

  /** SHA-256 of the SPKI, base64url: of the key in use, and of the next one */
  get pins(): readonly [string, string] {
    return [pinOf(createPublicKey(this.#current)), pinOf(createPublicKey(this.#next))]
  }

  /** What a TLS server shows, as PEM. */
  get identity(): { readonly key: string; readonly cert: string } {
    return { key: pem(this.#current), cert: selfSigned(this.#current) }
  }

  /** The next key comes into use, and a new one is next. */
  rotate(): void {
    this.#current = this.#next
    this.#next = newKey()
    this.#save()
  }

  #save(): void {
    replaceFileSync(this.#file, JSON.stringify({ current: pem(this.#current), next: pem(this.#next) }))
  }
}

function load(file: string): { current: KeyObject; next: KeyObject } | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const { current, next } = JSON.parse(text) as { current: string; next: string }
    return { current: createPrivateKey(current), next: createPrivateKey(next) }
  } catch (error) {
    throw new Error(`${file} does not hold the link's keys; without them no running probe can be reached again`, { cause: error })
  }
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string
}

/** TLS wants a certificate; probes look at its key alone, so that name and dates say nothing and it is made anew at every start. */
function selfSigned(key: KeyObject): string {
  const subject = { commonName: 'trenchscope' }
  return issueCertificate({ subject, key, issuer: { name: subject, key }, use: 'server', from: Date.UTC(2020, 0, 1), until: Date.UTC(9999, 11, 31, 23, 59, 59) })
}
