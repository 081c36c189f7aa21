import type { FastifyInstance, FastifyReply } from 'fastify'

/** Everything the API refuses or fails with: RFC 9457 problems of type `urn:trenchscope:problem:<code>`. Codes are stable; `detail` is for people. */
export const problems = {
  'invalid-request': { status: 400, title: 'the request is not as its schema says' },
  'invalid-continue': { status: 400, title: 'the continue token is not one of this list' },
  unauthorized: { status: 401, title: 'a bearer token that is known is needed' },
  forbidden: { status: 403, title: 'the caller may not do this' },
  'not-found': { status: 404, title: 'there is no such thing, or the caller may not read it' },
  'trench-not-found': { status: 404, title: 'no trench matches, or the caller may not read it' },
  'method-not-allowed': { status: 405, title: 'the path knows other methods only' },
  'trace-refused': { status: 400, title: 'the trace asks for what cannot be captured' },
  'too-many-traces': { status: 429, title: 'too many traces run already' },
  'too-many-sweeps': { status: 429, title: 'too many sweeps run already' },
  'trace-failed': { status: 503, title: 'no interface of the trench can be captured' },
  'ring-over': { status: 409, title: 'the ring is no longer armed' },
  'sweep-ended': { status: 409, title: 'the sweep has ended' },
  'events-gone': { status: 410, title: 'the events of this sweep are no longer kept; its reports are' },
  'too-large': { status: 413, title: 'the request is too large' },
  'no-such-part': { status: 416, title: 'the file has no such part' },
  'unsupported-media-type': { status: 415, title: 'bodies are application/json' },
  'idempotency-conflict': { status: 422, title: 'the Idempotency-Key was used for another request' },
  'rate-limited': { status: 429, title: 'too many requests of this caller' },
  internal: { status: 500, title: 'a fault of the controller itself' },
  'store-failed': { status: 500, title: 'the store failed' },
  'store-damaged': { status: 500, title: 'the store is damaged' },
  'store-busy': { status: 503, title: 'the store cannot keep up' },
  'store-closed': { status: 503, title: 'the store is closed' },
  'store-in-use': { status: 503, title: 'the store is in use' },
  'kubernetes-unavailable': { status: 503, title: 'the API server cannot be asked about the caller' },
  'store-full': { status: 507, title: 'the disk of the store is full; reading goes on' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly title: string }>>
export type ProblemCode = keyof typeof problems

/** A request that ends with a problem. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly headers: Readonly<Record<string, string>>
  constructor(code: ProblemCode, detail: string, { headers = {}, ...options }: ErrorOptions & { readonly headers?: Readonly<Record<string, string>> } = {}) {
    super(detail, options)
    this.name = 'Problem'
    this.code = code
    this.headers = headers
  }
}

const byStatus: Readonly<Record<number, ProblemCode>> = { 400: 'invalid-request', 404: 'not-found', 405: 'method-not-allowed', 413: 'too-large', 414: 'invalid-request', 415: 'unsupported-media-type', 431: 'too-large' }

/** Makes every error of the server a problem; what we do not know is `internal`, told to `onInternal`, and its words stay inside. */
export function answerWithProblems(server: FastifyInstance, onInternal: (error: Error) => void): void {
  server.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _request, reply) => {
    const code = codeOf(error)
    if (code === 'internal') onInternal(error)
    return sendProblem(reply, code, code === 'internal' ? 'the controller failed; its log says how' : error.message, error instanceof Problem ? error.headers : {})
  })
  server.setNotFoundHandler((request, reply) => sendProblem(reply, 'not-found', `no ${request.method} ${request.url.slice(0, 200)}`))
}

export function sendProblem(reply: FastifyReply, code: ProblemCode, detail: string, headers: Readonly<Record<string, string>> = {}): FastifyReply {
  const { status, title } = problems[code]
  return reply.code(status).headers(headers).type('application/problem+json').send({ type: `urn:trenchscope:problem:${code}`, title, status, code, detail })
}

export function codeOf({ code, statusCode }: { readonly code?: string; readonly statusCode?: number }): ProblemCode {
  if (code !== undefined && Object.hasOwn(problems, code)) return code as ProblemCode
  return byStatus[statusCode ?? 500] ?? 'internal'
}
