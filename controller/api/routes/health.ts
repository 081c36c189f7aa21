import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../context.ts'
import { docsPage } from '../docs-page.ts'
import { exposition, mediaTypes } from '../formats/openmetrics.ts'
import { metricFamilies } from '../metrics.ts'
import { integer, json, listOf, record, string } from '../schemas.ts'

const health = record({ problems: listOf(string), counters: { type: 'object', additionalProperties: integer } })

/** What needs no token: is it there, is it ready, what can be asked. */
export function healthRoutes(server: FastifyInstance, context: ApiContext): void {
  const { backend } = context
  const open = { security: [], tags: ['health'] }
  server.get('/healthz', { schema: { ...open, summary: 'the process answers', response: { 200: json(record({ ok: { type: 'boolean' } })) } } }, () => ({ ok: true }))
  server.get('/readyz', { schema: { ...open, summary: 'whether everything can be seen, and why not', response: { 200: json(health), 503: json(health, 'not everything can be seen') } } }, (_request, reply) => {
    const now = backend.health()
    return reply.code(now.problems.length === 0 ? 200 : 503).send(now)
  })
  server.get('/openapi.json', { schema: { ...open, summary: 'this description', response: { 200: json({ type: 'object' }) } } }, () => server.swagger())
  server.get('/docs', { schema: { ...open, summary: 'this description for people', response: { 200: { description: 'a page', content: { 'text/html': { schema: string } } } } } }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'").send(docsPage(server.swagger() as unknown as Parameters<typeof docsPage>[0])))
  server.get('/metrics', { schema: { ...open, summary: 'for Prometheus: OpenMetrics where it is accepted', response: { 200: { description: 'an exposition', content: { 'text/plain': { schema: string }, 'application/openmetrics-text': { schema: string } } } } } }, async (request, reply) => {
    const format = /application\/openmetrics-text/.test(request.headers.accept ?? '') ? 'openmetrics' : 'prometheus'
    return reply.type(mediaTypes[format]).send(exposition(await metricFamilies(context), format))
  })
}
