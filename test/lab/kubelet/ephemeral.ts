import type { Container, Pod } from '../apiserver/objects.ts'
import { bindsOf, type Image, type Images } from './images.ts'
import type { Waiting } from './pod-status.ts'
import type { RegularContainers } from './regular.ts'
import type { Runtime } from './runtime.ts'
import { launchRefusal, type Launch, type Sandbox } from './spawn.ts'

export interface EphemeralStart {
  pod: Pod
  container: Container
  regular: RegularContainers
  runtime: Runtime
  images: Images
  sandbox: Sandbox
  hostIP: string
  signal: AbortSignal
}

/**
 * Starts one ephemeral container, in the order of the kubelet's steps: image, configuration, creation, start.
 * @returns undefined when the runtime has it now, else why it waits and when to look again
 */
export async function startEphemeral(start: EphemeralStart): Promise<(Waiting & { retryInMs?: number }) | undefined> {
  const { pod, container, images, regular, runtime, signal } = start
  const pull = await images.ensure(container.image ?? '', container.imagePullPolicy, signal)
  if ('waiting' in pull) return { reason: pull.waiting, message: pull.message, ...(pull.retryInMs !== undefined && { retryInMs: pull.retryInMs }) }
  const { name, targetContainerName: target } = container
  const { uid = '', name: podName, namespace } = pod.metadata
  if (runsAsRootAgainstWill(pod, container)) return { reason: 'CreateContainerConfigError', message: `container has runAsNonRoot and image will run as root (pod: "${podName}_${namespace}(${uid})", container: ${name})` }
  if (target && !regular.isRunning(target)) {
    return { reason: 'CreateContainerError', message: `failed to generate container spec: failed to generate spec: invalid target container: container "${regular.idOf(target)}" is not running - in state CONTAINER_EXITED` }
  }
  const what = launchOf(start, pull.image, target ? regular.pidOf(target) : undefined)
  const refusal = launchRefusal(what)
  if (refusal) runtime.refuse(uid, name, refusal)
  else await runtime.start(uid, name, what, target)
  return undefined
}

function runsAsRootAgainstWill(pod: Pod, { securityContext }: Container): boolean {
  const nonRoot = securityContext?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot
  return nonRoot === true && !userOf(pod, securityContext)
}

const userOf = (pod: Pod, securityContext: Container['securityContext']): number | undefined => securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser

function launchOf({ pod, container, sandbox, hostIP }: EphemeralStart, image: Image, targetPid: number | undefined): Omit<Launch, 'scratch'> {
  const { securityContext } = container
  const uid = userOf(pod, securityContext)
  const command = (container['command'] as string[] | undefined) ?? image.entrypoint
  const given = Object.fromEntries((container.env ?? []).map(({ name, value = '', valueFrom }) => [name, valueFrom?.fieldRef ? fieldOf(pod, hostIP, valueFrom.fieldRef.fieldPath) : value]))
  return {
    sandbox,
    hostname: pod.metadata.name,
    argv: [...command, ...((container['args'] as string[] | undefined) ?? [])],
    env: { ...image.env, ...given },
    mounts: (container.volumeMounts ?? []).flatMap(({ name, mountPath, readOnly = false }) => {
      const source = sandbox.volumes?.[name]
      return source === undefined ? [] : [{ path: mountPath, source, readOnly }]
    }),
    binds: bindsOf(image, sandbox.rootfs ?? '/'),
    ...(targetPid && { targetPid }),
    ...(uid && { uid }),
    capabilities: securityContext?.privileged ? 'all' : (securityContext?.capabilities?.add ?? []),
  }
}

function fieldOf(pod: Pod, hostIP: string, path: string): string {
  const { name, namespace = '', uid = '' } = pod.metadata
  const fields: Record<string, string | undefined> = {
    'metadata.name': name, 'metadata.namespace': namespace, 'metadata.uid': uid, 'spec.nodeName': pod.spec.nodeName, 'status.podIP': pod.status.podIP, 'status.hostIP': hostIP,
  }
  return fields[path] ?? ''
}
