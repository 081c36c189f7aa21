import type { Server } from 'node:https'
import swagger from '@fastify/swagger'
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify'
import type { AnyCheck } from '#judge/check.ts'
import packageJson from '../../package.json' with { type: 'json' }
import type { Log } from '../log.ts'
import type { Runs } from '../schedule/runs.ts'
import { Scheduler } from '../schedule/scheduler.ts'
import type { Store } from '../store/store.ts'
import type { KeptTraces } from '../trace/kept-traces.ts'
import type { Rings } from '../trace/rings.ts'
import type { Tracer } from '../trace/tracer.ts'
import type { Access } from './auth/access.ts'
import type { Backend } from './backend.ts'
import { type CertificatePair, type CertificateSource, renewCertificate, tlsVersions } from './certificate.ts'
import type { ApiContext } from './context.ts'
import { answerWithEtags } from './etag.ts'
import { Guard } from './guard.ts'
import type { Keeper } from './keeper.ts'
import { prepareRun } from './lookable.ts'
import { answerWithProblems, codeOf, sendProblem } from './problems.ts'
import { routes } from './routes/index.ts'
import { components } from './schemas.ts'
import { Sockets } from './sockets.ts'
import { answerWithTables } from './tables.ts'

export interface ApiOptions {
  readonly backend: Backend
  readonly runs: Runs
  readonly tracer?: Tracer
  readonly kept?: KeptTraces
  readonly rings?: Rings
  readonly explain?: ApiContext['explain']
  readonly keeper?: Keeper
  readonly store: Store
  readonly checks: readonly AnyCheck[]
  readonly access: Access
  readonly log: Log
  /** `host:port`; port 0 takes a free one */
  readonly listen: string
  /** asked again while it runs; absent: plain HTTP, for loopback */
  readonly tls?: CertificateSource
  /** per caller, default 50 a second, 200 at once */
  readonly rate?: { readonly perSecond: number; readonly burst: number }
  /** default 5000 and 10000 */
  readonly graceMs?: number
  readonly heartbeatMs?: number
  /** Unix ms */
  readonly now?: () => number
}

export interface Api {
  readonly url: string
  close(): Promise<void>
}

const maxBodyBytes = 64 * 1024

/** The controller's HTTP API: see docs/api.md and `/openapi.json`. Errors are RFC 9457 problems. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { backend, runs, store, checks, access, log, now = Date.now, rate = { perSecond: 50, burst: 200 }, graceMs = 5000, heartbeatMs = 10_000 } = options
  const pair = options.tls?.()
  const server = openServer(pair)
  const guard = new Guard({ access, backend, store, rate, now })
  const scheduler = new Scheduler({ store, runs, log, prepare: schedule => prepareRun(schedule, { backend, guard }) })
  const context: ApiContext = { backend, scheduler, runs, ...(options.tracer && { tracer: options.tracer }), ...(options.kept && { kept: options.kept }), ...(options.rings && { rings: options.rings }), ...(options.explain && { explain: options.explain }), ...(options.keeper && { keeper: options.keeper }), store, checks, guard, log, now, graceMs, heartbeatMs }
  answerWithProblems(server, err => log.error({ err }, 'request failed'))
  guard.watch(server)
  answerWithEtags(server)
  answerWithTables(server, now)
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Trenchscope', version: packageJson.version, description: 'Looks into every Meridio trench: what is wrong, why, how to mend it, with the proof.' },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
    refResolver: { buildLocalReference: (schema, _base, _fragment, index) => String(schema['$id'] ?? `def-${index}`) },
  })
  for (const [name, schema] of Object.entries(components)) server.addSchema({ $id: name, ...schema })
  for (const route of routes) route(server, context)
  await server.ready()
  const sockets = new Sockets(server, { heartbeatMs })
  await scheduler.open()
  const [host, port] = splitListen(options.listen)
  const url = await server.listen({ host, port: Number(port) })
  const endRenewal = pair && options.tls ? renewCertificate(server.server as Server, options.tls, pair, { log }) : () => undefined
  return { url, close: () => (endRenewal(), scheduler.close(), sockets.close(), server.close()) }
}

function openServer(pair: CertificatePair | undefined): FastifyInstance {
  const server = fastify({
    logger: false, forceCloseConnections: true, bodyLimit: maxBodyBytes, exposeHeadRoutes: false,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, useDefaults: true, allErrors: false } },
    // what the router refuses before any hook: a path that cannot be decoded, or is too long
    frameworkErrors: (error, _request, reply) => void sendProblem(reply as unknown as FastifyReply, codeOf(error), error.message.slice(0, 200)),
    ...(pair && { https: { ...pair, ...tlsVersions } }),
  }) as unknown as FastifyInstance
  // schemas of answers document and are tested; they must never drop a field on its way out
  server.setSerializerCompiler(() => data => JSON.stringify(data))
  return server
}

function splitListen(listen: string): [host: string, port: string] {
  const at = listen.lastIndexOf(':')
  return [listen.slice(0, at).replace(/^\[|\]$/g, ''), listen.slice(at + 1)]
}
