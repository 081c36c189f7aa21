import type { FastifyInstance } from 'fastify'
import { columnsOf } from './columns.ts'
import { ref } from './schemas.ts'

const mediaType = 'application/json;as=Table;v=v1;g=meta.k8s.io'

/** Lists as a Table of meta.k8s.io/v1 where that is accepted, as an API server prints for its clients: the columns of the command line. A list's `continue` stands in `metadata`. */
export function answerWithTables(server: FastifyInstance, now: () => number): void {
  server.addHook('onRoute', route => {
    const answer = (route.schema?.response as Record<string, { content?: Record<string, object> }> | undefined)?.[200]
    if (route.method === 'GET' && route.url in columnsOf && answer?.content) answer.content = { ...answer.content, [mediaType]: { schema: ref('Table') } }
  })
  server.addHook('preSerialization', async (request, reply, payload) => {
    const columns = columnsOf[request.routeOptions.url ?? '']
    if (!columns || request.method !== 'GET' || reply.statusCode !== 200 || !/^application\/json;(?:[^,]*;)?\s*as=Table\b/.test(request.headers.accept ?? '')) return payload
    const { items, continue: rest } = payload as { readonly items: readonly never[]; readonly continue?: string }
    void reply.type(mediaType)
    return {
      kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: rest === undefined ? {} : { continue: rest },
      columnDefinitions: columns.map(({ title, wide }) => ({ name: title, type: 'string', format: '', description: '', priority: wide ? 1 : 0 })),
      rows: items.map(item => ({ cells: columns.map(({ cell }) => cell(item, now())) })),
    }
  })
}
