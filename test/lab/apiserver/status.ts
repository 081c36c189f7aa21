import type { ResourceType } from './resources.ts'

/** One reason among several; `message` as the API server words it, without the field. */
export interface Cause {
  reason: 'ResourceVersionTooLarge' | 'FieldValueForbidden' | 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueDuplicate' | 'FieldValueNotFound' | 'FieldValueNotSupported'
  message: string
  field: string
}

export interface Status {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: Record<string, never>
  status: 'Failure' | 'Success'
  message?: string
  reason?: string
  details?: { name?: string; group?: string; kind?: string; uid?: string; causes?: Cause[]; retryAfterSeconds?: number }
  code: number
}

/** An answer that is not 2xx, with the body a kube-apiserver sends (recorded from 1.36.2; texts from apimachinery `api/errors`). */
export class ApiError extends Error {
  readonly body: Status
  readonly headers: Record<string, string>
  constructor(code: number, reason: string | undefined, message: string, details?: Status['details'], headers: Record<string, string> = {}) {
    super(message)
    this.name = 'ApiError'
    this.body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, ...(reason && { reason }), ...(details && { details }), code }
    this.headers = headers
  }
}

/** `pods`, `leases.coordination.k8s.io` */
export const qualified = (type: { plural: string; group: string }): string => (type.group ? `${type.plural}.${type.group}` : type.plural)

/** `Pod`, `Lease.coordination.k8s.io` */
export const qualifiedKind = (type: { kind: string; group: string }): string => (type.group ? `${type.kind}.${type.group}` : type.kind)

const detailsOf = (type: { plural: string; group: string }, name: string): Status['details'] => ({ name, ...(type.group && { group: type.group }), kind: type.plural })

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message)
export const unauthorized = (): ApiError => new ApiError(401, 'Unauthorized', 'Unauthorized')
export const noSuchPath = (): ApiError => new ApiError(404, 'NotFound', 'the server could not find the requested resource', {})
export const expired = (message: string): ApiError => new ApiError(410, 'Expired', message)

export const notFound = (type: ResourceType, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${qualified(type)} "${name}" not found`, detailsOf(type, name))

export const alreadyExists = (type: ResourceType, name: string): ApiError =>
  new ApiError(409, 'AlreadyExists', `${qualified(type)} "${name}" already exists`, detailsOf(type, name))

export const conflict = (
  type: ResourceType,
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
): ApiError => new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(type)} "${name}": ${why}`, detailsOf(type, name))

export const forbidden = (resource: { plural: string; group: string }, name: string, why: string): ApiError =>
  new ApiError(403, 'Forbidden', `${qualified(resource)}${name ? ` "${name}"` : ''} is forbidden: ${why}`, detailsOf(resource, name))

/** 422 for `kind "name"`; the message of every cause is `field: message`, several stand in brackets, as `field.ErrorList` prints them. */
export function invalid(type: { kind: string; group: string }, name: string, causes: readonly Cause[]): ApiError {
  const texts = [...new Set(causes.map(cause => `${cause.field}: ${cause.message}`))]
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  const details = { ...(name && { name }), ...(type.group && { group: type.group }), ...(type.kind && { kind: type.kind }), causes: [...causes] }
  return new ApiError(422, 'Invalid', `${qualifiedKind(type)} "${name}" is invalid: ${text}`, details)
}

export const forbiddenField = (field: string, message: string): Cause => ({ reason: 'FieldValueForbidden', message: `Forbidden: ${message}`, field })
export const requiredField = (field: string, message = ''): Cause => ({ reason: 'FieldValueRequired', message: `Required value${message && `: ${message}`}`, field })
export const duplicateField = (field: string, value: string): Cause => ({ reason: 'FieldValueDuplicate', message: `Duplicate value: "${value}"`, field })
export const notFoundField = (field: string, value: string): Cause => ({ reason: 'FieldValueNotFound', message: `Not found: "${value}"`, field })
export const invalidField = (field: string, value: string | number, message: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${typeof value === 'number' ? value : JSON.stringify(value)}: ${message}`,
  field,
})
