import { type Container, type Pod, sameJson } from './objects.ts'
import { type Cause, duplicateField, forbiddenField, invalidField, notFoundField, requiredField } from './status.ts'
import { unifiedDiff } from './unified-diff.ts'

const allowed = new Set(['name', 'image', 'command', 'args', 'workingDir', 'envFrom', 'env', 'volumeMounts', 'volumeDevices', 'terminationMessagePath', 'terminationMessagePolicy',
  'imagePullPolicy', 'securityContext', 'stdin', 'stdinOnce', 'tty', 'targetContainerName'])
/** Fields of a Container that an ephemeral container has too, but that must be empty; in the order the server checks them. */
const notAllowed = ['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle', 'resources', 'resizePolicy', 'restartPolicy', 'restartPolicyRules']

/** Paths of fields an EphemeralContainer does not have. */
export function unknownFields(containers: readonly Container[]): string[] {
  return containers.flatMap((container, index) =>
    Object.keys(container).filter(field => !allowed.has(field) && !notAllowed.includes(field)).map(field => `spec.ephemeralContainers[${index}].${field}`))
}

/** What the server fills in (`defaults.go`), without fields it does not know. */
export function defaultsOf(container: Container): Container {
  const known = Object.fromEntries(Object.entries(container).filter(([field]) => allowed.has(field) || notAllowed.includes(field))) as unknown as Container
  const env = known.env?.map(({ name, value, valueFrom }) => ({ name, ...(value && { value }), ...(valueFrom && { valueFrom }) }))
  return {
    ...known,
    ...(env && { env }),
    resources: known['resources'] ?? {},
    terminationMessagePath: known['terminationMessagePath'] ?? '/dev/termination-log',
    terminationMessagePolicy: known['terminationMessagePolicy'] ?? 'File',
    imagePullPolicy: known.imagePullPolicy ?? (/(:latest|\/[^:@]+|^[^:@]+)$/.test(known.image ?? '') ? 'Always' : 'IfNotPresent'),
  }
}

/** Everything wrong with a pod's new list of ephemeral containers, in the order and words of `validation.go`. */
export function ephemeralCauses(pod: Pod, containers: readonly Container[]): Cause[] {
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror']) return [forbiddenField('[]', 'static pods do not support ephemeral containers')]
  const taken = new Set([...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(container => container.name))
  return [...containers.flatMap((container, index) => containerCauses(pod, container, `spec.ephemeralContainers[${index}]`, taken)), ...historyCauses(pod, containers)]
}

function containerCauses(pod: Pod, container: Container, at: string, taken: Set<string>): Cause[] {
  const causes: Cause[] = []
  const { name = '', targetContainerName } = container
  if (!name) causes.push(requiredField(`${at}.name`))
  else if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) causes.push(invalidField(`${at}.name`, name, "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"))
  else if (taken.has(name)) causes.push(duplicateField(`${at}.name`, name))
  taken.add(name)
  if (!container.image) causes.push(requiredField(`${at}.image`))
  causes.push(...mountCauses(pod, container, at))
  if (targetContainerName && !pod.spec.containers.some(each => each.name === targetContainerName)) causes.push(notFoundField(`${at}.targetContainerName`, targetContainerName))
  const set = notAllowed.filter(field => container[field] !== undefined && !sameJson(container[field], {}) && !sameJson(container[field], []))
  return [...causes, ...set.map(field => forbiddenField(`${at}.${field}`, 'cannot be set for an Ephemeral Container'))]
}

function mountCauses(pod: Pod, { volumeMounts = [] }: Container, at: string): Cause[] {
  const volumes = new Set(pod.spec.volumes?.map(volume => volume.name))
  return volumeMounts.flatMap((mount, index) => [
    ...(volumes.has(mount.name) ? [] : [notFoundField(`${at}.volumeMounts[${index}].name`, mount.name)]),
    ...(['subPath', 'subPathExpr'] as const).filter(field => mount[field]).map(field => forbiddenField(`${at}.volumeMounts[${index}].${field}`, 'cannot be set for an Ephemeral Container')),
  ])
}

/** Once there, an entry may neither change nor go. */
function historyCauses(pod: Pod, containers: readonly Container[]): Cause[] {
  const next = new Map(containers.map(container => [container.name, container]))
  return (pod.spec.ephemeralContainers ?? []).flatMap(old => {
    const now = next.get(old.name)
    if (!now) return [forbiddenField('spec.ephemeralContainers', `existing ephemeral containers "${old.name}" may not be removed\n`)]
    if (sameJson(old, now)) return []
    return [forbiddenField('spec.ephemeralContainers', `existing ephemeral containers "${old.name}" may not be changed\n${unifiedDiff(old, now)}`)]
  })
}
