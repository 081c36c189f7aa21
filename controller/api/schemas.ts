import { severities } from '#judge/check.ts'
import { ringStates } from '../trace/ring-record.ts'
import { probeStates } from './backend.ts'

// JSON Schemas of everything the API takes and gives; OpenAPI is made of these. Answers may gain fields: clients ignore what they do not know.

export type Schema = Readonly<Record<string, unknown>>
export const string: Schema = { type: 'string' }
export const integer: Schema = { type: 'integer' }
export const time: Schema = { type: 'integer', description: 'Unix ms' }
export const listOf = (items: Schema): Schema => ({ type: 'array', items })
export const ref = (name: string): Schema => ({ $ref: `${name}#` })
/** An object; names that end in `?` are optional. */
export function record(properties: Readonly<Record<string, Schema>>, more: Schema = {}): Schema {
  const names = Object.keys(properties)
  return { type: 'object', properties: Object.fromEntries(names.map(name => [name.replace(/\?$/, ''), properties[name]])), required: names.filter(name => !name.endsWith('?')), ...more }
}

const severity = { type: 'string', enum: severities }
const verdictKind = { type: 'string', enum: ['ok', 'fail', 'unknown', 'not-applicable', 'flapping'] }
const role = { type: 'string', enum: ['lb', 'proxy', 'tapa', 'cilium', 'cluster', 'trench'] }
export const kubeName: Schema = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$' }
export const trenchName: Schema = { type: 'string', pattern: '^[-\\w]{1,64}/[-a-z0-9.]{1,253}/[-a-z0-9.]{1,253}$|^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$', description: '`cluster/namespace/name`, or a name' }
export const identifier: Schema = { type: 'string', pattern: '^[-\\w.]{1,128}$' }

const trenchShort = record({ id: string, cluster: ref('Cluster'), namespace: string, name: string })
const counts = record(Object.fromEntries(verdictKind.enum.map(kind => [kind, integer])))
const trouble = record({ code: string, detail: string })

