import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'

/** a snapshot may be tens of MB: it is not hashed */
const mostChars = 1 << 20
const unchanged = { description: 'unchanged: what If-None-Match names', type: 'null' }

/** Gives answers to a GET that are no stream, up to 1 MB, an ETag, the hash of what is said, and says 304 to who has it already. What a caller may read is in the hash, since it is in the answer. */
export function answerWithEtags(server: FastifyInstance): void {
  server.addHook('onRoute', route => {
    const answers = route.schema?.response as Record<string, unknown> | undefined
    if (route.method === 'GET' && route.url.startsWith('/v1/') && answers) answers['304'] = unchanged
  })
  server.addHook('onSend', async (request, reply, payload) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string' || payload.length > mostChars || !request.routeOptions.url?.startsWith('/v1/')) return payload
    const tag = `"${createHash('sha256').update(payload).digest('base64url').slice(0, 32)}"`
    reply.headers({ etag: tag, 'cache-control': 'private, no-cache', vary: 'accept, authorization' })
    const known = request.headers['if-none-match']?.split(',').map(each => each.trim().replace(/^W\//, '')) ?? []
    if (!known.includes(tag) && !known.includes('*')) return payload
    reply.code(304).removeHeader('content-type').removeHeader('content-length')
    return null
  })
}
