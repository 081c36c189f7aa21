/**
 * A hand-written subset of Kubernetes' API: of the kinds we ship, the fields we may use, their types and enum values; what describes them is the API reference (kubernetes.io/docs/reference/kubernetes-api,
 * the page named at each kind). A field that is not here fails: it is wrong, or to be checked and added. No program has compared it with the OpenAPI document, and formats, bounds and rules between fields are not in it.
 */
export type Shape =
  | 'string' | 'boolean' | 'integer' | 'int-or-string' | 'quantity'
  | { readonly enum: readonly string[] }
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly fields: Readonly<Record<string, Shape>>; readonly required?: readonly string[] }

const strings: Shape = { list: 'string' }
const labels: Shape = { map: 'string' }
const enumOf = (...values: string[]): Shape => ({ enum: values })
const object = (fields: Readonly<Record<string, Shape>>, ...required: string[]): Shape => ({ fields, required })

const selector = object({ matchLabels: labels, matchExpressions: { list: object({ key: 'string', operator: enumOf('In', 'NotIn', 'Exists', 'DoesNotExist'), values: strings }, 'key', 'operator') } })
const protocol = enumOf('TCP', 'UDP', 'SCTP')
const amounts: Shape = { map: 'quantity' }
const seccomp = object({ type: enumOf('Localhost', 'RuntimeDefault', 'Unconfined'), localhostProfile: 'string' }, 'type')

// workload-resources/pod-v1
const probe = object({ httpGet: object({ path: 'string', port: 'int-or-string', scheme: enumOf('HTTP', 'HTTPS'), host: 'string' }, 'port'), initialDelaySeconds: 'integer', periodSeconds: 'integer', timeoutSeconds: 'integer', failureThreshold: 'integer', successThreshold: 'integer' })
const container = object({
  name: 'string', image: 'string', imagePullPolicy: enumOf('Always', 'Never', 'IfNotPresent'), command: strings, args: strings, workingDir: 'string',
  env: { list: object({ name: 'string', value: 'string', valueFrom: object({ fieldRef: object({ apiVersion: 'string', fieldPath: 'string' }, 'fieldPath') }) }, 'name') },
  ports: { list: object({ name: 'string', containerPort: 'integer', protocol }, 'containerPort') },
  startupProbe: probe, livenessProbe: probe, readinessProbe: probe,
  resources: object({ requests: amounts, limits: amounts }),
  securityContext: object({ allowPrivilegeEscalation: 'boolean', privileged: 'boolean', readOnlyRootFilesystem: 'boolean', runAsNonRoot: 'boolean', runAsUser: 'integer', runAsGroup: 'integer', capabilities: object({ add: strings, drop: strings }), seccompProfile: seccomp }),
  volumeMounts: { list: object({ name: 'string', mountPath: 'string', subPath: 'string', readOnly: 'boolean' }, 'name', 'mountPath') },
}, 'name')
const podTemplate = object({
  metadata: object({ labels, annotations: labels }),
  spec: object({
    serviceAccountName: 'string', automountServiceAccountToken: 'boolean', terminationGracePeriodSeconds: 'integer', nodeSelector: labels, priorityClassName: 'string', imagePullSecrets: { list: object({ name: 'string' }) },
    securityContext: object({ runAsNonRoot: 'boolean', runAsUser: 'integer', runAsGroup: 'integer', fsGroup: 'integer', fsGroupChangePolicy: enumOf('OnRootMismatch', 'Always'), seccompProfile: seccomp }),
    tolerations: { list: object({ key: 'string', operator: enumOf('Exists', 'Equal'), value: 'string', effect: enumOf('NoSchedule', 'PreferNoSchedule', 'NoExecute'), tolerationSeconds: 'integer' }) },
    containers: { list: container }, initContainers: { list: container },
    volumes: { list: object({ name: 'string', emptyDir: object({ medium: 'string', sizeLimit: 'quantity' }), persistentVolumeClaim: object({ claimName: 'string', readOnly: 'boolean' }, 'claimName'), secret: object({ secretName: 'string', optional: 'boolean', defaultMode: 'integer' }), configMap: object({ name: 'string', optional: 'boolean' }) }, 'name') },
  }, 'containers'),
})

// authorization-resources/cluster-role-v1, role-v1, cluster-role-binding-v1, role-binding-v1
const rule = object({ apiGroups: strings, resources: strings, resourceNames: strings, nonResourceURLs: strings, verbs: strings }, 'verbs')
const role = { rules: { list: rule } }
const binding = { roleRef: object({ apiGroup: enumOf('rbac.authorization.k8s.io'), kind: enumOf('ClusterRole', 'Role'), name: 'string' }, 'apiGroup', 'kind', 'name'), subjects: { list: object({ kind: enumOf('ServiceAccount', 'User', 'Group'), name: 'string', namespace: 'string', apiGroup: 'string' }, 'kind', 'name') } }

// policy-resources/network-policy-v1
const peers: Shape = { list: object({ podSelector: selector, namespaceSelector: selector, ipBlock: object({ cidr: 'string', except: strings }, 'cidr') }) }
const ports: Shape = { list: object({ protocol, port: 'int-or-string', endPort: 'integer' }) }

// policy-resources/validating-admission-policy-v1, validating-admission-policy-binding-v1
const resourceRules: Shape = { list: object({ apiGroups: strings, apiVersions: strings, operations: { list: enumOf('*', 'CREATE', 'UPDATE', 'DELETE', 'CONNECT') }, resources: strings, resourceNames: strings, scope: enumOf('*', 'Cluster', 'Namespaced') }) }
const expressions = (more: Readonly<Record<string, Shape>>, ...required: string[]): Shape => ({ list: object({ expression: 'string', ...more }, 'expression', ...required) })

