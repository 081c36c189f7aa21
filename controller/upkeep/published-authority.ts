import { setTimeout as delay } from 'node:timers/promises'
import type { KubeClient } from '../cluster/client.ts'
import type { Log } from '../log.ts'

export interface PublishedAuthorityOptions {
  readonly client: Pick<KubeClient, 'request'>
  /** the controller's own */
  readonly namespace: string
  /** PEM; undefined: the API's certificate is not by an authority of ours */
  readonly trusted: () => string | undefined
  readonly log: Log
  /** default: a minute */
  readonly everyMs?: number
}

/**
 * Keeps the ConfigMap `trenchscope-api-ca` (key `ca.crt`) at what callers of the API shall trust: written when it changes, every hour in case somebody else wrote it, and again after a failure.
 * It must be there: we may not create it. @returns ends it
 */
export function publishAuthority({ client, namespace, trusted, log, everyMs = 60_000 }: PublishedAuthorityOptions): () => Promise<void> {
  const ended = new AbortController()
  const keep = async (): Promise<void> => {
    let written: { readonly text: string | null; readonly at: number } | undefined
    for (let refused = ''; !ended.signal.aborted; await delay(everyMs, undefined, { signal: ended.signal, ref: false }).catch(() => undefined)) {
      const text = trusted() ?? null
      if (written?.text === text && Date.now() - written.at < 3_600_000) continue
      try {
        await client.request({ method: 'PATCH', path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/trenchscope-api-ca`, contentType: 'application/merge-patch+json', body: { data: { 'ca.crt': text } }, signal: ended.signal })
        if (written?.text !== text) log.info({ namespace }, 'api authorities published')
        written = { text, at: Date.now() }
        refused = ''
      } catch (err) {
        if (!ended.signal.aborted && refused !== (refused = (err as Error).message)) log.warn({ err, namespace }, 'api authorities not published')
      }
    }
  }
  const done = keep()
  return () => (ended.abort(), done)
}
