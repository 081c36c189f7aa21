import { createReadStream, statSync } from 'node:fs'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from './problems.ts'

/** What a route says of the headers that `sendPart` heeds. */
export const rangeHeaders = { type: 'object', properties: { range: { type: 'string', description: '`bytes=FROM-TO`: one part of it' }, 'if-range': { type: 'string', description: 'its `etag`: else the whole' } } }

/** Answers with a file that does not change any more, or with the one part of it that `Range` asks for (RFC 9110, 14): what broke off goes on. Several parts at once are answered with the whole. */
export function sendPart({ headers }: FastifyRequest, reply: FastifyReply, { path, type, etag }: { readonly path: string; readonly type: string; readonly etag: string }): FastifyReply {
  const { size } = statSync(path)
  reply.type(type).headers({ 'accept-ranges': 'bytes', etag })
  const isOther = headers['if-range'] !== undefined && headers['if-range'] !== etag
  const asked = isOther ? undefined : /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '')
  if (!asked || asked[0] === 'bytes=-') return reply.header('content-length', size).send(createReadStream(path))
  const [, from = '', to = ''] = asked
  // without a beginning: so many at the end
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const end = from === '' || to === '' ? size - 1 : Math.min(size - 1, Number(to))
  if (start > end) throw new Problem('no-such-part', `it has ${size} bytes`, { headers: { 'content-range': `bytes */${size}` } })
  return reply.code(206).headers({ 'content-range': `bytes ${start}-${end}/${size}`, 'content-length': end - start + 1 }).send(createReadStream(path, { start, end }))
}
