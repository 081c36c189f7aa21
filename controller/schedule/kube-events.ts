import { createHash } from 'node:crypto'
import type { Finding } from '#judge/finding.ts'
import type { Log } from '../log.ts'
import type { ChangeNotice, Sink } from './notify.ts'

export interface KubeEventsOptions {
  /** creates an object; rejects with what the API server says */
  readonly create: (path: string, body: object) => Promise<unknown>
  readonly log: Log
}

const atOnce = 20

/**
 * Kubernetes Events on the pods a finding is about, when it appears: reason is the check in CamelCase. Repeats are not told: what lasts is a finding, not an event. At most 20 of one sweep; the last
 * says how many more there are. Needs `create` on `events`; off unless the operator asks for it.
 */
export function kubeEvents({ create, log }: KubeEventsOptions): Sink {
  return {
    offer: notice => {
      const roots = notice.appeared.filter(({ explainedBy, subject }) => explainedBy === undefined && subject.uid !== '')
      const told = roots.slice(0, atOnce)
      for (const [index, finding] of told.entries()) {
        const more = index === atOnce - 1 ? roots.length - atOnce : 0
        create(`/api/v1/namespaces/${encodeURIComponent(finding.subject.namespace)}/events`, eventOf(finding, notice, more)).catch((err: unknown) => log.warn({ err, pod: finding.subject.name }, 'event not created'))
      }
    },
  }
}

function eventOf(finding: Finding, { sweep, at }: ChangeNotice, more: number): object {
  const { namespace, name, uid } = finding.subject
  const time = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
  return {
    apiVersion: 'v1', kind: 'Event',
    metadata: { namespace, name: `${name.slice(0, 200)}.${createHash('sha256').update(`${finding.key} ${sweep}`).digest('hex').slice(0, 16)}` },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
    reason: finding.check.split('-').map(word => word.charAt(0).toUpperCase() + word.slice(1)).join(''),
    // the API server cuts nothing: longer messages are refused
    message: `${finding.text}${more > 0 ? ` (and ${more} more findings of this sweep)` : ''}`.slice(0, 1024),
    type: finding.severity === 'note' ? 'Normal' : 'Warning', count: 1, firstTimestamp: time, lastTimestamp: time,
    source: { component: 'trenchscope' }, reportingComponent: 'trenchscope', reportingInstance: 'trenchscope',
  }
}
