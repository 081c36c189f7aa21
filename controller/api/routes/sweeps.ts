import type { FastifyInstance, FastifyReply } from 'fastify'
import type { SweepRecord, SweepState } from '../../store/records.ts'
import type { Selection } from '../backend.ts'
import type { ApiContext } from '../context.ts'
import type { Caller } from '../auth/access.ts'
import { eventStream } from '../event-stream.ts'
import { lookable } from '../lookable.ts'
import { once, onceHeaders } from '../once.ts'
import { type PageQuery, pageAnswer, pageRequest } from '../paging.ts'
import { Problem } from '../problems.ts'
import { answers, json, kubeName, page, pageQuery, params, query, ref, since, trenchName } from '../schemas.ts'

const events = { description: 'one event a line; of a GET also over WebSocket, one event a message', content: { 'application/x-ndjson': { schema: ref('SweepEvent') } } }

/** Sweeps: begin, follow, list, cancel. */
export function sweepRoutes(server: FastifyInstance, context: ApiContext): void {
  const { runs, store, guard, now } = context
  const tags = ['sweeps']
  const body = { type: ['object', 'null'], properties: { namespace: kubeName, trench: trenchName }, additionalProperties: false, description: 'absent: all trenches the caller may look at' }
  const headers = { ...onceHeaders, properties: { ...(onceHeaders['properties'] as object), prefer: { type: 'string', description: '`respond-async`: answer at once, with the sweep\'s id' } } }

  server.post<{ Body: Selection | null }>('/v1/sweeps', { schema: { tags, summary: 'look now; the answer is a stream of events, or with `Prefer: respond-async` the sweep', body, headers, response: answers({ 200: events, 202: json(ref('Sweep'), 'begun') }) } }, async (request, reply) => {
    const selection = request.body ?? {}
    const { id, isNew } = await once(store, request, 'sweep', now(), async fresh => {
      const { trenches, reasons } = await lookable(context, request.caller, selection)
      for (const [namespace, reason] of reasons) await guard.audit(request, 'sweep.create', namespace, { sweep: fresh, selection, trenches: trenches.filter(trench => trench.namespace === namespace).map(trench => trench.name), allowedBy: reason })
      await runs.start({ id: fresh, selection, trenches, startedBy: request.caller.name, origin: 'api' })
    })
    if (/(^|,)\s*respond-async\s*(,|;|$)/i.test(String(request.headers['prefer'] ?? ''))) {
      return reply.code(202).headers({ location: `/v1/sweeps/${id}`, 'preference-applied': 'respond-async' }).send(await find(id, request.caller))
    }
    return follow(reply, request.caller, id, 0, isNew)
  })
  server.get<{ Querystring: PageQuery & { trench?: string; namespace?: string; state?: SweepState; since?: number } }>('/v1/sweeps', {
    schema: { tags, summary: 'sweeps, newest first', querystring: query({ ...pageQuery, trench: trenchName, namespace: kubeName, state: { type: 'string', enum: ['running', 'done', 'cancelled', 'interrupted', 'failed'] }, since }), response: answers({ 200: page('Sweep') }) },
  }, async request => {
    const { limit: _limit, continue: _continue, ...filter } = request.query
    const readable = await guard.namespaces(request.caller)
    return pageAnswer('sweeps', await store.listSweeps({ ...filter, ...pageRequest('sweeps', request.query), ...(readable && { namespaces: readable }) }))
  })
  server.get<{ Params: { id: string } }>('/v1/sweeps/:id', { schema: { tags, summary: 'one sweep', params: params('id'), response: answers({ 200: json(ref('Sweep')) }) } }, request => find(request.params.id, request.caller))
  server.get<{ Params: { id: string }; Querystring: { after: number } }>('/v1/sweeps/:id/events', {
    schema: { tags, summary: 'events after a cursor, as they come', params: params('id'), querystring: query({ after: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0, description: 'the last cursor seen' } }), response: answers({ 200: events }) },
  }, async (request, reply) => {
    const sweep = await find(request.params.id, request.caller)
    return follow(reply, request.caller, sweep.id, request.query.after, false)
  })
  server.post<{ Params: { id: string } }>('/v1/sweeps/:id/cancel', { schema: { tags, summary: 'give up the trenches not reported yet', params: params('id'), response: answers({ 200: json(ref('Sweep')) }) } }, async request => {
    const sweep = await find(request.params.id, request.caller)
    const run = runs.get(sweep.id)
    if (run?.state !== 'running') throw new Problem('sweep-ended', `sweep ${sweep.id} is ${sweep.state}`)
    for (const namespace of new Set(run.trenches.map(trench => trench.namespace))) {
      const { reason } = await guard.require(request.caller, 'look', namespace)
      await guard.audit(request, 'sweep.cancel', namespace, { sweep: sweep.id, allowedBy: reason })
    }
    run.cancel(`cancelled by ${request.caller.name}`)
    await run.ended
    return find(sweep.id, request.caller)
  })

  async function find(id: string, caller: Caller): Promise<SweepRecord> {
    const readable = await guard.namespaces(caller)
    const sweep = await store.sweep({ id, ...(readable && { namespaces: readable }) })
    if (!sweep) throw new Problem('not-found', `no sweep is called ${id}`)
    return sweep
  }

  /** `owned`: the sweep ends with its reader, after a time to come back. */
  async function follow(reply: FastifyReply, caller: Caller, id: string, after: number, owned: boolean): Promise<FastifyReply> {
    const run = runs.get(id)
    if (!run) throw new Problem('events-gone', `sweep ${id} has ended; its reports are at /v1/sweeps/${id}/reports`)
    return reply.type('application/x-ndjson').headers({ 'x-sweep': id, 'cache-control': 'no-store' }).send(eventStream(run, { ...context, after, owned, readable: await guard.namespaces(caller) }))
  }
}
