import type { KubeClient } from './client.ts'

/** What the controller must be allowed to do in a namespace before a probe can enter its pods and be known. */
export const neededRights = [
  { verb: 'patch', resource: 'pods', subresource: 'ephemeralcontainers' },
  { verb: 'get', resource: 'pods', subresource: 'log' },
  { verb: 'get', resource: 'pods' },
  { verb: 'watch', resource: 'pods' },
] as const

export interface Right {
  /** `patch pods/ephemeralcontainers` */
  readonly right: string
  readonly allowed: boolean
  /** the API server's, where it gave one */
  readonly reason: string
}

/** Asks the API server what we ourselves may do there (SelfSubjectAccessReview; stored nowhere). @throws {KubeError} */
export function selfReview(client: Pick<KubeClient, 'request'>, namespace: string, signal: AbortSignal): Promise<readonly Right[]> {
  return Promise.all(neededRights.map(async ({ verb, resource, ...rest }) => {
    const { status } = await client.request<{ status: { allowed?: boolean; denied?: boolean; reason?: string } }>({
      method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', signal,
      body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: { namespace, verb, group: '', resource, ...rest } } },
    })
    const right = `${verb} ${resource}${'subresource' in rest ? `/${rest.subresource}` : ''}`
    return { right, allowed: status.allowed === true && status.denied !== true, reason: status.reason ?? '' }
  }))
}
