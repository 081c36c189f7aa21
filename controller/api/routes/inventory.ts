import type { FastifyInstance } from 'fastify'
import type { Trench } from '#judge/subject.ts'
import type { Selection } from '../backend.ts'
import { viewOf } from '../checks.ts'
import type { ApiContext } from '../context.ts'
import { Problem } from '../problems.ts'
import type { Readable } from '../redact.ts'
import { answers, json, kubeName, page, params, query, ref, trenchName } from '../schemas.ts'

/** What there is: trenches and their pods, probes in them, checks. */
export function inventoryRoutes(server: FastifyInstance, { backend, checks, guard }: ApiContext): void {
  const tags = ['inventory']
  const selection = query({ namespace: kubeName, trench: trenchName })

  server.get<{ Querystring: Selection }>('/v1/trenches', { schema: { tags, summary: 'trenches that can be swept', querystring: selection, response: answers({ 200: page('Trench') }) } }, async request => {
    const readable = await guard.namespaces(request.caller)
    return { items: backend.trenches(request.query).filter(trench => readable?.includes(trench.namespace) ?? true).map(trench => redactPods(trench, readable)) }
  })
  server.get<{ Querystring: Selection }>('/v1/pods', { schema: { tags, summary: 'pods of these trenches and their roles', querystring: selection, response: answers({ 200: page('Subject') }) } }, async request => {
    const readable = await guard.namespaces(request.caller)
    return { items: backend.trenches(request.query).filter(trench => readable?.includes(trench.namespace) ?? true).flatMap(trench => redactPods(trench, readable).pods) }
  })
  server.get('/v1/probes', { schema: { tags, summary: 'probes that run in pods', response: answers({ 200: page('Probe') }) } }, async request => {
    const readable = await guard.namespaces(request.caller)
    return { items: backend.probes().filter(({ pod }) => readable?.includes(pod.split('/')[0] ?? '') ?? true) }
  })
  server.get('/v1/checks', { schema: { tags, summary: 'what is judged', response: answers({ 200: page('Check') }) } }, () => ({ items: checks.map(viewOf) }))
  server.get<{ Params: { id: string } }>('/v1/checks/:id', { schema: { tags, summary: 'one check: why, fix, what it reads', params: params('id'), response: answers({ 200: json(ref('Check')) }) } }, request => {
    const check = checks.find(({ id }) => id === request.params.id)
    if (!check) throw new Problem('not-found', `no check is called ${request.params.id}`)
    return viewOf(check)
  })
}

/** Of pods in namespaces the caller may not read only that they exist. */
function redactPods(trench: Trench, readable: Readable): Trench {
  if (readable === undefined) return trench
  return { ...trench, pods: trench.pods.map(pod => (readable.includes(pod.namespace) ? pod : { role: pod.role, namespace: pod.namespace, name: pod.name, uid: '', node: '', traits: {} })) }
}
