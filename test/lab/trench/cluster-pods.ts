import { createHash, randomBytes } from 'node:crypto'
import type { Container, ContainerStatus, KubeObject, Pod } from '../apiserver/objects.ts'
import { recorded } from './cluster-recorded.ts'
import { podIPs, pods } from './topology.ts'

/** The trench's eleven pods, Running and Ready since `at`. Those without a place in the lab (NSP, IPAM, NSE) keep their recorded address. */
export function clusterPods(at: string): KubeObject[] {
  return recorded.pods().map(pod => {
    const containers = pod.spec.containers.map(completed)
    const initContainers = pod.spec.initContainers ?? []
    return {
      ...pod,
      spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30, serviceAccountName: 'default', ...pod.spec, containers, volumes: [...(pod.spec.volumes ?? []), ...claims(pod)] },
      status: {
        phase: 'Running', qosClass: 'BestEffort', startTime: at, ...addresses(pod),
        conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(type => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: at })),
        ...(initContainers.length > 0 && { initContainerStatuses: initContainers.map(container => statusOf(container, at, true)) }),
        containerStatuses: containers.map(container => statusOf(container, at, false)),
      },
    }
  })
}

/** With the API server's defaults. */
function completed(container: Container): Container {
  return { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', imagePullPolicy: 'IfNotPresent', ...container }
}

function addresses(pod: Pod): { hostIP: string; podIP: string; podIPs: { ip: string }[] } {
  const place = pods.find(({ podName }) => podName === pod.metadata.name)
  const ips = place ? podIPs(place) : [pod.status.podIP!]
  return { hostIP: `198.51.100.${pod.spec.nodeName!.at(-1)}`, podIP: ips[0]!, podIPs: ips.map(ip => ({ ip })) }
}

/** Volume claims of the StatefulSets: the recording has their mounts only. */
function claims(pod: Pod): { name: string; persistentVolumeClaim: { claimName: string } }[] {
  const named = new Set(pod.spec.volumes?.map(({ name }) => name))
  const missing = pod.spec.containers.flatMap(({ volumeMounts = [] }) => volumeMounts).map(({ name }) => name).filter(name => !named.has(name))
  return [...new Set(missing)].map(name => ({ name, persistentVolumeClaim: { claimName: `${name}-${pod.metadata.name}` } }))
}

function statusOf({ name, image = '' }: Container, at: string, ended: boolean): ContainerStatus {
  const containerID = `containerd://${randomBytes(32).toString('hex')}`
  return {
    name, image, imageID: `sha256:${createHash('sha256').update(image).digest('hex')}`, containerID, ready: true, restartCount: 0, started: !ended, lastState: {},
    state: ended ? { terminated: { exitCode: 0, reason: 'Completed', startedAt: at, finishedAt: at, containerID } } : { running: { startedAt: at } },
  }
}
