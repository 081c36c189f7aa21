import { apiVersionOf, type Resources } from './resources.ts'
import { reviewKinds } from './reviews.ts'

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']
const subresourceVerbs: Record<string, { kind: string; verbs: string[] }> = {
  log: { kind: 'Pod', verbs: ['get'] },
  ephemeralcontainers: { kind: 'Pod', verbs: ['get', 'patch', 'update'] },
}

/** What discovery and the health paths answer; undefined for a path that is none of these. Enough for kubectl and client libraries. */
export function discover(resources: Resources, path: string): object | string | undefined {
  const [root, group, version, ...rest] = path.split('/').filter(Boolean)
  if (rest.length > 0) return undefined
  if (root === 'version') return versionInfo
  if (['healthz', 'livez', 'readyz'].includes(root ?? '') && !group) return 'ok'
  if (root === 'api' && !group) return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
  if (root === 'api' && group === 'v1' && !version) return resourceList(resources, '', 'v1')
  if (root !== 'apis') return undefined
  const groups = groupList(resources)
  if (!group) return { kind: 'APIGroupList', apiVersion: 'v1', groups }
  const found = groups.find(each => each.name === group)
  if (!version) return found && { kind: 'APIGroup', apiVersion: 'v1', ...found }
  return found?.versions.some(each => each.version === version) ? resourceList(resources, group, version) : undefined
}

const versionInfo = {
  major: '1', minor: '36', gitVersion: 'v1.36.2', gitCommit: '', gitTreeState: 'clean', buildDate: '2026-06-01T00:00:00Z', goVersion: 'go1.26.0', compiler: 'gc', platform: 'linux/amd64',
}

function groupList(resources: Resources) {
  const pairs = [...resources.all.map(({ group, version }) => ({ group, version })), ...Object.values(reviewKinds).map(({ group }) => ({ group, version: 'v1' }))]
  return [...new Set(pairs.map(pair => pair.group))].filter(Boolean).map(name => {
    const versions = [...new Set(pairs.filter(pair => pair.group === name).map(pair => pair.version))].map(version => ({ groupVersion: `${name}/${version}`, version }))
    return { name, versions, preferredVersion: versions[0] }
  })
}

function resourceList(resources: Resources, group: string, version: string): object {
  const stored = resources.all.filter(type => type.group === group && type.version === version).flatMap(type => [
    { name: type.plural, singularName: type.singular, namespaced: type.namespaced, kind: type.kind, verbs, ...(type.shortNames && { shortNames: type.shortNames }) },
    ...type.subresources.map(sub => ({ name: `${type.plural}/${sub}`, singularName: '', namespaced: type.namespaced, kind: type.kind, verbs: ['get', 'patch', 'update'], ...subresourceVerbs[sub] })),
  ])
  const reviews = Object.entries(reviewKinds).filter(([, review]) => review.group === group).map(([name, { kind }]) => ({ name, singularName: kind.toLowerCase(), namespaced: false, kind, verbs: ['create'] }))
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersionOf({ group, version }), resources: [...stored, ...reviews] }
}
