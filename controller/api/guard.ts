import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Store } from '../store/store.ts'
import type { Access, Caller, Decision, Right } from './auth/access.ts'
import { Buckets } from './auth/bucket.ts'
import type { Backend } from './backend.ts'
import { Problem } from './problems.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** who calls; set wherever the route's description has no empty `security` */
    caller: Caller
  }
}

export interface GuardOptions {
  readonly access: Access
  readonly backend: Pick<Backend, 'trenches'>
  readonly store: Pick<Store, 'addAudit' | 'namespaces'>
  /** per caller; a request costs 1, one that touches pods 10 */
  readonly rate: { readonly perSecond: number; readonly burst: number }
  readonly now: () => number
}

/** At the door of the API: who is it, how often, what may he, and what is written down. */
export class Guard {
  readonly #options: GuardOptions
  readonly #callers: Buckets
  readonly #strangers: Buckets
  /** hashes of tokens that were good when last seen, the newest last */
  readonly #good = new Set<string>()

  constructor(options: GuardOptions) {
    this.#options = options
    this.#callers = new Buckets({ ...options.rate, now: options.now })
    this.#strangers = new Buckets({ perSecond: 1, burst: 20, now: options.now })
  }

  /** Every request needs a known caller, but those to routes whose description asks for none. Refused attempts of one address are limited, so that nobody guesses tokens or keeps the API server busy. */
  watch(server: FastifyInstance): void {
    server.decorateRequest('caller', null as unknown as Caller)
    server.addHook('onRequest', async (request, reply) => {
      // by the route that was found, not by the path as it was spelled: the router decodes it
      if (request.routeOptions.schema?.security?.length === 0) return
      const token = bearerOf(request)
      const caller = await this.#identify(token, request.ip)
      if (!caller) {
        reply.header('www-authenticate', 'Bearer')
        throw new Problem('unauthorized', token === undefined ? 'a bearer token is needed' : 'the bearer token is not known')
      }
      this.#limit(this.#callers, caller.name, request.method === 'GET' || request.method === 'HEAD' ? 1 : 10)
      request.caller = caller
    })
    // "1e999" is coerced to a number without end, which escapes the schema's bounds
    server.addHook('preHandler', async request => {
      for (const [name, value] of Object.entries({ ...(request.query as object), ...(request.body as object | null) })) {
        if (typeof value === 'number' && !Number.isFinite(value)) throw new Problem('invalid-request', `${name} must be a finite number`)
      }
    })
  }

  decide(caller: Caller, right: Right, namespace?: string): Promise<Decision> {
    return this.#options.access.decide(caller, right, namespace)
  }

  /** @throws {Problem} `forbidden`, with the API server's reason */
  async require(caller: Caller, right: Right, namespace?: string): Promise<Decision> {
    const decision = await this.decide(caller, right, namespace)
    if (!decision.allowed) throw new Problem('forbidden', decision.reason)
    return decision
  }

  /** Where the caller has the right, of all namespaces we know of; undefined: everywhere. */
  async namespaces(caller: Caller, right: Right = 'read'): Promise<readonly string[] | undefined> {
    if ((await this.decide(caller, right)).allowed) return undefined
    const { backend, store } = this.#options
    const known = new Set([...backend.trenches({}).flatMap(trench => [trench.namespace, ...trench.namespaces]), ...(await store.namespaces())])
    const decided = await Promise.all([...known].map(async namespace => ({ namespace, ...(await this.decide(caller, right, namespace)) })))
    return decided.filter(({ allowed }) => allowed).map(({ namespace }) => namespace)
  }

  /** Written before it is done: what cannot be written down is not done. @throws {StoreError} */
  async audit(request: FastifyRequest, action: string, namespace: string | undefined, details: Readonly<Record<string, unknown>>): Promise<void> {
    await this.note(request.caller, action, namespace, { ...details, from: request.ip })
  }

  /** The same for what no request asked for just now. */
  async note(caller: Caller, action: string, namespace: string | undefined, details: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#options.store.addAudit({ at: this.#options.now(), caller: caller.name, action, ...(namespace !== undefined && { namespace }), details })
  }

  /** A token that was good before is asked about freely; any other costs its address an attempt, given back if it is good, before anybody is asked. */
  async #identify(token: string | undefined, address: string): Promise<Caller | undefined> {
    const hash = createHash('sha256').update(token ?? '').digest('base64url')
    const isNew = !this.#good.has(hash)
    if (isNew) this.#limit(this.#strangers, address, 1)
    const caller = token === undefined ? undefined : await this.#options.access.identify(token, address)
    this.#good.delete(hash)
    if (!caller) return undefined
    if (isNew) this.#strangers.giveBack(address)
    this.#good.add(hash)
    const [oldest = ''] = this.#good
    if (this.#good.size > mostGood) this.#good.delete(oldest)
    return caller
  }

  #limit(buckets: Buckets, who: string, cost: number): void {
    const waitS = buckets.take(who, cost)
    if (waitS > 0) throw new Problem('rate-limited', `too many requests of ${who}; try again in ${waitS} s`, { headers: { 'retry-after': String(waitS) } })
  }
}

const mostGood = 10_000

/** The API server's proxy of Services takes Authorization for itself; through it the token comes in a header of ours. */
function bearerOf({ headers }: FastifyRequest): string | undefined {
  const given = headers['trenchscope-authorization'] ?? headers.authorization
  return typeof given === 'string' ? /^Bearer +(\S+)$/i.exec(given)?.[1] : undefined
}
