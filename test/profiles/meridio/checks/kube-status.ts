import type { Change } from './kube.ts'

interface Status { phase?: string; conditions?: unknown; containerStatuses?: { name: string }[] }

/** Changes the status of a recorded pod. */
export const statusOf = (pod: string, status: object): Change => ({ pods = [] }) => {
  const found = pods.find(({ metadata }) => metadata.name === pod)
  if (!found) throw new Error(`${pod} was not recorded`)
  Object.assign(found['status'] as Status, status)
}

/** Changes the status of one container of a recorded pod. */
export const containerOf = (pod: string, container: string, status: object): Change => ({ pods = [] }) => {
  const found = (pods.find(({ metadata }) => metadata.name === pod)?.['status'] as Status | undefined)?.containerStatuses?.find(({ name }) => name === container)
  if (!found) throw new Error(`${container} of ${pod} was not recorded`)
  Object.assign(found, status)
}

/** The pod is on its way out. */
export const terminating = (pod: string): Change => ({ pods = [] }) => {
  for (const { metadata } of pods) if (metadata.name === pod) Object.assign(metadata, { deletionTimestamp: '2026-11-24T06:00:00Z' })
}
