import type { Log } from '../log.ts'
import type { KubeClient } from './client.ts'
import { ResourceWatch } from './watch.ts'
import type { WatchTiming } from './watch-health.ts'

export const killSwitchName = 'trenchscope-kill-switch'

export interface KillSwitchOptions {
  readonly client: KubeClient
  /** the controller's own */
  readonly namespace: string
  readonly log: Log
  readonly timing?: Partial<WatchTiming>
  /** when it was set, changed or taken away */
  readonly onChange: (reason: string | undefined) => void
}

/** Watches a ConfigMap that means stop by being there. Resolves once it is known whether it is. @throws {KubeError} when that cannot be known within 30 s */
export async function openKillSwitch(options: KillSwitchOptions): Promise<KillSwitch> {
  const { client, namespace, log, timing, onChange } = options
  const watch = new ResourceWatch({
    client, log, path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`, fieldSelector: `metadata.name=${killSwitchName}`, ...(timing && { timing }),
    project: ({ metadata: { name, uid, resourceVersion }, data }) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, uid, ...(resourceVersion !== undefined && { resourceVersion }) }, data }),
  })
  try {
    await watch.synced()
  } catch (error) {
    await watch.close()
    throw error
  }
  const held = new KillSwitch(watch, namespace)
  watch.onChange(() => onChange(held.reason))
  return held
}

/** The last known state stays while the API server is away. */
export class KillSwitch {
  readonly #watch: ResourceWatch
  readonly #namespace: string

  constructor(watch: ResourceWatch, namespace: string) {
    this.#watch = watch
    this.#namespace = namespace
  }

  /** Why nothing may run in pods: the ConfigMap's `reason`; undefined while it is not set. */
  get reason(): string | undefined {
    const found = this.#watch.store.get(this.#namespace, killSwitchName)
    const { reason } = (found?.['data'] ?? {}) as { reason?: string }
    return found && `the kill switch is set (ConfigMap ${this.#namespace}/${killSwitchName})${reason ? `: ${reason}` : ''}`
  }

  /** Why the switch might be set without our knowing it; undefined while it is watched. */
  get problem(): string | undefined {
    const { state, problem } = this.#watch.health
    return state === 'synced' ? undefined : `the kill switch cannot be read: ${problem?.message ?? state}`
  }

  close(): Promise<void> {
    return this.#watch.close()
  }
}
