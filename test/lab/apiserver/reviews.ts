import { parseJson } from './body.ts'
import { isRecord } from './objects.ts'
import { type Access, authorize, rulesFor } from './rbac.ts'
import { badRequest } from './status.ts'
import type { Store } from './store.ts'
import type { User, Users } from './users.ts'

interface ReviewSpec {
  token?: string
  audiences?: string[]
  user?: string
  uid?: string
  groups?: string[]
  extra?: Record<string, string[]>
  namespace?: string
  resourceAttributes?: { verb?: string; group?: string; version?: string; resource?: string; subresource?: string; namespace?: string; name?: string }
  nonResourceAttributes?: { path?: string; verb?: string }
}

export const reviewKinds: Record<string, { group: string; kind: string }> = {
  tokenreviews: { group: 'authentication.k8s.io', kind: 'TokenReview' },
  subjectaccessreviews: { group: 'authorization.k8s.io', kind: 'SubjectAccessReview' },
  selfsubjectreviews: { group: 'authentication.k8s.io', kind: 'SelfSubjectReview' },
  selfsubjectaccessreviews: { group: 'authorization.k8s.io', kind: 'SelfSubjectAccessReview' },
  selfsubjectrulesreviews: { group: 'authorization.k8s.io', kind: 'SelfSubjectRulesReview' },
}

/**
 * Answers a review: questions that are POSTed and stored nowhere. The answer is the question with its `status` (HTTP 201).
 * @throws {ApiError} 400 for a body that is no review
 */
export function reviewed(store: Store, users: Users, plural: string, asking: User, body: string): object {
  const review = parseJson(body)
  // the one review without a question in it
  const asksNothing = plural === 'selfsubjectreviews'
  if (!isRecord(review) || (!asksNothing && !isRecord(review['spec']))) throw badRequest(`the object provided is unrecognized (must be of type ${reviewKinds[plural]?.kind})`)
  const { group, kind } = reviewKinds[plural] ?? { group: '', kind: '' }
  const spec = (review['spec'] ?? {}) as ReviewSpec
  return { kind, apiVersion: `${group}/v1`, metadata: { ...(review['metadata'] as object | undefined), creationTimestamp: null }, ...(!asksNothing && { spec }), status: statusOf(store, users, plural, asking, spec) }
}

function statusOf(store: Store, users: Users, plural: string, asking: User, spec: ReviewSpec): object {
  switch (plural) {
    case 'selfsubjectreviews': return { userInfo: asking }
    case 'tokenreviews': return tokenStatus(users, spec)
    case 'subjectaccessreviews': return accessStatus(store, { username: spec.user ?? '', groups: spec.groups ?? [] }, spec)
    case 'selfsubjectaccessreviews': return accessStatus(store, asking, spec)
    default: return rulesStatus(store, asking, spec.namespace ?? 'default')
  }
}

function tokenStatus(users: Users, spec: ReviewSpec): object {
  const review = users.review(spec.token ?? '', spec.audiences?.length ? spec.audiences : undefined)
  return 'error' in review ? { user: {}, error: review.error } : { authenticated: true, user: review.user, audiences: review.audiences }
}

function accessStatus(store: Store, user: User, { resourceAttributes, nonResourceAttributes }: ReviewSpec): object {
  if (!resourceAttributes && !nonResourceAttributes) throw badRequest('exactly one of nonResourceAttributes or resourceAttributes must be specified')
  const { verb = '', group = '', resource = '', ...rest } = resourceAttributes ?? {}
  const access: Access = nonResourceAttributes
    ? { verb: nonResourceAttributes.verb ?? '', group: '', resource: '', path: nonResourceAttributes.path ?? '' }
    : { verb, group, resource, ...rest }
  return authorize(store, user, access)
}

function rulesStatus(store: Store, user: User, namespace: string): object {
  const rules = rulesFor(store, user, namespace)
  return {
    resourceRules: rules.filter(rule => rule.resources).map(({ nonResourceURLs: _urls, ...rule }) => rule),
    nonResourceRules: rules.filter(rule => rule.nonResourceURLs).map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
  }
}
