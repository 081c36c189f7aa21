import type { RequestOptions } from 'node:https'
import type { KubeConfig } from '@kubernetes/client-node'
import { KubeError } from './errors.ts'
import { loadKubeconfig } from './kubeconfig.ts'

/** What TLS needs of a kubeconfig; PEM buffers. */
export interface TlsMaterial {
  readonly ca?: Buffer
  readonly cert?: Buffer
  readonly key?: Buffer
  readonly servername?: string
  readonly rejectUnauthorized?: boolean
  /** what is in `ca` is trusted as it is, an authority or not */
  readonly allowPartialTrustChain?: boolean
}

/** Who we are to the API server, right now. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>
  readonly tls: TlsMaterial
}

/** Where the API server is and how to speak to it: a kubeconfig context, or the pod's own service account. */
export interface Access {
  /** `https://host:port[/prefix]`, no slash at the end */
  readonly server: string
  /** the context's name, or `in-cluster` */
  readonly name: string
  readonly proxyUrl?: string
  /** Token files and exec plugins are asked again after 30 s; `fresh` forgets everything and reads from the start (after a 401). */
  credentials(fresh?: boolean): Promise<Credentials>
}

export interface AccessOptions {
  /** file name (or several, as in KUBECONFIG: the first that knows something wins), or the YAML text itself; empty: KUBECONFIG, ~/.kube/config, or the in-cluster service account, as kubectl looks */
  readonly kubeconfig?: string
  readonly context?: string
}

const keepMs = 30_000

/** @throws {KubeError} `not-configured` when there is no usable cluster in what was given */
export function openAccess(options: AccessOptions): Access {
  let config = load(options)
  let kept: { at: number; credentials: Promise<Credentials> } | undefined
  const cluster = config.getCurrentCluster()
  if (!cluster?.server) throw new KubeError('not-configured', `no cluster in ${sourceOf(options)}${options.context ? `, context ${options.context}` : ''}`)
  return {
    server: cluster.server.replace(/\/+$/, ''),
    name: config.currentContext === 'inClusterContext' || config.currentContext === 'loaded-context' ? 'in-cluster' : config.currentContext || cluster.name,
    ...(cluster.proxyUrl && { proxyUrl: cluster.proxyUrl }),
    credentials: (fresh = false) => {
      if (fresh) config = load(options)
      if (fresh || !kept || performance.now() - kept.at > keepMs) {
        const credentials = read(config)
        kept = { at: performance.now(), credentials }
        // a failed plugin is asked again by the next call
        credentials.catch(() => void (kept = undefined))
      }
      return kept.credentials
    },
  }
}

function load({ kubeconfig = '', context }: AccessOptions): KubeConfig {
  let config: KubeConfig
  try {
    config = loadKubeconfig(kubeconfig)
  } catch (error) {
    throw new KubeError('not-configured', `${sourceOf({ kubeconfig })} cannot be used: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  if (context) {
    if (!config.getContextObject(context)) throw new KubeError('not-configured', `no context ${context} in ${sourceOf({ kubeconfig })}`)
    config.setCurrentContext(context)
  }
  return config
}

async function read(config: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = {}
  try {
    await config.applyToHTTPSOptions(options)
  } catch (error) {
    throw new KubeError('not-configured', `no credentials for ${config.currentContext}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  const headers = Object.fromEntries(Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value).trim()]))
  if (options.auth) headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`
  const { ca, cert, key, servername, rejectUnauthorized } = options
  return {
    headers,
    tls: {
      ...(ca && { ca: ca as Buffer }), ...(cert && { cert: cert as Buffer }), ...(key && { key: key as Buffer }),
      ...(servername && { servername }), ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    },
  }
}

function sourceOf({ kubeconfig }: AccessOptions): string {
  if (!kubeconfig) return 'the default kubeconfig'
  return kubeconfig.includes('\n') ? 'the kubeconfig text' : `kubeconfig ${kubeconfig}`
}
