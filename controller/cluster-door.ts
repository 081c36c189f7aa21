import { ApiError } from './api/client.ts'
import { openAccess } from './cluster/auth.ts'
import { KubeError } from './cluster/errors.ts'
import { openTransport } from './cluster/transport.ts'
import { senderOf } from './server-door.ts'

export interface ClusterDoorOptions {
  /** as kubectl looks for it, if absent */
  readonly kubeconfig?: string
  readonly context?: string
  /** `namespace/name:port` of the API's Service; default `trenchscope/api:443` */
  readonly service?: string
  /** `namespace/name`: whose token is asked for; default: the kubeconfig's own, where it is a service account */
  readonly serviceAccount?: string
}

/** The way to a controller in a cluster for who has a kubeconfig: through the API server's proxy of Services, with a token of TokenRequest. */
export interface ClusterDoor {
  readonly url: string
  /** good for the controller alone (audience `trenchscope`) and for ten minutes; asked for again before it ends. @throws {ApiError} */
  token(): Promise<string>
  fetch(url: string, init: RequestInit): Promise<Response>
  /** PEM of whom the API's certificate is by, as the controller has published it; undefined: it has not, or we may not read it. @throws {ApiError} */
  authorities(): Promise<string | undefined>
  close(): Promise<void>
}

const audience = 'trenchscope'
const tokenSeconds = 600

/** Nothing is sent yet. @throws {ApiError} `not-configured` */
export function openClusterDoor({ kubeconfig, context, service = 'trenchscope/api:443', serviceAccount }: ClusterDoorOptions): ClusterDoor {
  const access = wording(() => openAccess({ ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) }))
  const transport = openTransport(access)
  const [, namespace, name, port] = /^([-a-z0-9]+)\/([-a-z0-9]+):([-a-z0-9]+)$/.exec(service) ?? []
  if (port === undefined) throw new ApiError('not-configured', `a Service is named NAMESPACE/NAME:PORT, not ${service}`)
  let held: { readonly token: Promise<string>; readonly until: number } | undefined

  const send = senderOf(transport)
  const create = async <T>(path: string, body: object): Promise<T> => {
    const response = await send(path, { method: 'POST', headers: { accept: 'application/json', 'content-type': 'application/json' }, body: JSON.stringify(body) })
    const answer = (await response.json()) as T & { readonly message?: string }
    if (response.ok) return answer
    throw new ApiError(`http-${response.status}`, `${access.name}: ${answer.message ?? `POST ${path} answered ${response.status}`}`, { status: response.status })
  }
  const whose = async (): Promise<readonly [string, string]> => {
    const { status } = serviceAccount === undefined
      ? await create<{ status: { userInfo?: { username?: string } } }>('/apis/authentication.k8s.io/v1/selfsubjectreviews', { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' })
      : { status: { userInfo: { username: `system:serviceaccount:${serviceAccount.replace('/', ':')}` } } }
    const [, space, account] = /^system:serviceaccount:([^:]+):([^:/]+)$/.exec(status.userInfo?.username ?? '') ?? []
    if (account === undefined || space === undefined) throw new ApiError('no-service-account', `${status.userInfo?.username ?? serviceAccount} is no service account, so there is no token for the controller: name one you may ask a token of (--service-account NAMESPACE/NAME), or give a token (--token-file)`)
    return [space, account]
  }
  const request = async (): Promise<string> => {
    const [space, account] = await whose()
    const { status } = await create<{ status: { token: string } }>(`/api/v1/namespaces/${space}/serviceaccounts/${account}/token`, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [audience], expirationSeconds: tokenSeconds } })
    return status.token
  }

  const prefix = `/api/v1/namespaces/${namespace}/services/https:${name}:${port}/proxy`
  return {
    url: `${access.server}${prefix}`,
    token: () => {
      if (held === undefined || Date.now() > held.until) {
        held = { token: request(), until: Date.now() + tokenSeconds * 800 }
        held.token.catch(() => void (held = undefined))
      }
      return held.token
    },
    // the API server takes Authorization for itself and hands on no such header
    fetch: (url, init) => {
      const { authorization = '', ...headers } = init.headers as Record<string, string>
      return send(url.slice(access.server.length), { ...init, headers: { ...headers, 'trenchscope-authorization': authorization } })
    },
    authorities: async () => {
      const response = await send(`/api/v1/namespaces/${namespace}/configmaps/trenchscope-api-ca`, { headers: { accept: 'application/json' } })
      if (!response.ok) return undefined
      return ((await response.json()) as { readonly data?: Readonly<Record<string, string>> }).data?.['ca.crt']
    },
    close: () => transport.close(),
  }
}

function wording<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof KubeError ? new ApiError(error.code, error.message, { cause: error }) : error
  }
}
