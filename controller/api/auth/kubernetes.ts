import { createHash } from 'node:crypto'
import type { KubeClient } from '../../cluster/client.ts'
import { KubeError } from '../../cluster/errors.ts'
import { Problem } from '../problems.ts'
import type { Access, Caller, Decision, Right } from './access.ts'
import { Cache } from './cache.ts'

export interface KubernetesAccessOptions {
  readonly client: Pick<KubeClient, 'request'>
  /** audiences a token may be for; none: the API server's own */
  readonly audiences: readonly string[]
  /** Unix ms */
  readonly now?: () => number
}

const allowMs = 10_000
const denyMs = 5_000
const source = 'kubernetes'

/**
 * Callers are Kubernetes identities: their token goes to TokenReview, and each right is asked as the SubjectAccessReview of what they could do by hand. Answers are remembered for 10 s when they
 * allow, 5 s when they refuse (kubernetes.md §4).
 */
export function kubernetesAccess({ client, audiences, now = Date.now }: KubernetesAccessOptions): Access {
  const callers = new Cache<Caller | undefined>({ now, keepMs: caller => (caller ? allowMs : denyMs) })
  const decisions = new Cache<Decision>({ now, keepMs: ({ allowed }) => (allowed ? allowMs : denyMs) })
  return {
    source,
    identify: token => callers.get(createHash('sha256').update(token).digest('base64url'), async () => {
      const { status } = await ask<TokenReview>(client, '/apis/authentication.k8s.io/v1/tokenreviews', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token, ...(audiences.length > 0 && { audiences }) } })
      const { username = '', uid, groups = [], extra } = status.user ?? {}
      // an API server that does not know audiences authenticates without naming any
      const meant = audiences.length === 0 || status.audiences?.some(audience => audiences.includes(audience))
      return status.authenticated === true && meant && username !== '' ? { source, name: username, groups, ...(uid !== undefined && { uid }), ...(extra && { extra }) } : undefined
    }),
    decide: (caller, right, namespace) => decisions.get(JSON.stringify([caller, right, namespace]), async () => {
      const { status } = await ask<AccessReview>(client, '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview',
        spec: { user: caller.name, uid: caller.uid, groups: caller.groups, extra: caller.extra, resourceAttributes: { ...attributes[right], ...(namespace !== undefined && { namespace }) } },
      })
      return { allowed: status.allowed === true && status.denied !== true, reason: status.reason || (status.allowed ? 'allowed' : wordsOf(caller, right, namespace)) }
    }),
  }
}

interface TokenReview { readonly status: { readonly authenticated?: boolean; readonly audiences?: readonly string[]; readonly user?: { readonly username?: string; readonly uid?: string; readonly groups?: readonly string[]; readonly extra?: Caller['extra'] } } }
interface AccessReview { readonly status: { readonly allowed?: boolean; readonly denied?: boolean; readonly reason?: string } }

const attributes: Readonly<Record<Right, object>> = {
  look: { verb: 'patch', group: '', resource: 'pods', subresource: 'ephemeralcontainers' },
  read: { verb: 'get', group: '', resource: 'pods', subresource: 'log' },
}

function wordsOf({ name }: Caller, right: Right, namespace: string | undefined): string {
  return `${name} cannot ${right === 'look' ? 'patch pods/ephemeralcontainers' : 'get pods/log'} ${namespace === undefined ? 'in the whole cluster' : `in namespace ${namespace}`}`
}

async function ask<T>(client: Pick<KubeClient, 'request'>, path: string, body: object): Promise<T> {
  try {
    return await client.request<T>({ method: 'POST', path, body, timeoutMs: 10_000 })
  } catch (error) {
    if (!(error instanceof KubeError)) throw error
    throw new Problem('kubernetes-unavailable', `the API server did not answer who the caller is: ${error.message}`, { cause: error })
  }
}
