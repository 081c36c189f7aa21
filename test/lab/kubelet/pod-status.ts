import type { ContainerState, ContainerStatus, Pod, PodStatus } from '../apiserver/objects.ts'
import { imageId } from './images.ts'
import type { RuntimeContainer } from './runtime.ts'

export interface Waiting { reason: string; message?: string }

export interface StatusParts {
  pod: Pod
  regular: ContainerStatus[]
  /** what the runtime knows, by container name */
  ephemeral: ReadonlyMap<string, RuntimeContainer>
  waiting: ReadonlyMap<string, Waiting>
  podIP?: string
  hostIP: string
  timestamp: (ms?: number) => string
}

/** The status a kubelet writes of a pod. Ephemeral containers never touch phase or readiness. */
export function podStatus({ pod, regular, ephemeral, waiting, podIP, hostIP, timestamp }: StatusParts): PodStatus {
  const ready = regular.every(status => status.ready)
  const unready = regular.filter(status => !status.ready).map(status => status.name)
  const condition = (type: string, holds: boolean) => {
    const old = pod.status?.conditions?.find(each => each.type === type)
    const status = holds ? 'True' : 'False'
    const why = holds ? {} : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` }
    return { type, status, lastProbeTime: null, lastTransitionTime: old?.status === status ? old['lastTransitionTime'] : timestamp(), ...why }
  }
  const inits = pod.spec.initContainers?.map(container => initStatus(container.name, container.image ?? '', pod, timestamp()))
  const ephemerals = pod.spec.ephemeralContainers?.map(({ name, image = '' }) => ephemeralStatus(name, image, ephemeral.get(name), waiting.get(name), timestamp))
  return {
    phase: 'Running',
    conditions: [condition('PodReadyToStartContainers', true), condition('Initialized', true), condition('Ready', ready), condition('ContainersReady', ready), condition('PodScheduled', true)],
    hostIP, hostIPs: [{ ip: hostIP }],
    ...(podIP && { podIP, podIPs: [{ ip: podIP }] }),
    startTime: pod.status?.['startTime'] ?? timestamp(),
    ...(inits && { initContainerStatuses: inits }),
    containerStatuses: regular,
    ...(ephemerals && { ephemeralContainerStatuses: ephemerals }),
    qosClass: pod.status?.['qosClass'] ?? 'BestEffort',
  }
}

function initStatus(name: string, image: string, pod: Pod, now: string): ContainerStatus {
  const known = pod.status?.initContainerStatuses?.find(status => status.name === name)
  return known ?? { name, state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now } }, lastState: {}, ready: true, started: false, restartCount: 0, image, imageID: imageId(image) }
}

function ephemeralStatus(name: string, image: string, container: RuntimeContainer | undefined, waiting: Waiting | undefined, timestamp: (ms?: number) => string): ContainerStatus {
  const created = container && container.startError === undefined
  return {
    name, state: stateOf(container, waiting, timestamp), lastState: {}, ready: false, restartCount: 0, image,
    imageID: created ? imageId(image) : '', ...(container && { containerID: `containerd://${container.id}` }),
  }
}

function stateOf(container: RuntimeContainer | undefined, waiting: Waiting | undefined, timestamp: (ms?: number) => string): ContainerState {
  if (!container || container.state === 'created') {
    return { waiting: container?.startError ? { reason: 'RunContainerError', message: container.startError } : (waiting ?? { reason: 'ContainerCreating' }) }
  }
  const { startedAt, finishedAt, exitCode = 0, reason, id } = container
  if (container.state === 'running') return { running: { startedAt: timestamp(startedAt) } }
  return {
    terminated: { exitCode, reason: reason ?? (exitCode === 0 ? 'Completed' : 'Error'), startedAt: timestamp(startedAt ?? 0), finishedAt: timestamp(finishedAt), containerID: `containerd://${id}` },
  }
}
