import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'

/** Who asks, as TokenReview and SubjectAccessReview carry it. */
export interface User {
  username: string
  uid?: string
  groups: string[]
  extra?: Record<string, string[]>
}

export interface TokenOptions {
  /** what the token is for; default: the API server itself */
  audiences?: string[]
  extra?: Record<string, string[]>
  groups?: string[]
}

/** The audience of the API server: a token without another one is good here. */
export const apiAudience = 'https://kubernetes.default.svc'

interface Issued { user: User; audiences: string[] }

/** Bearer tokens and the users behind them. Tokens are random; nothing is stored outside this process. */
export class Users {
  #issued = new Map<string, Issued>()
  #standing = new Map<string, string>()
  #uids = new Map<string, string>()

  /** The user's standing token, the same at every call; with options a new one. */
  token(username: string, options?: TokenOptions): string {
    const known = options ? undefined : this.#standing.get(username)
    if (known) return known
    const token = randomBytes(24).toString('base64url')
    const user = { ...this.user(username, options?.groups), ...(options?.extra && { extra: options.extra }) }
    this.#issued.set(token, { user, audiences: options?.audiences ?? [apiAudience] })
    if (!options) this.#standing.set(username, token)
    return token
  }

  /** From now on the token is unknown, as one that expired. */
  revoke(token: string): void {
    const standing = [...this.#standing].find(([, known]) => known === token)
    if (standing) this.#standing.delete(standing[0])
    this.#issued.delete(token)
  }

  user(username: string, groups: string[] = []): User {
    const uid = this.#uids.get(username) ?? randomUUID()
    this.#uids.set(username, uid)
    return { username, uid, groups: [...groups, ...impliedGroups(username), 'system:authenticated'] }
  }

  /** @returns the user and the audiences the token has in common with those asked for, or why not, in the API server's words */
  review(token: string, audiences: string[] = [apiAudience]): { user: User; audiences: string[] } | { error: string } {
    const issued = this.#issued.get(token)
    if (!issued) return { error: '[invalid bearer token, square/go-jose: error in cryptographic primitive]' }
    const common = audiences.filter(audience => issued.audiences.includes(audience))
    if (common.length > 0) return { user: issued.user, audiences: common }
    return { error: `[invalid bearer token, token audiences ${JSON.stringify(issued.audiences)} is invalid for the target audiences ${JSON.stringify(audiences)}]` }
  }

  /** The user of a request; an admin may speak for another (`kubectl --as`). Undefined: 401. */
  authenticate(request: IncomingMessage): User | undefined {
    const user = this.#userOf(request)
    const { 'impersonate-user': other } = request.headers
    return typeof other === 'string' && user?.groups.includes('system:masters') ? this.user(other) : user
  }

  /** By bearer token, else by client certificate (CN is the name, O the groups). */
  #userOf(request: IncomingMessage): User | undefined {
    const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (bearer) {
      const review = this.review(bearer)
      return 'user' in review ? review.user : undefined
    }
    const socket = request.socket as TLSSocket
    if (!socket.authorized) return undefined
    const { CN, O } = socket.getPeerCertificate().subject ?? {}
    return CN ? this.user(String(CN), [O ?? []].flat()) : undefined
  }
}

function impliedGroups(username: string): string[] {
  if (username === 'admin') return ['system:masters']
  if (username.startsWith('system:node:')) return ['system:nodes']
  const [, namespace] = /^system:serviceaccount:([^:]+):[^:]+$/.exec(username) ?? []
  return namespace ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : []
}
