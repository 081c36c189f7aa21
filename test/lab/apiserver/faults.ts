import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { ApiError } from './status.ts'

/** What happens to requests that match. */
export interface Fault {
  /** regular expression on the path (without query), as source text; default: every path */
  path?: string
  method?: string
  user?: string
  /** ends after so many requests; default: until healed */
  times?: number
  /** `status` answers with that code (429 with Retry-After: 1), `slow` waits `ms` and goes on, `hang` never answers, `reset` breaks the connection, `truncate` announces a body and sends half of it */
  effect: { status: number; retryAfterS?: number; message?: string } | { slowMs: number } | 'hang' | 'reset' | 'truncate'
}

/** One request as it came in; tests compare these with the RBAC rules we ship. */
export interface Call {
  verb: string
  group: string
  version: string
  resource: string
  subresource?: string
  namespace?: string
  name?: string
  user: string
  method: string
  path: string
  /** path with query */
  url: string
  /** 0: not answered yet, or broken off */
  code: number
  /** Unix ms */
  at: number
}

/** The faults in force. */
export class Faults {
  #active: { fault: Fault; left: number }[] = []

  /** @returns the way to end it */
  add(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY }
    this.#active.push(entry)
    return () => void (this.#active = this.#active.filter(each => each !== entry))
  }

  heal(): void {
    this.#active = []
  }

  /**
   * Lets the faults that match work on a request, in the order they were set.
   * @returns false when the request has had its answer or will never get one
   * @throws {ApiError} the status a fault asks for
   */
  async pass(call: Call, response: ServerResponse): Promise<boolean> {
    for (const entry of this.#active.filter(each => each.left > 0 && matches(each.fault, call))) {
      entry.left--
      const { effect } = entry.fault
      if (effect === 'hang') return false
      if (effect === 'reset') {
        response.destroy()
        return false
      }
      if (effect === 'truncate') {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
        response.write('{"kind":"', () => response.destroy())
        return false
      }
      if ('slowMs' in effect) await delay(effect.slowMs)
      else throw statusFault(effect)
    }
    return true
  }
}

function matches({ path, method, user }: Fault, call: Call): boolean {
  return (!path || new RegExp(path).test(call.path)) && (!method || method === call.method) && (!user || user === call.user)
}

const usual: Record<number, [reason: string, message: string]> = {
  429: ['TooManyRequests', 'The request is too large or the server is overloaded, please try again later.'],
  500: ['InternalError', 'Internal error occurred: etcdserver: request timed out'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'Timeout: request did not complete within the allotted timeout'],
}

function statusFault({ status, retryAfterS = status === 429 ? 1 : undefined, message }: { status: number; retryAfterS?: number; message?: string }): ApiError {
  const [reason, text] = usual[status] ?? [undefined, `fault ${status}`]
  const after = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }
  return new ApiError(status, reason, message ?? text, retryAfterS === undefined ? {} : { retryAfterSeconds: retryAfterS }, after)
}
