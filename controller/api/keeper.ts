import type { PodRef } from '../cluster/pod.ts'
import type { PreflightReport } from '../cluster/preflight.ts'

export type { PreflightReport }

/** What can be asked of the controller's care for probes, besides sweeps. */
export interface Keeper {
  /** Who would refuse a probe in these pods; nothing is changed. `caller`: for the API server's audit log. Rejects only when `signal` aborts. */
  preflight(pods: readonly PodRef[], options: { readonly caller: string; readonly signal: AbortSignal }): Promise<PreflightReport>
  /** Tells connected probes to end, everywhere or in one namespace; a later sweep brings new ones. @returns the pods (`namespace/name`) */
  drain(reason: string, namespace?: string): readonly string[]
}
