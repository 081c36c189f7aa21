import { createReadStream } from 'node:fs'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RingRecord, RingRequest } from '../../trace/ring-record.ts'
import type { Rings } from '../../trace/rings.ts'
import type { ApiContext } from '../context.ts'
import { theTrench } from '../one-trench.ts'
import { Problem } from '../problems.ts'
import { answers, identifier, json, page, params, ref } from '../schemas.ts'
import { rangeHeaders, sendPart } from '../send-part.ts'
import { flowProperties } from './traces.ts'

const body = {
  type: 'object', additionalProperties: false,
  properties: {
    ...flowProperties,
    seconds: { type: 'integer', minimum: 1, maximum: 86_400, description: 'it ends by itself after so long; default 3600' },
    keepSeconds: { type: 'integer', minimum: 1, maximum: 3600, description: 'nothing older is kept; default 60' },
    bytes: { type: 'integer', minimum: 1 << 20, maximum: 8 << 20, description: 'of each probe\'s memory, for all of its interfaces; default 4 MiB' },
    freezeOn: { type: 'array', items: identifier, maxItems: 100, description: 'checks: a sweep in which one turns red freezes it' },
  },
}
const file = { description: 'pcapng', content: { 'application/x-pcapng': { schema: { type: 'string', format: 'binary' } } } }
const events = { description: 'events of a trace over what was kept, one a line', content: { 'application/x-ndjson': { schema: ref('TraceEvent') } } }

/** Rings: packets kept in the probes of a trench's pods, until somebody, or a check that turns red, freezes them. */
export function ringRoutes(server: FastifyInstance, { backend, rings, guard, checks }: ApiContext): void {
  const tags = ['rings']
  server.post<{ Body: RingRequest }>('/v1/rings', { schema: { tags, summary: 'arm a ring: keep the newest packets of one trench in its probes', body, response: answers({ 201: json(ref('Ring')) }) } }, async (request, reply) => {
    const trench = theTrench(backend, request.body, await guard.namespaces(request.caller))
    const unknown = request.body.freezeOn?.find(id => !checks.some(check => check.id === id))
    if (unknown !== undefined) throw new Problem('not-found', `no check is called ${unknown}`)
    await mayLook(request, [trench.namespace, ...trench.namespaces], 'ring.arm', { trench: trench.name, request: request.body })
    const left = new AbortController()
    reply.raw.once('close', () => left.abort(new Error('the caller left')))
    const ring = await ringsOf().arm(trench, request.body, request.caller.name, left.signal)
    return reply.code(201).header('location', `/v1/rings/${ring.id}`).send(ring)
  })
  server.get('/v1/rings', { schema: { tags, summary: 'rings that are armed, and those that were, oldest first', response: answers({ 200: page('Ring') }) } }, async request => {
    const readable = await guard.namespaces(request.caller)
    return { items: ringsOf().list().filter(ring => readable?.includes(namespaceOf(ring)) ?? true) }
  })
  server.get<{ Params: { id: string } }>('/v1/rings/:id', { schema: { tags, summary: 'one ring', params: params('id'), response: answers({ 200: json(ref('Ring')) }) } }, request => find(request))
  server.post<{ Params: { id: string } }>('/v1/rings/:id/freeze', { schema: { tags, summary: 'freeze a ring; resolves when what it kept is a file', params: params('id'), response: answers({ 200: json(ref('Ring')) }) } }, async request => {
    const { id } = await use(request, 'ring.freeze')
    return ringsOf().freeze(id, `frozen by ${request.caller.name}`)
  })
  server.delete<{ Params: { id: string } }>('/v1/rings/:id', { schema: { tags, summary: 'disarm a ring, or remove what is kept of it', params: params('id'), response: answers({ 200: json(ref('Ring'), 'as it was last') }) } }, async request => {
    const ring = await use(request, 'ring.remove')
    await ringsOf().remove(ring.id)
    return ring
  })
  server.get<{ Params: { id: string } }>('/v1/rings/:id/file', { schema: { tags, summary: 'the packets of a frozen ring', params: params('id'), headers: rangeHeaders, response: answers({ 200: file, 206: { ...file, description: 'the part that was asked for' } }) } }, async (request, reply) => {
    const { id } = await frozen(request)
    return sendPart(request, reply, { path: ringsOf().files(id).packets, type: 'application/x-pcapng', etag: `"${id}"` })
  })
  server.get<{ Params: { id: string } }>('/v1/rings/:id/events', { schema: { tags, summary: 'each packet of a frozen ring with its hops, findings, and the loss ledger', params: params('id'), response: answers({ 200: events }) } }, async (request, reply) => {
    const { id } = await frozen(request)
    return reply.type('application/x-ndjson').send(createReadStream(ringsOf().files(id).events))
  })

  function ringsOf(): Rings {
    if (!rings) throw new Problem('not-found', 'this controller keeps no rings')
    return rings
  }

  async function mayLook(request: FastifyRequest, namespaces: readonly string[], action: string, details: Readonly<Record<string, unknown>>): Promise<void> {
    for (const namespace of new Set(namespaces)) {
      const { reason } = await guard.require(request.caller, 'look', namespace)
      await guard.audit(request, action, namespace, { ...details, allowedBy: reason })
    }
  }

  /** who may not read there must not learn that it is there */
  async function find(request: FastifyRequest<{ Params: { id: string } }>): Promise<RingRecord> {
    const ring = ringsOf().find(request.params.id)
    if (!ring || !(await guard.decide(request.caller, 'read', namespaceOf(ring))).allowed) throw new Problem('not-found', `no ring ${request.params.id} is known`)
    return ring
  }

  async function use(request: FastifyRequest<{ Params: { id: string } }>, action: string): Promise<RingRecord> {
    const ring = await find(request)
    await mayLook(request, ring.namespaces, action, { trench: ring.trench, ring: ring.id })
    return ring
  }

  async function frozen(request: FastifyRequest<{ Params: { id: string } }>): Promise<RingRecord> {
    const ring = await use(request, 'ring.read')
    if (ring.state !== 'frozen') throw new Problem('not-found', `ring ${ring.id} is ${ring.state}, it has no file`)
    return ring
  }
}

function namespaceOf({ trench }: RingRecord): string {
  return trench.split('/')[0] ?? ''
}
