import { Readable } from 'node:stream'
import { ApiError } from './api/client.ts'
import { KubeError } from './cluster/errors.ts'
import { openTransport, type Transport } from './cluster/transport.ts'

/** The way to an API whose certificate must be one of these or by one of these, whatever the system trusts otherwise. */
export interface ServerDoor {
  fetch(url: string, init: RequestInit): Promise<Response>
  close(): Promise<void>
}

/** Nothing is sent yet. @param ca PEM, of authorities or of the server's own certificate */
export function openServerDoor(url: string, ca: string): ServerDoor {
  const server = new URL(url).origin
  const transport = openTransport({ server, name: server, credentials: async () => ({ headers: {}, tls: { ca: Buffer.from(ca), allowPartialTrustChain: true } }) })
  const send = senderOf(transport)
  return { fetch: (target, init) => send(target.slice(server.length), init), close: () => transport.close() }
}

/** `fetch` over a transport: @param target path with query. @throws {ApiError} */
export function senderOf(transport: Transport): (target: string, init: RequestInit) => Promise<Response> {
  return async (target, init) => {
    try {
      const { status, headers, body } = await transport.exchange({
        kind: 'watch', method: init.method ?? 'GET', target, headers: init.headers as Record<string, string>, signal: init.signal ?? new AbortController().signal, ...(typeof init.body === 'string' && { body: init.body }),
      })
      return new Response(status === 204 || status === 304 ? null : (Readable.toWeb(body) as ReadableStream), { status, headers: Object.entries(headers).flatMap(([key, value]) => [value ?? []].flat().map((each): [string, string] => [key, each])) })
    } catch (error) {
      throw error instanceof KubeError ? new ApiError(error.code, error.message, { cause: error }) : error
    }
  }
}
