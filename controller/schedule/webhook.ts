import { createHmac, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../log.ts'
import { alertsOf } from './alertmanager.ts'
import type { ChangeNotice, Sink } from './notify.ts'

/** A receiver, as the operator configured it: callers of the API cannot make the controller call anywhere. */
export interface WebhookOptions {
  readonly name: string
  readonly url: string
  /** key of the signature */
  readonly secret: string
  /** `alertmanager`: the body of its `POST /api/v2/alerts` */
  readonly format: 'trenchscope' | 'alertmanager'
  readonly log: Log
  /** Unix ms */
  readonly now?: () => number
  /** before the second try, doubled for each further; default 1000 */
  readonly retryMs?: number
}

const tries = 6
const queue = 100
const timeoutMs = 10_000

/**
 * Posts each notice to a receiver, one after the other, and again where it did not take it (no answer, 408, 429, 5xx), with the same `x-trenchscope-delivery`. Signed as
 * `x-trenchscope-signature: t=<Unix s>,v1=<hex HMAC-SHA256 of "t.body">`. Of more than 100 that wait the oldest is given up; all that is given up is logged and counted.
 */
export class Webhook implements Sink {
  readonly #options: WebhookOptions
  readonly #closing = new AbortController()
  readonly #waiting: ChangeNotice[] = []
  readonly counts = { delivered: 0, given_up: 0, retried: 0 }
  #working: Promise<void> | undefined

  constructor(options: WebhookOptions) {
    this.#options = options
  }

  offer(notice: ChangeNotice): void {
    if (this.#closing.signal.aborted) return
    this.#waiting.push(notice)
    if (this.#waiting.length > queue) this.#giveUp(this.#waiting.shift(), 'too many wait')
    this.#working ??= this.#work()
  }

  /** Gives up what waits. Safe twice. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the controller ends'))
    await this.#working
  }

  async #work(): Promise<void> {
    for (let notice = this.#waiting.shift(); notice; notice = this.#waiting.shift()) await this.#deliver(notice)
    // in one step with having found none: a notice that comes right after begins anew
    this.#working = undefined
  }

  async #deliver(notice: ChangeNotice): Promise<void> {
    const { format, retryMs = 1000 } = this.#options
    const body = JSON.stringify(format === 'alertmanager' ? alertsOf(notice) : notice)
    const id = randomUUID()
    for (let attempt = 1; ; attempt++) {
      const trouble = await this.#post(body, id)
      if (trouble === undefined) return void this.counts.delivered++
      if (trouble.isFinal || attempt === tries || this.#closing.signal.aborted) return this.#giveUp(notice, trouble.words)
      this.counts.retried++
      await delay(Math.max(trouble.waitMs, retryMs * 2 ** (attempt - 1)), undefined, { signal: this.#closing.signal }).catch(() => undefined)
    }
  }

  /** Undefined: taken. */
  async #post(body: string, id: string): Promise<{ readonly words: string; readonly isFinal: boolean; readonly waitMs: number } | undefined> {
    const { url, secret, now = Date.now } = this.#options
    const at = Math.floor(now() / 1000)
    const headers = { 'content-type': 'application/json', 'user-agent': 'trenchscope', 'x-trenchscope-delivery': id, 'x-trenchscope-signature': `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}` }
    try {
      const response = await fetch(url, { method: 'POST', body, headers, redirect: 'error', signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]) })
      await response.body?.cancel()
      if (response.ok) return undefined
      const { status } = response
      return { words: `it answered ${status}`, isFinal: status < 500 && status !== 408 && status !== 429, waitMs: Math.min(Number(response.headers.get('retry-after')) || 0, 300) * 1000 }
    } catch (error) {
      return { words: ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message, isFinal: false, waitMs: 0 }
    }
  }

  #giveUp(notice: ChangeNotice | undefined, reason: string): void {
    this.counts.given_up++
    this.#options.log.warn({ webhook: this.#options.name, sweep: notice?.sweep, reason }, 'notice given up')
  }
}
