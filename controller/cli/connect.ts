import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { ApiClient, ApiError } from '../api/client.ts'

/** Where a controller in a cluster is reached with a kubeconfig. */
export interface Door {
  readonly url: string
  token(): Promise<string>
  fetch(url: string, init: RequestInit): Promise<Response>
  /** PEM of whom the API's certificate is by; undefined: not known */
  authorities(): Promise<string | undefined>
  close(): Promise<void>
}

export interface DoorFlags {
  readonly kubeconfig?: string
  readonly context?: string
  readonly service?: string
  readonly serviceAccount?: string
}

export interface Ways {
  /** the controller of this machine, if one runs */
  readonly meet: () => { readonly url: string; readonly tokenFile: string; readonly caFile?: string } | undefined
  /** to an `https` address, trusting these alone (PEM) */
  readonly secured?: (url: string, ca: string) => Promise<Pick<Door, 'fetch' | 'close'>>
  /** through the cluster; undefined: no kubeconfig, and none was named. @throws {ApiError} */
  readonly door?: (flags: DoorFlags) => Promise<Door | undefined>
  /** a controller of this process alone, for one command. @throws {ApiError} */
  readonly laptop?: (flags: Pick<DoorFlags, 'kubeconfig' | 'context'>) => Promise<{ readonly url: string; readonly tokenFile: string; close(): Promise<void> }>
}

/** The flags that say which controller, for every command. */
export function addConnection(program: Command): Command {
  return program
    .addOption(new Option('-s, --server <url>', 'the controller\'s API').env('TRENCHSCOPE_SERVER').argParser(httpUrl))
    .addOption(new Option('--token-file <file>', 'file with the API token').env('TRENCHSCOPE_TOKEN_FILE'))
    .addOption(new Option('--ca-file <file>', 'PEM of whom its certificate is by').env('TRENCHSCOPE_CA_FILE'))
    .option('--kubeconfig <file>', 'reach the controller of this cluster').option('--context <name>', 'of the kubeconfig; default: its current one')
    .option('--service <namespace/name:port>', 'the controller\'s Service; default trenchscope/api:443', serviceName).option('--service-account <namespace/name>', 'ask for a token of this one')
}

/** The ways to a controller, in this order: a server that was named, the cluster that was named, the controller of this machine, the cluster of the kubeconfig. */
export class Connection {
  readonly #ways: Ways
  #door: Door | undefined
  #laptop: { close(): Promise<void> } | undefined
  #secured: Pick<Door, 'close'> | undefined

  constructor(ways: Ways) {
    this.#ways = ways
  }

  /** @throws {ApiError} `unreachable` when there is none, `token-unreadable` */
  async client({ server, tokenFile, caFile, ...cluster }: DoorFlags & { readonly server?: string; readonly tokenFile?: string; readonly caFile?: string }): Promise<ApiClient> {
    const isCluster = server === undefined && Object.keys(cluster).length > 0
    const found = isCluster ? undefined : this.#ways.meet()
    const file = tokenFile ?? found?.tokenFile
    const url = server ?? found?.url ?? (isCluster || file === undefined ? undefined : 'http://127.0.0.1:7480')
    const trusted = caFile ?? (server === undefined ? found?.caFile : undefined)
    if (url !== undefined && file !== undefined) return new ApiClient({ url, token: tokenOf(file), fetch: this.#trusting(url, trusted) })
    this.#door ??= await this.#ways.door?.(cluster)
    if (!this.#door) throw url === undefined ? new ApiError('unreachable', 'no controller runs on this machine') : new ApiError('usage', `a token for ${url} is needed: --token-file, or a kubeconfig`)
    const { token, fetch } = this.#door
    return new ApiClient({ url: url ?? this.#door.url, token: file === undefined ? token : tokenOf(file), fetch: url === undefined ? fetch : this.#trusting(url, trusted) })
  }

  /** Nothing is installed and nothing runs: this process is the controller until `close`. @throws {ApiError} */
  async withoutController({ kubeconfig, context }: DoorFlags): Promise<ApiClient> {
    if (!this.#ways.laptop) throw new ApiError('unsupported', 'this build has no controller in it')
    const laptop = await this.#ways.laptop({ ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) })
    this.#laptop = laptop
    return new ApiClient({ url: laptop.url, token: tokenOf(laptop.tokenFile) })
  }

  async close(): Promise<void> {
    await this.#laptop?.close()
    await this.#secured?.close()
    await this.#door?.close()
  }

  /** Trusts what the file names; else, where the token comes from a cluster, what the controller has published there; else what the system trusts. */
  #trusting(url: string, caFile: string | undefined): Door['fetch'] {
    let ready: Promise<Door['fetch']> | undefined
    const open = async (): Promise<Door['fetch']> => {
      const ca = caFile === undefined ? await this.#door?.authorities() : readText(caFile, 'ca-unreadable', 'the certificate authority')
      if (ca === undefined || !this.#ways.secured) return (target, init) => fetch(target, init).catch(explainCertificate)
      const { fetch: send, close } = await this.#ways.secured(url, ca)
      this.#secured = { close }
      return send
    }
    return async (target, init) => (url.startsWith('https:') ? await (ready ??= open()) : fetch)(target, init)
  }
}

function explainCertificate(error: Error): never {
  const { code = '', message } = (error.cause ?? {}) as { readonly code?: string; readonly message?: string }
  if (!/^(SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER)/.test(code)) throw error
  throw new ApiError('unreachable', `${message}: the controller's certificate is by an authority that this system does not know; --ca-file names it (ConfigMap trenchscope-api-ca in the controller's namespace has it)`, { cause: error })
}

function tokenOf(file: string): string {
  return readText(file, 'token-unreadable', 'the API token').trim()
}

function readText(file: string, code: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ApiError(code, `${what} could not be read from ${file}: ${(error as Error).message}`, { cause: error })
  }
}

function httpUrl(text: string): string {
  const { protocol } = URL.parse(text) ?? {}
  if (protocol !== 'http:' && protocol !== 'https:') throw new InvalidArgumentError('a URL is needed: https://HOST:PORT')
  return text
}

function serviceName(text: string): string {
  if (!/^[-a-z0-9]+\/[-a-z0-9]+:[-a-z0-9]+$/.test(text)) throw new InvalidArgumentError('a Service is named NAMESPACE/NAME:PORT')
  return text
}
