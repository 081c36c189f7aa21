import type { Trench } from '#judge/subject.ts'
import type { Backend, Selection } from './backend.ts'
import { Problem } from './problems.ts'
import type { Readable } from './redact.ts'

/** The one trench that is meant, of those in namespaces the caller may read (undefined: all). @throws {Problem} when none is, or several are */
export function theTrench(backend: Pick<Backend, 'trenches'>, { namespace, trench }: Selection, readable: Readable): Trench {
  const meant = backend.trenches({ ...(namespace !== undefined && { namespace }), ...(trench !== undefined && { trench }) })
  const [found, ...others] = meant.filter(known => readable?.includes(known.namespace) ?? true)
  if (!found) throw new Problem('trench-not-found', `no trench${trench ? ` ${trench}` : ''}${namespace ? ` in namespace ${namespace}` : ''} is known`)
  if (others.length > 0) throw new Problem('invalid-request', `several trenches match, one is needed: ${[found, ...others].map(one => `${one.namespace}/${one.name}`).join(', ')}`)
  return found
}
