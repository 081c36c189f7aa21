import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { KeptTrace } from '../../trace/kept-traces.ts'
import type { ApiContext } from '../context.ts'
import { Problem } from '../problems.ts'
import { answers, json, page, params, ref } from '../schemas.ts'
import { rangeHeaders, sendPart } from '../send-part.ts'

const pcapng = 'application/x-pcapng'
const file = (description: string) => ({ description, content: { [pcapng]: { schema: { type: 'string', format: 'binary' } } } })

/** Traces that have ended: what came of each, its findings and its ledger; of some, the packets. */
export function keptTraceRoutes(server: FastifyInstance, { kept, guard }: ApiContext): void {
  const tags = ['traces']
  server.get('/v1/kept-traces', { schema: { tags, summary: 'traces that have ended, oldest first', response: answers({ 200: page('KeptTrace') }) } }, async request => {
    const readable = await guard.namespaces(request.caller)
    return { items: (kept?.list() ?? []).filter(trace => trace.namespaces.every(namespace => readable?.includes(namespace) ?? true)) }
  })
  server.get<{ Params: { id: string } }>('/v1/kept-traces/:id', { schema: { tags, summary: 'one of them', params: params('id'), response: answers({ 200: json(ref('KeptTrace')) }) } }, request => find(request))
  server.get<{ Params: { id: string } }>('/v1/kept-traces/:id/file', { schema: { tags, summary: 'its packets, where they were kept', params: params('id'), headers: rangeHeaders, response: answers({ 200: file('all of them'), 206: file('the part that was asked for') }) } }, async (request, reply) => {
    const { id, trench, namespaces, bytes } = await find(request)
    if (bytes === undefined) throw new Problem('not-found', `of trace ${id} no packets are kept: it was not begun with keep`)
    for (const namespace of namespaces) {
      const { reason } = await guard.require(request.caller, 'look', namespace)
      await guard.audit(request, 'trace.read', namespace, { trench, trace: id, allowedBy: reason })
    }
    return sendPart(request, reply, { path: kept!.file(id), type: pcapng, etag: `"${id}"` })
  })

  /** who may not read there must not learn that it is there */
  async function find(request: FastifyRequest<{ Params: { id: string } }>): Promise<KeptTrace> {
    const { id } = request.params
    const trace = kept?.find(id)
    const decisions = await Promise.all((trace?.namespaces ?? []).map(namespace => guard.decide(request.caller, 'read', namespace)))
    if (!trace || !decisions.every(({ allowed }) => allowed)) throw new Problem('not-found', `no trace ${id} is kept`)
    return trace
  }
}
