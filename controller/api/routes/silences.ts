import type { FastifyInstance } from 'fastify'
import type { Silence } from '../../store/records.ts'
import type { ApiContext } from '../context.ts'
import { once, onceHeaders } from '../once.ts'
import { type PageQuery, pageAnswer, pageRequest } from '../paging.ts'
import { Problem } from '../problems.ts'
import { answers, identifier, json, page, pageQuery, params, query, ref, trenchName } from '../schemas.ts'

interface SilenceBody { readonly finding?: string; readonly trench?: string; readonly check?: string; readonly reason: string; readonly until: number }

/** Unix ms of the last day there is in JavaScript (ECMAScript, Time Values) */
const latest = 8_640_000_000_000_000

/** What shall not count for a time: a finding by its key, or a check in a trench. Needs the right to look at that trench. */
export function silenceRoutes(server: FastifyInstance, { backend, store, guard, checks, now }: ApiContext): void {
  const tags = ['silences']
  const body = {
    type: 'object', additionalProperties: false, required: ['reason', 'until'],
    properties: { finding: identifier, trench: trenchName, check: identifier, reason: { type: 'string', minLength: 3, maxLength: 1000 }, until: { type: 'integer', minimum: 1, maximum: latest, description: 'Unix ms, in the future' } },
    oneOf: [{ required: ['finding'], not: { anyOf: [{ required: ['check'] }, { required: ['trench'] }] } }, { required: ['trench', 'check'], not: { required: ['finding'] } }],
  }
  const target = async ({ finding, trench, check }: SilenceBody, readable: readonly string[] | undefined): Promise<Pick<Silence, 'trench' | 'namespace' | 'finding' | 'check'>> => {
    if (finding !== undefined) {
      const known = await store.finding({ key: finding, ...(readable && { namespaces: readable }) })
      if (!known) throw new Problem('not-found', `no finding has the key ${finding}`)
      return { trench: known.finding.trench, namespace: known.finding.trench.split('/')[1] ?? '', finding }
    }
    const [found, ...others] = backend.trenches({}).filter(({ id, name, namespace }) => (id === trench || name === trench) && (readable?.includes(namespace) ?? true))
    if (!found) throw new Problem('trench-not-found', `no trench ${trench} is known`)
    if (others.length > 0) throw new Problem('invalid-request', `several trenches are called ${trench}: ${[found, ...others].map(({ id }) => id).join(', ')}`)
    if (!checks.some(({ id }) => id === check)) throw new Problem('not-found', `no check is called ${check}`)
    return { trench: found.id, namespace: found.namespace, ...(check !== undefined && { check }) }
  }

  server.get<{ Querystring: PageQuery & { all?: boolean } }>('/v1/silences', { schema: { tags, summary: 'silences that hold, newest first', querystring: query({ ...pageQuery, all: { type: 'boolean', description: 'also those that ended' } }), response: answers({ 200: page('Silence') }) } }, async request => {
    const readable = await guard.namespaces(request.caller)
    return pageAnswer('silences', await store.listSilences({ ...pageRequest('silences', request.query), ...(readable && { namespaces: readable }), ...(!request.query.all && { at: now() }) }))
  })
  server.get<{ Params: { id: string } }>('/v1/silences/:id', { schema: { tags, summary: 'one silence', params: params('id'), response: answers({ 200: json(ref('Silence')) }) } }, async request => find(request.params.id, await guard.namespaces(request.caller)))
  server.post<{ Body: SilenceBody }>('/v1/silences', { schema: { tags, summary: 'silence a finding, or a check in a trench', body, headers: onceHeaders, response: answers({ 200: json(ref('Silence'), 'made before, by the same Idempotency-Key'), 201: json(ref('Silence')) }) } }, async (request, reply) => {
    const { reason, until } = request.body
    if (until <= now()) throw new Problem('invalid-request', 'body/until must lie in the future')
    const meant = await target(request.body, await guard.namespaces(request.caller))
    const decision = await guard.require(request.caller, 'look', meant.namespace)
    const { id, isNew } = await once(store, request, 'silence', now(), async fresh => {
      await guard.audit(request, 'silence.create', meant.namespace, { silence: fresh, ...meant, reason, until, allowedBy: decision.reason })
      await store.addSilence({ id: fresh, ...meant, reason, until, by: request.caller.name, createdAt: now() })
    })
    return reply.code(isNew ? 201 : 200).header('location', `/v1/silences/${id}`).send(await find(id, undefined))
  })
  server.delete<{ Params: { id: string } }>('/v1/silences/:id', { schema: { tags, summary: 'end a silence now', params: params('id'), response: answers({ 200: json(ref('Silence')) }) } }, async request => {
    const silence = await find(request.params.id, await guard.namespaces(request.caller))
    const decision = await guard.require(request.caller, 'look', silence.namespace)
    await guard.audit(request, 'silence.end', silence.namespace, { silence: silence.id, allowedBy: decision.reason })
    await store.endSilence({ id: silence.id, at: now() })
    return find(silence.id, undefined)
  })

  async function find(id: string, readable: readonly string[] | undefined): Promise<Silence> {
    const silence = await store.silence({ id, ...(readable && { namespaces: readable }) })
    if (!silence) throw new Problem('not-found', `no silence is called ${id}`)
    return silence
  }
}
