import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../context.ts'
import { auditRoutes } from './audit.ts'
import { findingRoutes } from './findings.ts'
import { flowRoutes } from './flows.ts'
import { healthRoutes } from './health.ts'
import { inventoryRoutes } from './inventory.ts'
import { keptTraceRoutes } from './kept-traces.ts'
import { scheduleRoutes } from './schedules.ts'
import { silenceRoutes } from './silences.ts'
import { sweepRoutes } from './sweeps.ts'
import { sweepResultRoutes } from './sweep-results.ts'
import { ringRoutes } from './rings.ts'
import { traceRoutes } from './traces.ts'
import { upkeepRoutes } from './upkeep.ts'

/** Every route of the API, a file for each kind of thing. */
export const routes: readonly ((server: FastifyInstance, context: ApiContext) => void)[] = [
  healthRoutes, inventoryRoutes, upkeepRoutes, sweepRoutes, sweepResultRoutes, findingRoutes, traceRoutes, keptTraceRoutes, ringRoutes, flowRoutes, silenceRoutes, scheduleRoutes, auditRoutes,
]