export const components: Readonly<Record<string, Schema>> = {
  Problem: record({ type: string, title: string, status: integer, code: string, detail: string }, { description: 'RFC 9457; `code` is stable' }),
  Cluster: record({ uid: string, name: string }, { description: '`uid` is that of the kube-system namespace' }),
  Subject: record({ role, namespace: string, name: string, uid: string, node: string, traits: { type: 'object', additionalProperties: string }, 'unreachable?': string }),
  Trench: record({ id: string, cluster: ref('Cluster'), namespace: string, name: string, pods: listOf(ref('Subject')), namespaces: listOf(string) }),
  Proof: record({ pod: string, fact: string, command: string, argv: listOf(string), exitCode: { type: ['integer', 'null'] }, at: time, excerpt: string, 'line?': integer, 'pointer?': string, 'container?': string }),
  Finding: record({
    key: string, check: string, severity, trench: string, subject: ref('Subject'), message: string, text: string, about: { type: 'object', additionalProperties: string }, evidence: listOf(ref('Proof')),
    why: string, fix: string, 'flapping?': { type: 'boolean' }, 'otherLook?': listOf(ref('Proof')), 'explainedBy?': string, 'captures?': listOf(record({ ring: string, frozenAt: time }, { description: 'packets of the time before: GET /v1/rings/{ring}/file' })), 'silenced?': record({ id: string, reason: string, until: time }),
  }, { description: '`key` is its identity over time: cluster, trench, check, subject, about; never the text' }),
  Verdict: record({ check: string, subject: ref('Subject'), severity, verdict: verdictKind, unseen: listOf(string), findings: listOf(ref('Finding')), 'reason?': string, 'explainedBy?': string }),
  Report: record({
    id: string, profile: string, trench: trenchShort, startedAt: time, endedAt: time, counts, findings: listOf(ref('Finding')), verdicts: listOf(ref('Verdict')),
    pods: listOf(record({ pod: string, role, node: string, 'container?': string, 'degraded?': string, 'unreachable?': string })),
  }, { description: 'one trench, judged; findings worst first, each root followed by what it explains' }),
  Sweep: record({
    id: string, state: { type: 'string', enum: ['running', 'done', 'cancelled', 'interrupted', 'failed'] }, selection: record({ 'namespace?': string, 'trench?': string }), startedBy: string, origin: string,
    startedAt: time, 'endedAt?': time, 'problem?': trouble, planned: listOf(string),
    trenches: listOf(record({ report: string, trench: trenchShort, startedAt: time, endedAt: time, counts, 'worst?': severity })),
  }),
  SweepEvent: record({ type: string, 'cursor?': integer }, { description: 'started, planned, reached, unreachable, observed, verdict, report, problem, ended; between them heartbeat, dropped, hidden. See docs/api.md' }),
  FindingRecord: record({ key: string, state: { type: 'string', enum: ['open', 'flapping', 'gone'] }, firstSeen: time, lastSeen: time, 'goneAt?': time, flaps: integer, finding: ref('Finding'), report: string, 'history?': listOf(record({ at: time, change: string, report: string })) }),
  Table: record({
    kind: string, apiVersion: string, metadata: record({ 'continue?': string }), columnDefinitions: listOf(record({ name: string, type: string, format: string, description: string, priority: integer })), rows: listOf(record({ cells: listOf(string) })),
  }, { description: 'of meta.k8s.io/v1: a list as the command line prints it' }),
  FindingChange: record({ type: { type: 'string', enum: ['listening', 'appeared', 'returned', 'flapping', 'steady', 'gone', 'heartbeat'] }, 'cursor?': integer, 'at?': time, 'report?': string, 'finding?': ref('Finding') }, { description: '`listening` comes first, with the place where it begins; `finding` as it is now' }),
  Snapshot: record({ format: string, profile: string, trench: ref('Trench'), takenAt: time, sights: listOf(record({ subject: ref('Subject'), observations: listOf({ type: 'object' }), records: listOf({ type: 'object' }), 'container?': string, 'degraded?': string, 'unreachable?': string })) }),
  Trace: record({ id: string, trench: string, filter: string, startedAt: time, taps: integer, state: { type: 'string', enum: ['running', 'stopping'] } }),
  KeptTrace: record({
    id: string, state: { type: 'string', enum: ['ended'] }, trench: string, namespaces: listOf(string), filter: string, startedBy: string, startedAt: time, endedAt: time, taps: listOf(string), ended: ref('TraceEvent'), 'bytes?': integer, 'incomplete?': string,
  }, { description: '`ended`: its last event, with outcomes, loss ledger and findings; `bytes`: of its file, where packets were kept' }),
  Ring: record({
    id: string, state: { type: 'string', enum: ringStates }, 'reason?': string, trench: string, trenchId: string, namespaces: listOf(string), filter: string, snaplen: integer, keepSeconds: integer, bytes: integer, freezeOn: listOf(string),
    armedBy: string, armedAt: time, until: time, 'frozenAt?': time, findings: listOf(string),
    taps: listOf(record({ label: string, pod: string, interface: string, bytes: integer, state: { type: 'string', enum: ['armed', 'ended'] }, 'message?': string, matched: integer, overwritten: integer })),
    unseen: listOf(record({ pod: string, 'interface?': string, reason: string })),
    'capture?': record({ bytes: integer, packets: integer, outcomes: { type: 'object', additionalProperties: integer }, rows: listOf({ type: 'object' }), findings: listOf(record({ check: string, pod: string, text: string, packets: integer })) }),
  }, { description: 'packets kept in probes until it is frozen; `capture`: what its file holds, and the loss ledger. See docs/trace.md' }),
  FlowWays: record({
    trench: string, flow: { type: 'object' },
    items: listOf(record({ pod: string, steps: listOf(record({ what: { type: 'string', enum: ['flow', 'target', 'rule', 'route', 'neighbour'] }, text: string, evidence: { type: 'object' } })), 'fwmark?': integer, 'target?': string, 'interface?': string, 'stops?': string })),
  }),
  TraceEvent: record({ type: string }, { description: 'started, journey, packet, nfqlb, nfqlb-trace, tap, ledger, finding, shed, ended. See docs/trace.md' }),
  Probe: record({
    pod: string, container: string, image: string, version: string, state: { type: 'string', enum: probeStates }, 'reason?': string, 'startedAt?': time, entries: integer, rssBytes: integer, cpuMs: { type: 'number' },
  }, { description: '`silent` runs without a session with us, `planned` answers one ask through its log, `foreign` has a name like ours and is not; `entries`: of the 20 ephemeral containers the pod may have had' }),
  Preflight: record({
    image: string, problems: listOf(string),
    namespaces: listOf(record({ namespace: string, optIn: { type: 'boolean' }, podSecurity: string, rights: listOf(record({ right: string, allowed: { type: 'boolean' }, reason: string })) })),
    pods: listOf(record({ pod: string, role, node: string, allowed: { type: 'boolean' }, 'code?': string, 'message?': string, 'reuse?': string, entries: integer, 'memoryLimitBytes?': integer, warnings: listOf(string) })),
  }, { description: '`message`: who would refuse, in its own words, and how to mend it' }),
  Check: record({ id: string, subject: role, severity, why: string, fix: string, source: string, explains: listOf(string), reads: listOf(string) }),
  Silence: record({ id: string, trench: string, namespace: string, 'finding?': string, 'check?': string, reason: string, by: string, createdAt: time, until: time }),
  Schedule: record({
    id: string, selection: record({ 'namespace?': string, 'trench?': string }), cron: string, timeZone: string, jitterS: integer, overlap: { type: 'string', enum: ['skip', 'replace'] }, 'baseline?': string, owner: string,
    'lastSweep?': string, 'lastAt?': time, 'nextAt?': time,
  }),
  AuditEntry: record({ at: time, caller: string, action: string, 'namespace?': string, details: { type: 'object' } }),
  Diff: record({ sweep: string, against: string, appeared: listOf(ref('Finding')), gone: listOf(ref('Finding')), same: integer }),
}

/** `query` of a list. */
export const pageQuery = { limit: { type: 'integer', minimum: 1, maximum: 500, default: 100 }, continue: { type: 'string', maxLength: 500, description: 'of the part before' } }
export const query = (properties: Readonly<Record<string, Schema>>): Schema => ({ type: 'object', properties, additionalProperties: false })
export const params = (...names: readonly string[]): Schema => ({ type: 'object', properties: Object.fromEntries(names.map(name => [name, identifier])), required: names })
export const since: Schema = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Unix ms' }
export const severityList: Schema = { type: 'string', pattern: `^(${severities.join('|')})(,(${severities.join('|')}))*$`, description: `comma-separated: ${severities.join(', ')}` }

/** Answers of a route: its own, and the problems that may come instead. */
export function answers(good: Readonly<Record<number, Schema>>): Schema {
  return { ...good, '4xx': problem, '5xx': problem }
}
export const json = (schema: Schema, description = 'as asked'): Schema => ({ description, content: { 'application/json': { schema } } })
export const page = (name: string): Schema => json(record({ items: listOf(ref(name)), 'continue?': string }))
const problem = { description: 'a problem', content: { 'application/problem+json': { schema: ref('Problem') } } }
