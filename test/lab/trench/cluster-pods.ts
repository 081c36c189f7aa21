import { createHash, randomBytes } from 'node:crypto'
import type { Container, ContainerStatus, KubeObject, Pod } from '../apiserver/objects.ts'
import { inTrench } from './cluster-names.ts'
import { recorded } from './cluster-recorded.ts'
import { podIPs, recordedTrench, type Topology } from './topology.ts'

/** A trench's pods, Running and Ready since `at`: those with a place in the lab, and NSP, IPAM and NSE. */
export function clusterPods(topology: Topology, at: string): KubeObject[] {
  return [...placed(topology), ...unplaced(topology)].map(pod => {
    const containers = pod.spec.containers.map(completed)
    const initContainers = pod.spec.initContainers ?? []
    return {
      ...pod,
      spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30, serviceAccountName: 'default', ...pod.spec, containers, volumes: [...(pod.spec.volumes ?? []), ...claims(pod)] },
      status: {
        phase: 'Running', qosClass: 'BestEffort', startTime: at, hostIP: `198.51.100.${pod.spec.nodeName!.at(-1)}`, podIP: pod.status.podIP, podIPs: pod.status['podIPs'],
        conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(type => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: at })),
        ...(initContainers.length > 0 && { initContainerStatuses: initContainers.map(container => statusOf(container, at, true)) }),
        containerStatuses: containers.map(container => statusOf(container, at, false)),
      },
    }
  })
}

/** Recorded pods at the lab's addresses; a pod that was not recorded is like the first of its role. */
function placed(topology: Topology): Pod[] {
  const known = recorded.pods()
  return topology.pods.map(place => {
    const model = recordedTrench.pods.find(({ podName }) => podName === place.podName) ?? recordedTrench.pods.find(({ role }) => role === place.role)!
    const pod = inTrench(known.find(({ metadata }) => metadata.name === model.podName)!, topology)
    const ips = podIPs(place)
    return {
      ...pod, metadata: { ...pod.metadata, name: place.podName, uid: `uid-pod-${place.podName}` }, spec: { ...withFamilies(pod, topology), nodeName: `worker${place.node}` },
      status: { ...pod.status, podIP: ips[0], podIPs: ips.map(ip => ({ ip })) },
    }
  })
}

/** Pods without a place in the lab keep their recorded address; those of a second trench are 40 higher. */
function unplaced(topology: Topology): Pod[] {
  const places = new Set(recordedTrench.pods.map(({ podName }) => podName))
  return recorded.pods().filter(({ metadata }) => !places.has(metadata.name)).map(recordedPod => {
    const pod = inTrench(recordedPod, topology)
    const ip = topology.suffix === '' ? pod.status.podIP! : pod.status.podIP!.replace(/\d+$/, last => String(Number(last) + 40))
    return { ...pod, spec: withFamilies(pod, topology), status: { ...pod.status, podIP: ip, podIPs: [{ ip }] } }
  })
}

/** Proxies and IPAM are told the families of their trench. */
function withFamilies({ spec }: Pod, { families }: Topology): Pod['spec'] {
  if (families.length > 1) return spec
  return { ...spec, containers: spec.containers.map(container => ({ ...container, ...(container.env && { env: container.env.map(one => (/_IP_FAMILY$/.test(one.name) ? { ...one, value: `ip${families[0]}` } : one)) }) })) }
}

/** With the API server's defaults. */
function completed(container: Container): Container {
  return { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', imagePullPolicy: 'IfNotPresent', ...container }
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
