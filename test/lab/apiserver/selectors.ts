import type { KubeObject } from './objects.ts'
import { ApiError, badRequest } from './status.ts'

export type Selects = (object: KubeObject) => boolean

/**
 * Label selectors as kubectl and the API take them: `app=lb,tier!=x,env in (a,b),env notin (c),key,!key`.
 * @throws {ApiError} 400 on what does not parse
 */
export function labelSelector(text: string): Selects {
  const terms = splitTerms(text).map(labelTerm)
  return object => terms.every(matches => matches(object.metadata.labels ?? {}))
}

type Labels = Record<string, string>

function labelTerm(term: string): (labels: Labels) => boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term)
  if (set) {
    const [, key = '', operator, list = ''] = set
    const values = list.split(',').map(value => value.trim())
    return labels => (operator === 'in') === (key in labels && values.includes(labels[key] ?? ''))
  }
  const equality = /^([^\s=!,]+)\s*(==|=|!=)\s*([^\s=!,]*)$/.exec(term)
  if (equality) {
    const [, key = '', operator, value] = equality
    return labels => (operator === '!=') !== (labels[key] === value)
  }
  const existence = /^(!?)\s*([^\s=!,()]+)$/.exec(term)
  if (!existence) throw badRequest(`unable to parse requirement: found '${term}', expected: in, notin, =, ==, !=, gt, lt`)
  const [, not, key = ''] = existence
  return labels => (key in labels) === !not
}

function splitTerms(text: string): string[] {
  return (text.match(/(?:[^,(]|\([^)]*\))+/g) ?? []).map(term => term.trim()).filter(Boolean)
}

const fields: Record<string, (object: KubeObject) => unknown> = {
  'metadata.name': object => object.metadata.name,
  'metadata.namespace': object => object.metadata.namespace,
  'spec.nodeName': object => (object['spec'] as { nodeName?: string } | undefined)?.nodeName,
  'status.phase': object => (object['status'] as { phase?: string } | undefined)?.phase,
  'involvedObject.name': object => (object['involvedObject'] as { name?: string } | undefined)?.name,
  'involvedObject.uid': object => (object['involvedObject'] as { uid?: string } | undefined)?.uid,
  type: object => object['type'],
  reason: object => object['reason'],
}

/** Field selectors over the fields the API server indexes. @throws {ApiError} 400 for another field */
export function fieldSelector(text: string): Selects {
  const terms = text.split(',').filter(Boolean).map(term => {
    const [, field = '', operator, value] = /^\s*([^=!\s]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(term) ?? []
    const read = fields[field]
    if (!operator) throw new ApiError(400, 'BadRequest', `invalid selector: '${text}'; can't understand '${term}'`)
    if (!read) throw new ApiError(400, 'BadRequest', `field label not supported: ${field}`)
    return (object: KubeObject) => (operator === '!=') !== (String(read(object) ?? '') === value)
  })
  return object => terms.every(matches => matches(object))
}

/** The name a selector pins, if it is just `metadata.name=x`: RBAC then judges that name (apiserver `requestinfo.go`). */
export function pinnedName(text: string): string | undefined {
  return /(?:^|,)metadata\.name==?([^,]+)(?:,|$)/.exec(text)?.[1]
}
