import type { FastifyInstance } from 'fastify'
import type { Severity } from '#judge/check.ts'
import packageJson from '../../../package.json' with { type: 'json' }
import { commandText } from '#facts/fact.ts'
import { subjectKey } from '#judge/subject.ts'
import type { SweepRecord } from '../../store/records.ts'
import { compareReports } from '../../schedule/compare.ts'
import type { Caller } from '../auth/access.ts'
import { viewOf } from '../checks.ts'
import type { ApiContext } from '../context.ts'
import { junitOf } from '../formats/junit.ts'
import { sarifOf } from '../formats/sarif.ts'
import { type PageQuery, pageAnswer, pageRequest } from '../paging.ts'
import { Problem } from '../problems.ts'
import { type Readable, redactFinding, redactReport, redactSnapshot } from '../redact.ts'
import { answers, identifier, json, listOf, page, pageQuery, params, query, record, ref, severityList, string, trenchName } from '../schemas.ts'
import { markSilenced, type ReportView, silencedFinding } from '../silenced.ts'

interface InSweep { readonly Params: { readonly id: string } }

/** What a sweep found, and what it saw. */
export function sweepResultRoutes(server: FastifyInstance, { store, guard, checks, now }: ApiContext): void {
  const tags = ['results']
  const ofTrench = query({ trench: trenchName })

  server.get<InSweep & { Querystring: { trench?: string } }>('/v1/sweeps/:id/reports', { schema: { tags, summary: 'the reports of its trenches, whole', params: params('id'), querystring: ofTrench, response: answers({ 200: page('Report') }) } }, async request => {
    const { sweep, readable } = await find(request.params.id, request.caller)
    return { items: await reports(sweep, readable, request.query.trench) }
  })
  server.get<InSweep & { Querystring: PageQuery & { severity?: string; check?: string; trench?: string } }>('/v1/sweeps/:id/findings', {
    schema: { tags, summary: 'its findings in reading order', params: params('id'), querystring: query({ ...pageQuery, severity: severityList, check: identifier, trench: trenchName }), response: answers({ 200: page('Finding') }) },
  }, async request => {
    const { sweep, readable } = await find(request.params.id, request.caller)
    const { severity, check, trench } = request.query
    const found = await store.findingsOf({
      sweep: sweep.id, ...pageRequest('sweep-findings', request.query), ...(readable && { namespaces: readable }),
      ...(severity !== undefined && { severities: severity.split(',') as Severity[] }), ...(check !== undefined && { check }), ...(trench !== undefined && { trench }),
    })
    const silences = await store.silencesAt({ at: now(), trenches: sweep.planned })
    const visible = found.items.filter(({ subject }) => readable === undefined || subject.role === 'trench' || subject.role === 'cluster' || readable.includes(subject.namespace))
    return pageAnswer('sweep-findings', { ...found, items: visible }, finding => silencedFinding(redactFinding(finding, readable), silences))
  })
  server.get<InSweep & { Querystring: { trench?: string } }>('/v1/sweeps/:id/snapshots', { schema: { tags, summary: 'what was seen, whole: one snapshot for each look at each trench', params: params('id'), querystring: ofTrench, response: answers({ 200: page('Snapshot') }) } }, async (request, reply) => {
    const { sweep, readable } = await find(request.params.id, request.caller)
    void reply.header('content-disposition', `attachment; filename="snapshots-${sweep.id}.json"`)
    return { items: await snapshots(sweep, readable, request.query.trench) }
  })
  server.get<InSweep & { Querystring: { trench?: string; pod: string; command: string } }>('/v1/sweeps/:id/records', {
    schema: { tags, summary: 'one recorded command: what evidence points into', params: params('id'), querystring: { ...query({ trench: trenchName, pod: string, command: string }), required: ['pod', 'command'] }, response: answers({ 200: json(record({ items: listOf({ type: 'object' }) })) }) },
  }, async request => {
    const { sweep, readable } = await find(request.params.id, request.caller)
    const seen = await snapshots(sweep, readable, request.query.trench)
    const items = seen.flatMap(snapshot => snapshot.sights.filter(({ subject }) => subjectKey(subject) === request.query.pod).flatMap(sight => sight.records.filter(({ argv }) => commandText(argv) === request.query.command).map(found => ({ trench: snapshot.trench.id, takenAt: snapshot.takenAt, ...found }))))
    if (items.length === 0) throw new Problem('not-found', `${request.query.command} was not recorded in ${request.query.pod}`)
    return { items }
  })
  server.get<InSweep & { Querystring: { trench?: string } }>('/v1/sweeps/:id/junit.xml', { schema: { tags, summary: 'its reports as JUnit XML', params: params('id'), querystring: ofTrench, response: answers({ 200: { description: 'a suite per trench', content: { 'application/xml': { schema: string } } } }) } }, async (request, reply) => {
    const { sweep, readable } = await find(request.params.id, request.caller)
    return reply.type('application/xml; charset=utf-8').send(junitOf(await reports(sweep, readable, request.query.trench)))
  })
  server.get<InSweep & { Querystring: { trench?: string } }>('/v1/sweeps/:id/sarif.json', { schema: { tags, summary: 'its reports as SARIF 2.1.0', params: params('id'), querystring: ofTrench, response: answers({ 200: { description: 'a run per trench', content: { 'application/sarif+json': { schema: { type: 'object' } } } } }) } }, async (request, reply) => {
    const { sweep, readable } = await find(request.params.id, request.caller)
    return reply.type('application/sarif+json').send(sarifOf(await reports(sweep, readable, request.query.trench), checks.map(viewOf), packageJson.version))
  })
  server.get<InSweep & { Querystring: { against?: string } }>('/v1/sweeps/:id/diff', {
    schema: { tags, summary: 'what changed since another sweep; default: since the last look at each trench before', params: params('id'), querystring: query({ against: identifier }), response: answers({ 200: json(ref('Diff')) }) },
  }, async request => {
    const { sweep, readable } = await find(request.params.id, request.caller)
    const other = request.query.against === undefined ? undefined : (await find(request.query.against, request.caller)).sweep
    const after = await reports(sweep, readable)
    const before = other ? await reports(other, readable) : (await Promise.all(after.map(report => store.reportBefore({ trench: report.trench.id, before: report.id })))).flatMap(report => (report ? [redactReport(report, readable)] : []))
    return { sweep: sweep.id, against: other?.id ?? 'last', ...compareReports(before, after) }
  })

  async function find(id: string, caller: Caller): Promise<{ readonly sweep: SweepRecord; readonly readable: Readable }> {
    const readable = await guard.namespaces(caller)
    const sweep = await store.sweep({ id, ...(readable && { namespaces: readable }) })
    if (!sweep) throw new Problem('not-found', `no sweep is called ${id}`)
    return { sweep, readable }
  }

  async function reports(sweep: SweepRecord, readable: Readable, trench?: string): Promise<readonly ReportView[]> {
    const silences = await store.silencesAt({ at: now(), trenches: sweep.planned })
    const found = await store.reportsOf({ sweep: sweep.id, ...(trench !== undefined && { trench }), ...(readable && { namespaces: readable }) })
    return found.map(report => markSilenced(redactReport(report, readable), silences))
  }

  async function snapshots(sweep: SweepRecord, readable: Readable, trench?: string) {
    const meant = sweep.trenches.filter(({ trench: { id, name } }) => trench === undefined || trench === id || trench === name)
    const looks = []
    for (const { report } of meant) looks.push(...(await store.snapshotsOf(report)))
    return looks.map(snapshot => redactSnapshot(snapshot, readable))
  }
}
