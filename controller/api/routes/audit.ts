import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../context.ts'
import { type PageQuery, pageAnswer, pageRequest } from '../paging.ts'
import { answers, page, pageQuery, query, since, string } from '../schemas.ts'

/** Who did what, by which right. */
export function auditRoutes(server: FastifyInstance, { store, guard }: ApiContext): void {
  const filters = query({ ...pageQuery, caller: string, action: string, since })
  server.get<{ Querystring: PageQuery & { caller?: string; action?: string; since?: number } }>('/v1/audit', { schema: { tags: ['audit'], summary: 'calls that touched pods or changed something, newest first', querystring: filters, response: answers({ 200: page('AuditEntry') }) } }, async request => {
    const { caller, action, since: from } = request.query
    const readable = await guard.namespaces(request.caller)
    return pageAnswer('audit', await store.listAudit({ ...pageRequest('audit', request.query), ...(readable && { namespaces: readable }), ...(caller !== undefined && { caller }), ...(action !== undefined && { action }), ...(from !== undefined && { since: from }) }))
  })
}
