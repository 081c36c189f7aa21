import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import type { ClientConfig } from './kubeconfig.ts'

export interface Answer {
  code: number
  headers: IncomingMessage['headers']
  text: string
  /** the body as JSON; undefined when it is none */
  body: unknown
}

export interface Question {
  method?: string
  path: string
  /** an object is sent as JSON, text as it is */
  body?: object | string
  contentType?: string
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** A client of the double for the lab and its tests: kept connections, no retries, no cleverness. */
export class LabClient {
  readonly #config: ClientConfig
  readonly #agent: Agent

  constructor(config: ClientConfig, tls: { cert?: string; key?: string } = {}) {
    this.#config = config
    this.#agent = new Agent({ ca: config.caPem, keepAlive: true, ...tls })
  }

  /** @throws {Error} of the socket when there is no answer */
  async ask(question: Question): Promise<Answer> {
    const response = await this.#send(question)
    const parts: Buffer[] = []
    for await (const part of response as AsyncIterable<Buffer>) parts.push(part)
    const text = Buffer.concat(parts).toString()
    return { code: response.statusCode ?? 0, headers: response.headers, text, body: jsonOf(text) }
  }

  /** A streamed answer line by line; a last line without a newline is given too. @throws {Error} when the answer is not 200, or breaks off */
  async *lines(question: Question): AsyncGenerator<string> {
    const response = await this.#send(question)
    if (response.statusCode !== 200) {
      response.resume()
      throw new Error(`${question.path} answered ${response.statusCode}`)
    }
    let rest = ''
    response.setEncoding('utf8')
    for await (const text of response as AsyncIterable<string>) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
    if (rest) yield rest
  }

  async #send({ method = 'GET', path, body, contentType = 'application/json', headers = {}, signal }: Question): Promise<IncomingMessage> {
    const text = typeof body === 'object' ? JSON.stringify(body) : body
    const { url, token } = this.#config
    const sending = request(new URL(path, url), {
      method,
      agent: this.#agent,
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...(text !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }), ...headers },
      ...(signal && { signal }),
    })
    sending.end(text)
    const [response] = (await once(sending, 'response')) as [IncomingMessage]
    // an error after the answer began reaches whoever reads the answer
    sending.on('error', () => {})
    return response
  }

  close(): void {
    this.#agent.destroy()
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
