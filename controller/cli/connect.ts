import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { ApiClient, ApiError } from '../api/client.ts'

/** Where a controller in a cluster is reached with a kubeconfig. */
export interface Door {
  readonly url: string
  token(): Promise<string>
  fetch(url: string, init: RequestInit): Promise<Response>
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
  readonly meet: () => { readonly url: string; readonly tokenFile: string } | undefined
  /** through the cluster; undefined: no kubeconfig, and none was named. @throws {ApiError} */
  readonly door?: (flags: DoorFlags) => Door | undefined
  /** a controller of this process alone, for one command. @throws {ApiError} */
  readonly laptop?: (flags: Pick<DoorFlags, 'kubeconfig' | 'context'>) => Promise<{ readonly url: string; readonly tokenFile: string; close(): Promise<void> }>
}

/** The flags that say which controller, for every command. */
export function addConnection(program: Command): Command {
  return program
    .addOption(new Option('-s, --server <url>', 'the controller\'s API').env('TRENCHSCOPE_SERVER').argParser(httpUrl))
    .addOption(new Option('--token-file <file>', 'file with the API token').env('TRENCHSCOPE_TOKEN_FILE'))
    .option('--kubeconfig <file>', 'reach the controller of this cluster').option('--context <name>', 'of the kubeconfig; default: its current one')
    .option('--service <namespace/name:port>', 'the controller\'s Service; default trenchscope/api:443', serviceName).option('--service-account <namespace/name>', 'ask for a token of this one')
}

/** The ways to a controller, in this order: a server that was named, the cluster that was named, the controller of this machine, the cluster of the kubeconfig. */
export class Connection {
  readonly #ways: Ways
  #door: Door | undefined
  #laptop: { close(): Promise<void> } | undefined

  constructor(ways: Ways) {
    this.#ways = ways
  }

  /** @throws {ApiError} `unreachable` when there is none, `token-unreadable` */
  client({ server, tokenFile, ...cluster }: DoorFlags & { readonly server?: string; readonly tokenFile?: string }): ApiClient {
    const isCluster = server === undefined && Object.keys(cluster).length > 0
    const found = isCluster ? undefined : this.#ways.meet()
    const file = tokenFile ?? found?.tokenFile
    const url = server ?? found?.url ?? (isCluster || file === undefined ? undefined : 'http://127.0.0.1:7480')
    if (url !== undefined && file !== undefined) return new ApiClient({ url, token: tokenOf(file) })
    this.#door ??= this.#ways.door?.(cluster)
    if (!this.#door) throw url === undefined ? new ApiError('unreachable', 'no controller runs on this machine') : new ApiError('usage', `a token for ${url} is needed: --token-file, or a kubeconfig`)
    const { token, fetch } = this.#door
    return new ApiClient({ url: url ?? this.#door.url, token: file === undefined ? token : tokenOf(file), ...(url === undefined && { fetch }) })
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
    await this.#door?.close()
  }
}

function tokenOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new ApiError('token-unreadable', `the API token could not be read from ${file}: ${(error as Error).message}`, { cause: error })
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
