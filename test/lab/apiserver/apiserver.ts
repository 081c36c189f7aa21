import { CertificateAuthority, type KeyPair } from './certificates.ts'
import { Control, type Door } from './control.ts'
import type { Api } from './dispatch.ts'
import { type AdmissionPolicy, EphemeralContainers } from './ephemeral.ts'
import { Faults } from './faults.ts'
import { type ClientConfig, kubeconfigText } from './kubeconfig.ts'
import type { NodeHook } from './logs.ts'
import { bootstrapRoles } from './rbac.ts'
import { Resources, type ResourceType } from './resources.ts'
import { openDoor } from './server.ts'
import { namespaceObject, Store } from './store.ts'
import { type TokenOptions, Users } from './users.ts'

export interface ApiServerOptions {
  /** custom resources to serve; `meridioResources` is ready made */
  resources?: readonly ResourceType[]
  /** addresses to listen on besides 127.0.0.1; they stand in the certificate too */
  addresses?: readonly string[]
  /** of the front door; 0 (default): any free one */
  port?: number
  /** name of the cluster in kubeconfigs; default `lab` */
  name?: string
  /** events kept per resource, default 1000: small values force 410 */
  ringSize?: number
  /** default 60000, as a real server's */
  bookmarkMs?: number
  /** default true; false answers `sendInitialEvents` as 1.33 did */
  watchList?: boolean
  /** stand in for ValidatingAdmissionPolicies on `pods/ephemeralcontainers` */
  policies?: readonly AdmissionPolicy[]
  /** Unix ms; default Date.now */
  now?: () => number
}

export interface ApiServer {
  /** `https://127.0.0.1:port`, the front door */
  readonly url: string
  readonly port: number
  readonly caPem: string
  readonly store: Store
  readonly control: Control
  readonly users: Users
  /** A bearer token; names like `system:serviceaccount:ns:name` and `system:node:x` get their groups, `admin` may do all. */
  token(user: string, options?: TokenOptions): string
  /** A client certificate, signed by the cluster's CA. */
  clientCertificate(user: string, groups?: string[]): KeyPair
  kubeconfig(user?: string): string
  /** For a kubelet: a door of its own, so that faults do not hit it and it is not counted. */
  nodeClient(node: string): ClientConfig
  /** Where `pods/log` of this node's pods is read. Without it the node counts as unreachable. */
  registerNode(node: string, hook: NodeHook): void
  /** Where the pods of a Service answer; `name` as a proxy's path has it: `https:api:443`. */
  registerService(namespace: string, name: string, url: string): void
  close(): Promise<void>
}

/**
 * Starts a double of a kube-apiserver (behaviour and texts recorded from 1.36.2): HTTPS, tokens and client certificates, RBAC over the RBAC objects in the store,
 * list, watch, patch, `pods/ephemeralcontainers`, `pods/log`, reviews, discovery, faults. `kube-system` and `default` are there.
 */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const { port = 0, name = 'lab', addresses = [], ringSize = 1000, bookmarkMs = 60_000, watchList = true, policies = [], now = Date.now } = options
  const store = new Store(new Resources(options.resources ?? []), { ringSize, now })
  for (const object of [namespaceObject('default'), namespaceObject('kube-system'), ...bootstrapRoles]) store.apply(object)
  const users = new Users()
  const faults = new Faults()
  let front: Door | undefined
  const control = new Control(store, faults, () => {
    if (!front) throw new Error('the front door is not open yet')
    return front
  })
  const api: Api = {
    store, users, faults, control, ephemeral: new EphemeralContainers(store, policies), nodes: new Map(), services: new Map(), watch: { bookmarkMs, watchList, duplicate: () => control.duplicating },
  }
  const authority = new CertificateAuthority()
  const hosts = ['127.0.0.1', ...addresses]
  const { certPem, keyPem } = authority.leaf({ commonName: 'kube-apiserver', hosts: ['localhost', 'kubernetes.default.svc', ...hosts] })
  const door = { api, cert: certPem, key: keyPem, ca: authority.certPem }
  const opened = await openDoor({ ...door, hosts, port, front: true })
  front = opened
  const back = await openDoor({ ...door, hosts: ['127.0.0.1'], port: 0, front: false })
  const url = `https://127.0.0.1:${opened.port}`
  return {
    url, port: opened.port, caPem: authority.certPem, store, control, users,
    token: (user, tokenOptions) => users.token(user, tokenOptions),
    clientCertificate: (user, groups = []) => authority.leaf({ commonName: user, organizations: groups }),
    kubeconfig: (user = 'admin') => kubeconfigText({ url, caPem: authority.certPem, token: users.token(user) }, { user, context: name }),
    nodeClient: node => ({ url: `https://127.0.0.1:${back.port}`, caPem: authority.certPem, token: users.token(`system:node:${node}`) }),
    registerService: (namespace, name, url) => void api.services.set(`${namespace}/${name}`, url),
    registerNode: (node, hook) => void api.nodes.set(node, hook),
    close: async () => void (await Promise.all([opened.close(), back.close()])),
  }
}

export { meridioResources, meshResources } from './resources.ts'
