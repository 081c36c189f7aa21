import type { ApiClient, FindingQuery, FindingRecordView } from '../api/client.ts'
import { dataLines, type Print } from './output.ts'
import { visible } from './visible.ts'

export interface WatchFindings {
  readonly client: ApiClient
  readonly query: FindingQuery
  readonly format: string
  /** prints what stands before anything changes */
  readonly list: (records: readonly FindingRecordView[]) => void
  readonly print: Print
  readonly signal: AbortSignal
}

/** What stands now, then a line for each change, until `signal`. Listening begins before the list is read: what changes in between is told, and nothing is missed. */
export async function watchFindings({ client, query, format, list, print, signal }: WatchFindings): Promise<void> {
  const wanted = new Set(query.severity?.split(','))
  for await (const event of client.changes({ signal, ...(query.trench !== undefined && { trench: query.trench }) })) {
    if (event.type === 'listening') {
      list(await client.findings(query))
      continue
    }
    if (event.type === 'heartbeat') continue
    const { type, at, finding } = event
    const [, namespace = '', trench = ''] = finding.trench.split('/')
    if ((query.namespace !== undefined && namespace !== query.namespace) || (wanted.size > 0 && !wanted.has(finding.severity))) continue
    if (format === 'json') print([JSON.stringify(event)])
    else if (format === 'yaml') print(['---', ...dataLines(event, 'yaml')])
    else if (format === 'name') print([finding.key])
    else print([[new Date(at).toISOString(), type.padEnd(8), `${namespace}/${trench}`, finding.severity, finding.key, finding.subject.name, finding.check, finding.text].map(visible).join('  ')], format)
  }
}
