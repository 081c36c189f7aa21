import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as client from '@kubernetes/client-node'

/** `name`: as the declaration has it, where `baseName` is a word of the language */
interface Field { readonly name: string; readonly baseName: string; readonly type: string; readonly format: string }

/** Models of the API as @kubernetes/client-node has them, made by a generator of Kubernetes' own OpenAPI document (release named in each file): fields, types and formats in the classes, which are required in the declarations. */
const models = client as unknown as Readonly<Record<string, { getAttributeTypeMap(): readonly Field[] } | undefined>>
const declarations = join(dirname(fileURLToPath(import.meta.resolve('@kubernetes/client-node'))), 'gen/models')

/** What the document says in prose alone: values of a field (kubernetes.io/docs/reference/kubernetes-api names them), written by hand. */
const values: Readonly<Record<string, readonly string[]>> = {
  'V1Container.imagePullPolicy': ['Always', 'Never', 'IfNotPresent'],
  'V1EphemeralContainer.imagePullPolicy': ['Always', 'Never', 'IfNotPresent'],
  'V1SeccompProfile.type': ['Localhost', 'RuntimeDefault', 'Unconfined'],
  'V1PodSecurityContext.fsGroupChangePolicy': ['OnRootMismatch', 'Always'],
  'V1Toleration.operator': ['Exists', 'Equal', 'Lt', 'Gt'],
  'V1Toleration.effect': ['NoSchedule', 'PreferNoSchedule', 'NoExecute'],
  'V1DeploymentStrategy.type': ['Recreate', 'RollingUpdate'],
  'V1DaemonSetUpdateStrategy.type': ['RollingUpdate', 'OnDelete'],
  'V1ServiceSpec.type': ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'],
  'V1ServicePort.protocol': ['TCP', 'UDP', 'SCTP'],
  'V1ContainerPort.protocol': ['TCP', 'UDP', 'SCTP'],
  'V1NetworkPolicyPort.protocol': ['TCP', 'UDP', 'SCTP'],
  'V1NetworkPolicySpec.policyTypes': ['Ingress', 'Egress'],
  'V1PersistentVolumeClaimSpec.accessModes': ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'],
  'V1LabelSelectorRequirement.operator': ['In', 'NotIn', 'Exists', 'DoesNotExist'],
  'V1RoleRef.kind': ['ClusterRole', 'Role'],
  'RbacV1Subject.kind': ['ServiceAccount', 'User', 'Group'],
  'V1ValidatingAdmissionPolicySpec.failurePolicy': ['Fail', 'Ignore'],
  'V1ValidatingAdmissionPolicyBindingSpec.validationActions': ['Deny', 'Warn', 'Audit'],
  'V1NamedRuleWithOperations.operations': ['*', 'CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
}
/** Amounts are strings to the document. */
const quantities = new Set(['V1ResourceRequirements.requests', 'V1ResourceRequirements.limits', 'V1VolumeResourceRequirements.requests', 'V1VolumeResourceRequirements.limits', 'V1EmptyDirVolumeSource.sizeLimit'])
const quantity = /^\d+(\.\d+)?(m|k|[MGTPE]|[KMGTPE]i)?$/

/** What is wrong with an object, each with where it stands: a field nobody knows, a value of another type, a required one that is missing. */
export function wrongIn(given: { readonly kind: string }): string[] {
  const model = models[`V1${given.kind}`] ? `V1${given.kind}` : `CoreV1${given.kind}`
  return models[model] ? wrongFields(given, model, given.kind) : [`${given.kind}: no kind of Kubernetes`]
}

/** @param model a class of the client: `V1EphemeralContainer` */
export function wrongFields(value: unknown, model: string, at: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: no object`]
  const fields = new Map((models[model]?.getAttributeTypeMap() ?? []).map(field => [field.baseName, field]))
  return [
    ...requiredOf(model).filter(name => !(name in value)).map(name => `${at}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, item]) => {
      const field = fields.get(name)
      return field ? wrong(item, field, `${model}.${name}`, `${at}.${name}`) : [`${at}.${name}: no such field`]
    }),
  ]
}

function wrong(value: unknown, { type, format }: Pick<Field, 'type' | 'format'>, field: string, at: string): string[] {
  const [, item] = /^Array<(.*)>$/.exec(type) ?? []
  if (item !== undefined) return Array.isArray(value) ? value.flatMap((each, index) => wrong(each, { type: item, format }, field, `${at}[${index}]`)) : [`${at}: no list`]
  const [, entry] = /^\{ \[key: string\]: (.*); \}$/.exec(type) ?? []
  if (entry !== undefined) return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value).flatMap(([key, each]) => wrong(each, { type: entry, format }, field, `${at}.${key}`)) : [`${at}: no object`]
  if (models[type]?.getAttributeTypeMap) return wrongFields(value, type, at)
  if (!isPlain(value, type, format)) return [`${at}: ${JSON.stringify(value)} is no ${format || type}`]
  if (quantities.has(field) && !quantity.test(String(value))) return [`${at}: ${JSON.stringify(value)} is no quantity`]
  return values[field]?.includes(value as string) === false ? [`${at}: ${JSON.stringify(value)} is none of ${values[field].join(', ')}`] : []
}

/** @throws {Error} on a type that the models have not had so far: what is not understood has not been checked */
function isPlain(value: unknown, type: string, format: string): boolean {
  switch (type) {
    case 'string': case 'boolean': return typeof value === type
    case 'number': return format.startsWith('int') ? Number.isInteger(value) : typeof value === 'number'
    case 'IntOrString': return typeof value === 'string' || Number.isInteger(value)
    case 'Date': case 'V1MicroTime': return typeof value === 'string' && !Number.isNaN(Date.parse(value))
    case 'any': return true
    default: throw new Error(`no type ${type} is known here`)
  }
}

/** An object of its own has kind, version and metadata, which the document leaves to prose. */
function requiredOf(model: string): readonly string[] {
  const fields = models[model]?.getAttributeTypeMap() ?? []
  const declared = new Set([...readFileSync(join(declarations, `${model}.d.ts`), 'utf8').matchAll(/^ {4}'(\w+)': /gm)].map(([, name]) => name))
  const own = ['apiVersion', 'kind', 'metadata']
  const isKind = own.every(name => fields.some(({ baseName }) => baseName === name))
  return [...(isKind ? own : []), ...fields.filter(({ name }) => declared.has(name)).map(({ baseName }) => baseName)]
}
