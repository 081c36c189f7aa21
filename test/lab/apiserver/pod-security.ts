import type { Container, Pod } from './objects.ts'

/** Capabilities a container may add under `baseline` (pod-security-admission, check_capabilities_baseline.go). */
const baselineCapabilities = new Set(['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'])

type Check = (pod: Pod, containers: readonly Container[]) => string | undefined

/**
 * Why PodSecurity refuses the pod in a namespace with these labels, in its own words; undefined when it does not. The whole pod is judged again,
 * its old containers too, in the order init, regular, ephemeral. Checks run in the order of their ids, as in pod-security-admission.
 */
export function podSecurityRefusal(namespaceLabels: Record<string, string>, pod: Pod): string | undefined {
  const level = namespaceLabels['pod-security.kubernetes.io/enforce'] ?? 'privileged'
  const version = namespaceLabels['pod-security.kubernetes.io/enforce-version'] ?? 'latest'
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers, ...(pod.spec.ephemeralContainers ?? [])]
  const checks: Check[] = level === 'privileged' ? [] : level === 'baseline' ? [capabilitiesBaseline, ...baseline] : [...baseline, ...restricted]
  const reasons = checks.flatMap(check => check(pod, containers) ?? [])
  return reasons.length === 0 ? undefined : `violates PodSecurity "${level}:${version}": ${reasons.join(', ')}`
}

const capabilitiesBaseline: Check = (_pod, containers) => {
  const beyond = (container: Container) => (container.securityContext?.capabilities?.add ?? []).filter(capability => !baselineCapabilities.has(capability))
  const bad = containers.filter(container => beyond(container).length > 0)
  const added = [...new Set(bad.flatMap(beyond))].sort()
  return bad.length === 0 ? undefined : `non-default capabilities (${named(bad)} must not include ${added.map(quoted).join(', ')} in securityContext.capabilities.add)`
}

const baseline: Check[] = [
  pod => {
    const shared = ['hostNetwork', 'hostPID', 'hostIPC'].filter(field => pod.spec[field] === true)
    return shared.length === 0 ? undefined : `host namespaces (${shared.map(field => `${field}=true`).join(', ')})`
  },
  pod => {
    const volumes = (pod.spec.volumes ?? []).filter(volume => volume.hostPath).map(volume => quoted(volume.name))
    return volumes.length === 0 ? undefined : `hostPath volumes (${volumes.length === 1 ? 'volume' : 'volumes'} ${volumes.join(', ')})`
  },
  (_pod, containers) => {
    const bad = containers.filter(container => container.securityContext?.privileged)
    return bad.length === 0 ? undefined : `privileged (${named(bad)} must not set securityContext.privileged=true)`
  },
]

const restricted: Check[] = [
  (_pod, containers) => {
    const bad = containers.filter(container => container.securityContext?.allowPrivilegeEscalation !== false)
    return bad.length === 0 ? undefined : `allowPrivilegeEscalation != false (${named(bad)} must set securityContext.allowPrivilegeEscalation=false)`
  },
  (_pod, containers) => {
    const undropped = containers.filter(container => !container.securityContext?.capabilities?.drop?.includes('ALL'))
    const added = containers.filter(container => container.securityContext?.capabilities?.add?.some(capability => capability !== 'NET_BIND_SERVICE'))
    const extra = [...new Set(added.flatMap(container => container.securityContext?.capabilities?.add ?? []))].sort().map(quoted).join(', ')
    const parts = [
      ...(undropped.length === 0 ? [] : [`${named(undropped)} must set securityContext.capabilities.drop=["ALL"]`]),
      ...(added.length === 0 ? [] : [`${named(added)} must not include ${extra} in securityContext.capabilities.add`]),
    ]
    return parts.length === 0 ? undefined : `unrestricted capabilities (${parts.join('; ')})`
  },
  (pod, containers) => {
    const bad = containers.filter(container => (container.securityContext?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot) !== true)
    return bad.length === 0 ? undefined : `runAsNonRoot != true (pod or ${named(bad)} must set securityContext.runAsNonRoot=true)`
  },
  (pod, containers) => {
    const bad = containers.filter(container => !['RuntimeDefault', 'Localhost'].includes((container.securityContext?.seccompProfile ?? pod.spec.securityContext?.seccompProfile)?.type ?? ''))
    return bad.length === 0 ? undefined : `seccompProfile (pod or ${named(bad)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`
  },
]

const quoted = (text: string): string => JSON.stringify(text)

function named(containers: readonly Container[]): string {
  return `${containers.length === 1 ? 'container' : 'containers'} ${containers.map(container => quoted(container.name)).join(', ')}`
}
