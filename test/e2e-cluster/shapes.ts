import type { KubeObject, Pod } from '../lab/apiserver/objects.ts'
import { trenchCluster } from '../lab/trench/cluster.ts'

export interface ShapeOptions {
  readonly namespace: string
  /** runs in every container; nothing of Meridio is needed */
  readonly image: string
  readonly command: readonly string[]
}

/**
 * Pods that look like a trench's to whoever reads their specs: one load balancer, one proxy, one target, made of the recorded trench. Containers, their environment and emptyDir volumes are kept;
 * what runs in them only waits, and nothing of the node is mounted.
 */
export function trenchShapes({ namespace, image, command }: ShapeOptions): readonly KubeObject[] {
  const recorded = trenchCluster().pods as readonly Pod[]
  const having = (variable: string) => recorded.find(pod => pod.spec.containers.some(({ env = [] }) => env.some(({ name }) => name === variable))) as Pod
  return [['lb', 'NFE_TRENCH_NAME'], ['proxy', 'NSM_IPAM_SERVICE'], ['target', 'MERIDIO_NSM_SOCKET']].map(([name = '', variable = '']) => shaped(having(variable), name, { namespace, image, command }))
}

function shaped(pod: Pod, name: string, { namespace, image, command }: ShapeOptions): KubeObject {
  const volumes = (pod.spec.volumes ?? []).filter(volume => 'emptyDir' in volume).map(volume => ({ name: volume.name, emptyDir: {} }))
  const lent = new Set(volumes.map(volume => volume.name))
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name, namespace, labels: { app: name, 'trenchscope.io/e2e': 'true' } },
    spec: {
      terminationGracePeriodSeconds: 1, automountServiceAccountToken: false, volumes,
      containers: pod.spec.containers.map(container => ({
        name: container.name, image, command, imagePullPolicy: 'IfNotPresent',
        env: (container.env ?? []).filter(({ value }) => value !== undefined).map(({ name: variable, value = '' }) => ({ name: variable, value: inNamespace(variable, value, namespace) })),
        volumeMounts: (container.volumeMounts ?? []).filter(mount => lent.has(mount.name)).map(({ name: volume, mountPath }) => ({ name: volume, mountPath })),
      })),
    },
  }
}

/** The recorded trench lives in namespace red, and is called red: only what names the namespace is changed. */
function inNamespace(variable: string, value: string, namespace: string): string {
  if (/NAMESPACE$/.test(variable)) return namespace
  return value.replace(/\.red\.red(?=$|[/ ])/g, `.red.${namespace}`)
}
