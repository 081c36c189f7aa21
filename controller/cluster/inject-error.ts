import type { Standing } from './adopt.ts'
import { KubeError } from './errors.ts'

/** Why there is no probe in a pod, and what mends it. `aborted` and `start-timeout` may go away by themselves; the rest need somebody. */
const mends = {
  'pod-unknown': 'Look whether the pod exists and its namespace may be read.',
  'pod-gone': 'The pod was deleted; the next sweep sees its successor.',
  'pod-replaced': 'Another pod has this name now; the next sweep sees it.',
  'not-running': 'A probe starts only in a pod whose phase is Running.',
  terminating: 'The pod is on its way out; the next sweep sees its successor.',
  'node-not-ready': 'The kubelet of that node does not answer: look at the node first.',
  'mirror-pod': 'Static pods take no ephemeral containers; run the commands on the node.',
  windows: 'There is no probe for Windows.',
  'not-allowed': 'Label the namespace trenchscope.io/allow=true to let probes in.',
  'memory-thin': 'Raise the memory limits of the pod, or sweep it without a probe.',
  'too-many-probes': 'Ephemeral containers cannot be removed: delete the pod so that its successor starts clean.',
  forbidden: 'Bind the controller\'s service account to the ClusterRole that may patch pods/ephemeralcontainers in that namespace.',
  'pod-security': 'Label the namespace pod-security.kubernetes.io/enforce=privileged, or exempt the controller\'s service account.',
  policy: 'An admission policy of the cluster refuses the probe; it must let our image and security context pass.',
  'policy-unreachable': 'An admission webhook of the cluster does not answer: mend it, or let it be passed over (failurePolicy: Ignore).',
  unsupported: 'The API server has no pods/ephemeralcontainers: Kubernetes 1.25 or newer is needed.',
  invalid: 'The API server takes the probe\'s container for wrong; this is our bug, please report it.',
  'race-lost': 'Another controller adds containers to this pod; run one controller per cluster.',
  'api-unreachable': 'Look at the API server and the way to it.',
  'image-missing': 'The node does not have the probe\'s image: look at the DaemonSet that pre-pulls it, or inject with IfNotPresent.',
  'image-pull': 'The node cannot pull the probe\'s image: look at the registry, the pull secret and the image\'s name.',
  'create-failed': 'The container runtime could not create the probe\'s container: look at the kubelet\'s and the runtime\'s log.',
  'config-failed': 'The kubelet refuses the container\'s configuration: look at the pod\'s security context.',
  'run-failed': 'The container runtime could not start the probe: look at the image\'s entrypoint and architecture.',
  ended: 'The probe ended at once: read its log with kubectl logs -c.',
  'start-timeout': 'Look at the kubelet of the node: it starts one container after the other, and a hanging pull holds up the rest.',
  'kill-switch': 'Delete that ConfigMap to let probes in again.',
  'lease-lost': 'Another controller works in its place; this one ends.',
  aborted: '',
} as const
export type InjectErrorCode = keyof typeof mends
export const injectErrorCodes = Object.keys(mends) as readonly InjectErrorCode[]

/** `message` is what was tried, what came back in the cluster's own words, and how to mend it. */
export class InjectError extends Error {
  readonly code: InjectErrorCode
  /** `namespace/name` */
  readonly pod: string
  /** the cluster's own words */
  readonly words: string

  constructor(code: InjectErrorCode, pod: string, words: string, options?: ErrorOptions) {
    super([`no probe in ${pod}: ${words.replace(/\.$/, '')}`, mends[code]].filter(Boolean).join('. '), options)
    this.name = 'InjectError'
    this.code = code
    this.pod = pod
    this.words = words
  }
}

/** What a refused PATCH of `pods/ephemeralcontainers` means (texts recorded from kube-apiserver 1.36, knowledge: kubernetes.md §1). */
export function refusalOf(error: KubeError, pod: string): InjectError {
  return new InjectError(codeOf(error), pod, error.message.split('\n@@')[0] ?? error.message, { cause: error })
}

/** Another writer took the container's name first. */
export function isNameTaken(error: unknown, container: string): boolean {
  return error instanceof KubeError && error.status === 422 && error.message.includes(`existing ephemeral containers "${container}" may not be changed`)
}

function codeOf({ code, message, details, status }: KubeError): InjectErrorCode {
  if (/violates PodSecurity/.test(message)) return 'pod-security'
  if (/ValidatingAdmissionPolicy|admission webhook/.test(message)) return 'policy'
  if (/failed calling webhook/.test(message)) return 'policy-unreachable'
  if (/metadata\.uid: .*field is immutable/.test(message)) return 'pod-replaced'
  if (/static pods do not support/.test(message)) return 'mirror-pod'
  if (code === 'forbidden' || code === 'unauthorized') return 'forbidden'
  if (code === 'not-found') return details.name === undefined ? 'unsupported' : 'pod-gone'
  if (code === 'aborted') return 'aborted'
  if (code === 'conflict') return 'race-lost'
  return status === 0 || status >= 500 || status === 429 ? 'api-unreachable' : 'invalid'
}

/** Why what the pod has had allows no other probe. */
export function refusalOfStanding(standing: Extract<Standing, { kind: 'no-image' | 'full' }>, pod: string): InjectError {
  if (standing.kind === 'full') return new InjectError('too-many-probes', pod, `it has ${standing.count} ephemeral containers`)
  return new InjectError('image-missing', pod, `${standing.entry.name} still waits for its image: ${standing.words}`)
}
