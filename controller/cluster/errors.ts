/**
 * What can go wrong between us and the API server.
 * `not-configured` no usable kubeconfig; `unreachable` no connection, or it broke; `timeout` no answer in time; `aborted` the caller gave up; `overloaded` too many calls wait in this process;
 * `unreadable` an answer that is not what the API serves; the rest are the server's: by HTTP status.
 */
export const kubeErrorCodes = [
  'not-configured', 'unreachable', 'timeout', 'aborted', 'overloaded', 'unreadable', 'bad-request', 'unauthorized', 'forbidden', 'not-found', 'conflict', 'expired', 'unsupported-media-type',
  'invalid', 'too-many-requests', 'server-error', 'unavailable', 'refused',
] as const
export type KubeErrorCode = (typeof kubeErrorCodes)[number]

/** `details` of a Status object. */
export interface StatusDetails {
  readonly name?: string
  readonly kind?: string
  readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[]
  readonly retryAfterSeconds?: number
}

interface KubeErrorFields extends ErrorOptions {
  readonly status?: number
  readonly reason?: string
  readonly details?: StatusDetails
  readonly retryAfterMs?: number
}

/** `message` is the server's own words where it said any. */
export class KubeError extends Error {
  readonly code: KubeErrorCode
  /** HTTP status; 0 when there was no answer */
  readonly status: number
  /** the Status object's `reason` (`Invalid`, `Forbidden` …) or empty */
  readonly reason: string
  readonly details: StatusDetails
  /** how long the server asked us to wait */
  readonly retryAfterMs: number | undefined

  constructor(code: KubeErrorCode, message: string, { status = 0, reason = '', details = {}, retryAfterMs, ...options }: KubeErrorFields = {}) {
    super(message, options)
    this.name = 'KubeError'
    this.code = code
    this.status = status
    this.reason = reason
    this.details = details
    this.retryAfterMs = retryAfterMs
  }
}

const codes: Readonly<Record<number, KubeErrorCode>> = {
  400: 'bad-request', 401: 'unauthorized', 403: 'forbidden', 404: 'not-found', 409: 'conflict', 410: 'expired', 415: 'unsupported-media-type', 422: 'invalid', 429: 'too-many-requests',
  500: 'server-error', 503: 'unavailable',
}
const maxWords = 2000

/** The error an answer stands for. `body` is a Status object as JSON, or whatever a proxy in between said. `retryAfter`: the header, in seconds or a date. */
export function kubeErrorOf(status: number, body: string, retryAfter?: string): KubeError {
  const said = statusOf(body)
  const seconds = retryAfter === undefined ? said?.details?.retryAfterSeconds : secondsOf(retryAfter)
  return new KubeError(codes[status] ?? (status >= 500 ? 'server-error' : 'refused'), (said?.message || body.trim() || `HTTP ${status}`).slice(0, maxWords), {
    status,
    reason: said?.reason ?? '',
    details: said?.details ?? {},
    ...(seconds !== undefined && { retryAfterMs: Math.max(0, seconds * 1000) }),
  })
}

interface Status {
  readonly kind?: string
  readonly message?: string
  readonly reason?: string
  readonly details?: StatusDetails
}

function statusOf(body: string): Status | undefined {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Status) : undefined
  } catch {
    return undefined
  }
}

function secondsOf(header: string): number | undefined {
  if (/^\d+$/.test(header.trim())) return Number(header)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : (at - Date.now()) / 1000
}
