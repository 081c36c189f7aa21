import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Trench } from '#judge/subject.ts'
import type { TraceFormat } from '../../trace/client-stream.ts'
import type { TraceRequest } from '../../trace/request.ts'
import type { Trace } from '../../trace/trace.ts'
import type { Tracer } from '../../trace/tracer.ts'
import type { ApiContext } from '../context.ts'
import { theTrench } from '../one-trench.ts'
import { Problem } from '../problems.ts'
import { answers, json, kubeName, page, params, query, ref, trenchName } from '../schemas.ts'

const stream = { description: 'events, one a line; of a GET also over WebSocket, one a message; or with `Accept: application/x-pcapng` a live capture file', content: { 'application/x-ndjson': { schema: ref('TraceEvent') }, 'application/x-pcapng': { schema: { type: 'string', format: 'binary' } } } }
const packets = { type: 'boolean', default: false, description: 'tell each look at a packet, too, not only each packet with its hops' }
const keep = { type: 'boolean', default: false, description: 'keep its packets: GET /v1/kept-traces/{id}/file' }
const address = { type: 'string', pattern: '^[0-9a-fA-F.:]{2,45}$' }
/** which packets, of which trench */
export const flowProperties = {
  namespace: kubeName, trench: trenchName, vip: address, peer: address,
  port: { type: 'integer', minimum: 1, maximum: 65_535 }, protocol: { type: 'string', enum: ['tcp', 'udp', 'sctp', 'icmp'] },
  filter: { type: 'string', maxLength: 800, description: 'pcap-filter(7), on top of the rest' },
  snaplen: { type: 'integer', minimum: 64, maximum: 9216, description: 'bytes kept of each packet; default 128, headers only' },
}
const body = {
  type: 'object', additionalProperties: false,
  properties: {
    ...flowProperties, packets, keep,
    nfqlb: { type: 'boolean', description: 'the load balancers trace the flow, too: `nfqlb` events; asks for vip and port' },
    seconds: { type: 'integer', minimum: 1, maximum: 3600, description: 'default 300' },
    count: { type: 'integer', minimum: 1, maximum: 1_000_000, description: 'end when so many packets were followed' },
  },
}

/** Live traces: begin and read, join, list, stop. A trace ends when the last who reads it has left. */
export function traceRoutes(server: FastifyInstance, { backend, tracer, kept, guard }: ApiContext): void {
  const tags = ['traces']
  server.post<{ Body: TraceRequest & { packets: boolean; keep?: boolean } }>('/v1/traces', { schema: { tags, summary: 'follow packets of one trench, live', body, response: answers({ 200: stream }) } }, async (request, reply) => {
    const { packets: each, keep = false, ...wanted } = request.body
    const trench = theTrench(backend, wanted, await guard.namespaces(request.caller))
    await mayTrace(request, trench, 'trace.create', { request: wanted })
    const left = new AbortController()
    request.raw.once('close', () => left.abort(new Error('the caller left')))
    reply.raw.once('close', () => left.abort(new Error('the caller left')))
    const trace = await tracerOf().start(trench, wanted, left.signal)
    kept?.follow(trace, { namespaces: [...new Set([trench.namespace, ...trench.namespaces])], startedBy: request.caller.name, file: keep })
    if (left.signal.aborted) trace.stop('the caller left')
    return send(reply, trace, formatOf(request, each))
  })
  server.get('/v1/traces', { schema: { tags, summary: 'traces that run', response: answers({ 200: page('Trace') }) } }, async request => {
    const readable = await guard.namespaces(request.caller)
    return { items: tracerOf().list().filter(trace => readable?.includes(trace.trench.split('/')[0] ?? '') ?? true) }
  })
  server.get<{ Params: { id: string }; Querystring: { packets: boolean } }>('/v1/traces/:id/stream', { schema: { tags, summary: 'join a trace, from now on', params: params('id'), querystring: query({ packets }), response: answers({ 200: stream }) } }, async (request, reply) => {
    const trace = await find(request, request.params.id, 'trace.join')
    return send(reply, trace, formatOf(request, request.query.packets))
  })
  server.post<{ Params: { id: string } }>('/v1/traces/:id/stop', { schema: { tags, summary: 'end a trace; resolves when nothing of it is left', params: params('id'), response: answers({ 200: json(ref('TraceEvent'), 'its last event') }) } }, async request => {
    const trace = await find(request, request.params.id, 'trace.stop')
    trace.stop(`stopped by ${request.caller.name}`)
    return (await trace.ended) ?? { type: 'ended', reason: 'the trace failed' }
  })

  function tracerOf(): Tracer {
    if (!tracer) throw new Problem('not-found', 'this controller traces nothing')
    return tracer
  }

  async function mayTrace(request: FastifyRequest, trench: Trench, action: string, details: Readonly<Record<string, unknown>>): Promise<void> {
    for (const namespace of new Set([trench.namespace, ...trench.namespaces])) {
      const { reason } = await guard.require(request.caller, 'look', namespace)
      await guard.audit(request, action, namespace, { trench: trench.name, ...details, allowedBy: reason })
    }
  }

  async function find(request: FastifyRequest, id: string, action: string): Promise<Trace> {
    const trace = tracerOf().find(id)
    const [namespace, name] = trace?.trench.split('/') ?? []
    const [trench] = trace ? backend.trenches({ namespace: namespace!, trench: name! }) : []
    // who may not read there must not learn that it is there
    if (!trace || !trench || !(await guard.decide(request.caller, 'read', trench.namespace)).allowed) throw new Problem('not-found', `no trace ${id} runs`)
    await mayTrace(request, trench, action, { trace: id })
    return trace
  }
}

function formatOf(request: FastifyRequest, each: boolean): TraceFormat {
  return request.headers.accept?.includes('pcapng') ? 'pcapng' : each ? 'packets' : 'journeys'
}

function send(reply: FastifyReply, trace: Trace, format: TraceFormat): FastifyReply {
  return reply.type(format === 'pcapng' ? 'application/x-pcapng' : 'application/x-ndjson').header('trenchscope-trace', trace.id).send(trace.attach(format))
}
