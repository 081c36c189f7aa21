import { isIP } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { FlowTuple } from '#judge/profile.ts'
import type { ApiContext } from '../context.ts'
import { theTrench } from '../one-trench.ts'
import { Problem } from '../problems.ts'
import { answers, json, kubeName, ref, trenchName } from '../schemas.ts'

interface Body extends FlowTuple { readonly namespace?: string; readonly trench?: string }

const address = { type: 'string', pattern: '^[0-9a-fA-F.:]{2,45}$' }
const port = { type: 'integer', minimum: 0, maximum: 65_535, default: 0 }
const body = {
  type: 'object', additionalProperties: false, required: ['protocol', 'source', 'destination'],
  properties: { namespace: kubeName, trench: trenchName, protocol: { type: 'string', enum: ['tcp', 'udp', 'sctp', 'icmp'] }, source: address, sourcePort: port, destination: address, destinationPort: port, echoId: port },
}

/** Where a packet would go, computed from what the pods say now; nothing is sent. */
export function flowRoutes(server: FastifyInstance, { backend, guard, explain }: ApiContext): void {
  server.post<{ Body: Body }>('/v1/traces/explain', { schema: { tags: ['traces'], summary: 'predict the way of a flow through each load balancer', body, response: answers({ 200: json(ref('FlowWays')) }) } }, async request => {
    const { namespace, trench, ...tuple } = request.body
    if (isIP(tuple.source) === 0 || isIP(tuple.source) !== isIP(tuple.destination)) throw new Problem('invalid-request', 'source and destination must be addresses of one family')
    const found = theTrench(backend, { ...(namespace !== undefined && { namespace }), ...(trench !== undefined && { trench }) }, await guard.namespaces(request.caller))
    for (const name of new Set([found.namespace, ...found.namespaces])) {
      const { reason } = await guard.require(request.caller, 'look', name)
      await guard.audit(request, 'flow.explain', name, { trench: found.name, flow: tuple, allowedBy: reason })
    }
    if (!explain) throw new Problem('not-found', 'this controller explains no flows')
    return { trench: `${found.namespace}/${found.name}`, flow: tuple, items: await explain(found, tuple) }
  })
}
