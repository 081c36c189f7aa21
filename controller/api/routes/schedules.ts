import type { FastifyInstance } from 'fastify'
import { checkCron, type Schedule } from '../../schedule/scheduler.ts'
import type { ScheduleRow } from '../../store/schedules.ts'
import type { Caller } from '../auth/access.ts'
import type { Selection } from '../backend.ts'
import type { ApiContext } from '../context.ts'
import { Problem } from '../problems.ts'
import type { Readable } from '../redact.ts'
import { answers, identifier, json, kubeName, page, params, ref, trenchName } from '../schemas.ts'

interface ScheduleBody { readonly selection: Selection; readonly cron: string; readonly timeZone: string; readonly jitterS: number; readonly overlap: 'skip' | 'replace'; readonly baseline?: string }
interface ById { readonly Params: { readonly id: string } }

/** Sweeps by the clock. Making or changing one needs the right to look where it looks, and so does each of its runs. */
export function scheduleRoutes(server: FastifyInstance, { store, guard, scheduler }: ApiContext): void {
  const tags = ['schedules']
  const one = answers({ 200: json(ref('Schedule')) })
  const body = {
    type: 'object', required: ['cron'], additionalProperties: false,
    properties: {
      selection: { type: 'object', properties: { namespace: kubeName, trench: trenchName }, additionalProperties: false, default: {} },
      cron: { type: 'string', maxLength: 200, description: 'five fields, as crontab(5)' }, timeZone: { type: 'string', maxLength: 60, default: 'UTC', description: 'IANA name' },
      jitterS: { type: 'integer', minimum: 0, maximum: 3600, default: 0 }, overlap: { type: 'string', enum: ['skip', 'replace'], default: 'skip' }, baseline: identifier,
    },
  }

  server.get('/v1/schedules', { schema: { tags, summary: 'sweeps by the clock', response: answers({ 200: page('Schedule') }) } }, async request => {
    const readable = await guard.namespaces(request.caller)
    return { items: (await store.schedules(readable && { namespaces: readable })).map(view) }
  })
  server.get<ById>('/v1/schedules/:id', { schema: { tags, summary: 'one schedule', params: params('id'), response: one } }, async request => view(await find(request.params.id, await guard.namespaces(request.caller))))
  server.put<ById & { Body: ScheduleBody }>('/v1/schedules/:id', { schema: { tags, summary: 'make or replace a schedule', params: params('id'), body, response: one } }, async request => {
    const { id } = request.params
    const { selection, cron, timeZone } = request.body
    try {
      checkCron(cron, timeZone)
    } catch (error) {
      throw new Problem('invalid-request', `body/cron: ${(error as Error).message}`, { cause: error })
    }
    const known = await store.schedule({ id })
    // who may not touch what is there must not learn of it either
    if (known && known.namespace !== selection.namespace) await guard.require(request.caller, 'look', known.namespace)
    const { reason } = await guard.require(request.caller, 'look', selection.namespace)
    await guard.audit(request, 'schedule.put', selection.namespace, { schedule: id, ...request.body, allowedBy: reason })
    await scheduler.put({ id, ...request.body, owner: request.caller, ownerName: request.caller.name })
    return view(await find(id, undefined))
  })
  server.delete<ById>('/v1/schedules/:id', { schema: { tags, summary: 'end a schedule', params: params('id'), response: one } }, async request => {
    const found = await find(request.params.id, await guard.namespaces(request.caller))
    const { reason } = await guard.require(request.caller, 'look', found.namespace)
    await guard.audit(request, 'schedule.drop', found.namespace, { schedule: found.id, allowedBy: reason })
    await scheduler.drop(found.id)
    return view(found)
  })

  function view({ id, body: kept, lastSweep, lastAt }: ScheduleRow): object {
    const { owner: _owner, ownerName, ...schedule } = kept as Schedule<Caller>
    const nextAt = scheduler.nextAt(id)
    return { ...schedule, owner: ownerName, ...(lastSweep !== undefined && { lastSweep, lastAt }), ...(nextAt !== undefined && { nextAt }) }
  }

  async function find(id: string, readable: Readable): Promise<ScheduleRow> {
    const found = await store.schedule({ id, ...(readable && { namespaces: readable }) })
    if (!found) throw new Problem('not-found', `no schedule is called ${id}`)
    return found
  }
}
