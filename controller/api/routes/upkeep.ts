import type { FastifyInstance } from 'fastify'
import type { Selection } from '../backend.ts'
import type { ApiContext } from '../context.ts'
import { lookable } from '../lookable.ts'
import { Problem } from '../problems.ts'
import { answers, json, kubeName, listOf, query, record, ref, string, trenchName } from '../schemas.ts'

/** Before probes come, and their end: preflight, drain. */
export function upkeepRoutes(server: FastifyInstance, { backend, guard, keeper }: ApiContext): void {
  const tags = ['upkeep']

  server.get<{ Querystring: Selection }>('/v1/preflight', {
    schema: { tags, summary: 'who would refuse a probe, pod by pod; nothing is changed', querystring: query({ namespace: kubeName, trench: trenchName }), response: answers({ 200: json(ref('Preflight')) }) },
  }, async (request, reply) => {
    const { trenches, reasons } = await lookable({ backend, guard }, request.caller, request.query)
    for (const [namespace, reason] of reasons) await guard.audit(request, 'preflight', namespace, { selection: request.query, allowedBy: reason })
    const left = new AbortController()
    reply.raw.once('close', () => left.abort(new Error('the caller left')))
    const subjects = [...new Map(trenches.flatMap(trench => trench.pods).filter(({ namespace }) => reasons.has(namespace)).map(pod => [pod.uid, pod])).values()]
    const report = await keeperOf().preflight(subjects, { caller: request.caller.name, signal: left.signal })
    const hidden = trenches.flatMap(trench => trench.pods).filter(({ namespace }) => !reasons.has(namespace))
    return {
      ...report,
      pods: report.pods.map((pod, index) => ({ ...pod, role: subjects[index]?.role })),
      problems: [...report.problems, ...hidden.map(pod => `${pod.namespace}/${pod.name}: ${pod.unreachable}`)],
    }
  })
  server.post<{ Body: { readonly namespace?: string; readonly reason?: string } | null }>('/v1/probes/drain', {
    schema: {
      tags, summary: 'tell probes to end, everywhere or in one namespace', body: { type: ['object', 'null'], additionalProperties: false, properties: { namespace: kubeName, reason: { type: 'string', maxLength: 200 } } },
      response: answers({ 200: json(record({ pods: listOf(string) })) }),
    },
  }, async request => {
    const { namespace, reason = 'drained' } = request.body ?? {}
    const { reason: allowedBy } = await guard.require(request.caller, 'look', namespace)
    await guard.audit(request, 'probes.drain', namespace, { reason, allowedBy })
    return { pods: keeperOf().drain(`${reason} (${request.caller.name})`, namespace) }
  })

  function keeperOf(): NonNullable<typeof keeper> {
    if (!keeper) throw new Problem('not-found', 'this controller has no probes of its own')
    return keeper
  }
}
