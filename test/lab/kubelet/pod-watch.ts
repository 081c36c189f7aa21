import { setTimeout as delay } from 'node:timers/promises'
import type { LabClient } from '../apiserver/client.ts'
import type { Pod } from '../apiserver/objects.ts'

export interface PodListener {
  changed(pod: Pod): void
  /** by uid: a pod of the same name may be there already */
  removed(uid: string): void
}

/** Follows the pods of a node until `signal` aborts: list, then watch, and again when that breaks. `known`: uids seen before. */
export async function watchPods(client: LabClient, node: string, known: Set<string>, signal: AbortSignal, listener: PodListener): Promise<void> {
  const path = `/api/v1/pods?fieldSelector=${encodeURIComponent(`spec.nodeName=${node}`)}`
  while (!signal.aborted) {
    try {
      const { body } = await client.ask({ path, signal })
      if (signal.aborted) return
      const { items, metadata } = body as { items: Pod[]; metadata: { resourceVersion: string } }
      const now = new Set(items.map(pod => pod.metadata.uid ?? ''))
      for (const uid of known) if (!now.has(uid)) forget(uid)
      items.forEach(show)
      for await (const line of client.lines({ path: `${path}&watch=true&resourceVersion=${metadata.resourceVersion}`, signal })) {
        const { type, object } = JSON.parse(line) as { type: string; object: Pod }
        if (type === 'ERROR') break
        if (type === 'DELETED') forget(object.metadata.uid ?? '')
        else show(object)
      }
    } catch {
      // a break of any kind is followed by a new list
    }
    if (!signal.aborted) await delay(50)
  }

  function show(pod: Pod): void {
    known.add(pod.metadata.uid ?? '')
    listener.changed(pod)
  }

  function forget(uid: string): void {
    known.delete(uid)
    listener.removed(uid)
  }
}