/** What stands beside apiVersion, kind and metadata, by kind. */
export const kinds: Readonly<Record<string, Shape>> = {
  // cluster-resources/namespace-v1, authentication-resources/service-account-v1, cluster-resources/lease-v1, config-and-storage-resources/config-map-v1
  Namespace: object({}),
  ServiceAccount: object({ automountServiceAccountToken: 'boolean', imagePullSecrets: { list: object({ name: 'string' }) } }),
  Lease: object({ spec: object({ holderIdentity: 'string', leaseDurationSeconds: 'integer', leaseTransitions: 'integer' }) }),
  ConfigMap: object({ data: labels, immutable: 'boolean' }),
  ClusterRole: object({ ...role, aggregationRule: object({ clusterRoleSelectors: { list: selector } }) }),
  Role: object(role),
  ClusterRoleBinding: object(binding, 'roleRef'),
  RoleBinding: object(binding, 'roleRef'),
  // service-resources/service-v1
  Service: object({ spec: object({ type: enumOf('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'), clusterIP: 'string', selector: labels, publishNotReadyAddresses: 'boolean', ports: { list: object({ name: 'string', port: 'integer', targetPort: 'int-or-string', protocol, appProtocol: 'string' }, 'port') } }) }),
  // config-and-storage-resources/persistent-volume-claim-v1
  PersistentVolumeClaim: object({ spec: object({ accessModes: { list: enumOf('ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod') }, storageClassName: 'string', volumeMode: enumOf('Block', 'Filesystem'), resources: object({ requests: amounts, limits: amounts }) }) }),
  // workload-resources/deployment-v1, daemon-set-v1
  Deployment: object({ spec: object({ replicas: 'integer', revisionHistoryLimit: 'integer', progressDeadlineSeconds: 'integer', minReadySeconds: 'integer', selector, strategy: object({ type: enumOf('Recreate', 'RollingUpdate'), rollingUpdate: object({ maxSurge: 'int-or-string', maxUnavailable: 'int-or-string' }) }), template: podTemplate }, 'selector', 'template') }),
  DaemonSet: object({ spec: object({ revisionHistoryLimit: 'integer', minReadySeconds: 'integer', selector, updateStrategy: object({ type: enumOf('RollingUpdate', 'OnDelete'), rollingUpdate: object({ maxSurge: 'int-or-string', maxUnavailable: 'int-or-string' }) }), template: podTemplate }, 'selector', 'template') }),
  NetworkPolicy: object({ spec: object({ podSelector: selector, policyTypes: { list: enumOf('Ingress', 'Egress') }, ingress: { list: object({ from: peers, ports }) }, egress: { list: object({ to: peers, ports }) } }) }),
  ValidatingAdmissionPolicy: object({ spec: object({
    failurePolicy: enumOf('Fail', 'Ignore'), matchConstraints: object({ resourceRules, excludeResourceRules: resourceRules, matchPolicy: enumOf('Exact', 'Equivalent'), namespaceSelector: selector, objectSelector: selector }),
    matchConditions: expressions({ name: 'string' }, 'name'), variables: expressions({ name: 'string' }, 'name'), validations: expressions({ message: 'string', messageExpression: 'string', reason: 'string' }),
  }) }),
  ValidatingAdmissionPolicyBinding: object({ spec: object({ policyName: 'string', validationActions: { list: enumOf('Deny', 'Warn', 'Audit') }, matchResources: object({ resourceRules, namespaceSelector: selector, objectSelector: selector }) }) }),
}

const metadata = object({ name: 'string', namespace: 'string', labels, annotations: labels }, 'name')

/** What is wrong with an object of a kind that is here, each with where it stands; the rest is nobody's. */
export function wrongIn(given: { readonly kind: string }): string[] {
  const shape = kinds[given.kind]
  if (shape === undefined || typeof shape === 'string' || !('fields' in shape)) return [`${given.kind}: no kind of ours`]
  return wrong(given, { fields: { apiVersion: 'string', kind: 'string', metadata, ...shape.fields }, required: ['apiVersion', 'kind', 'metadata', ...(shape.required ?? [])] }, given.kind)
}

function wrong(value: unknown, shape: Shape, at: string): string[] {
  if (typeof shape === 'string') return isPlain(value, shape) ? [] : [`${at}: ${JSON.stringify(value)} is no ${shape}`]
  if ('enum' in shape) return shape.enum.includes(value as string) ? [] : [`${at}: ${JSON.stringify(value)} is none of ${shape.enum.join(', ')}`]
  if ('list' in shape) return Array.isArray(value) ? value.flatMap((item, index) => wrong(item, shape.list, `${at}[${index}]`)) : [`${at}: no list`]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: no object`]
  const entries = Object.entries(value)
  if ('map' in shape) return entries.flatMap(([key, item]) => wrong(item, shape.map, `${at}.${key}`))
  return [
    ...(shape.required ?? []).filter(field => !(field in value)).map(field => `${at}.${field} is missing`),
    ...entries.flatMap(([field, item]) => (Object.hasOwn(shape.fields, field) ? wrong(item, shape.fields[field] as Shape, `${at}.${field}`) : [`${at}.${field}: no such field`])),
  ]
}

function isPlain(value: unknown, type: Extract<Shape, string>): boolean {
  switch (type) {
    case 'integer': return Number.isInteger(value)
    case 'int-or-string': return typeof value === 'string' || Number.isInteger(value)
    // reference/kubernetes-api/common-definitions/quantity
    case 'quantity': return /^\d+(\.\d+)?(m|k|[MGTPE]|[KMGTPE]i)?$/.test(String(value)) && (typeof value === 'string' || typeof value === 'number')
    default: return typeof value === type
  }
}
