import type { FastifyInstance } from 'fastify'
import type { Severity } from '#judge/check.ts'
import type { FindingRecord, FindingState } from '../../store/records.ts'
import { changeStream } from '../change-stream.ts'
import type { ApiContext } from '../context.ts'
import { type PageQuery, pageAnswer, pageRequest } from '../paging.ts'
import { Problem } from '../problems.ts'
import { redactFinding, type Readable } from '../redact.ts'
import { answers, identifier, json, kubeName, page, pageQuery, params, query, ref, severityList, since, trenchName } from '../schemas.ts'
import { silencedFinding } from '../silenced.ts'

interface FindingQuery extends PageQuery { readonly state: FindingState | 'all' | 'current'; readonly severity?: string; readonly check?: string; readonly trench?: string; readonly namespace?: string; readonly since?: number }

/** Findings over time: what stands now, since when, and what became of what stood before. */
export function findingRoutes(server: FastifyInstance, { store, runs, guard, heartbeatMs, now }: ApiContext): void {
  const tags = ['findings']
  const filters = query({
    ...pageQuery, severity: severityList, check: identifier, trench: trenchName, namespace: kubeName, since,
    state: { type: 'string', enum: ['current', 'open', 'flapping', 'gone', 'all'], default: 'current', description: '`current`: open or flapping' },
  })
  const view = async (records: readonly FindingRecord[], readable: Readable) => {
    const silences = await store.silencesAt({ at: now(), trenches: [...new Set(records.map(({ finding }) => finding.trench))] })
    return records.map(record => ({ ...record, finding: silencedFinding(redactFinding(record.finding, readable), silences) }))
  }

  server.get<{ Querystring: FindingQuery }>('/v1/findings', { schema: { tags, summary: 'findings, worst first', querystring: filters, response: answers({ 200: page('FindingRecord') }) } }, async request => {
    const { state, severity, check, trench, namespace, since: from } = request.query
    const readable = await guard.namespaces(request.caller)
    const found = await store.listFindings({
      ...pageRequest('findings', request.query), ...(readable && { namespaces: readable }), ...(state !== 'all' && { states: state === 'current' ? ['open', 'flapping'] : [state] }),
      ...(severity !== undefined && { severities: severity.split(',') as Severity[] }), ...(check !== undefined && { check }), ...(trench !== undefined && { trench }), ...(namespace !== undefined && { namespace }), ...(from !== undefined && { since: from }),
    })
    return pageAnswer('findings', { ...found, items: await view(found.items, readable) })
  })
  server.get<{ Querystring: { after?: number; trench?: string } }>('/v1/findings/changes', {
    schema: { tags, summary: 'what becomes of findings, as it happens; without an end. Also over WebSocket', querystring: query({ trench: trenchName, after: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'the last cursor seen; absent: from now on' } }), response: answers({ 200: { description: 'one change a line', content: { 'application/x-ndjson': { schema: ref('FindingChange') } } } }) },
  }, async (request, reply) => {
    const { after, trench } = request.query
    const stream = changeStream({ store, runs, heartbeatMs, now, readable: () => guard.namespaces(request.caller), ...(after !== undefined && { after }), ...(trench !== undefined && { trench }) })
    return reply.type('application/x-ndjson').header('cache-control', 'no-store').send(stream)
  })
  server.get<{ Params: { key: string } }>('/v1/findings/:key', { schema: { tags, summary: 'one finding with its history', params: params('key'), response: answers({ 200: json(ref('FindingRecord')) }) } }, async request => {
    const readable = await guard.namespaces(request.caller)
    const found = await store.finding({ key: request.params.key, ...(readable && { namespaces: readable }) })
    if (!found) throw new Problem('not-found', `no finding has the key ${request.params.key}`)
    const [viewed] = await view([found], readable)
    return { ...viewed, history: found.history }
  })
}
