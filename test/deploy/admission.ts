import { Environment } from '@marcbachmann/cel-js'
import type { AdmissionPolicy } from '../lab/apiserver/ephemeral.ts'
import type { KubeObject } from '../lab/apiserver/objects.ts'

interface Expression { readonly name: string; readonly expression: string }
interface PolicySpec {
  readonly matchConditions?: readonly Expression[]
  readonly variables?: readonly Expression[]
  readonly validations: readonly { readonly expression: string; readonly message: string }[]
}

/**
 * The shipped ValidatingAdmissionPolicies as the API-server double asks them: their CEL is evaluated, first failing validation first, an error denies as `failurePolicy: Fail` does.
 * Only policies that a binding with `Deny` names count. Types are dynamic here and static in a cluster: there a wrong field name is refused when the policy is created.
 */
export function admissionPolicies(manifests: readonly KubeObject[], namespaceOf: (name: string) => KubeObject | undefined = () => undefined): AdmissionPolicy[] {
  const bindings = manifests.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding').map(({ metadata, spec }) => ({ name: metadata.name, ...(spec as { policyName: string; validationActions: string[] }) }))
  return bindings.filter(({ validationActions }) => validationActions.includes('Deny')).map(binding => {
    const policy = manifests.find(({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && metadata.name === binding.policyName)
    if (!policy) throw new Error(`${binding.name} binds ${binding.policyName}, which is not there`)
    return ({ user, namespace, oldPod, pod }) => {
      const message = denial(policy['spec'] as PolicySpec, { request: { userInfo: { username: user }, namespace }, object: pod, oldObject: oldPod, namespaceObject: namespaceOf(namespace) ?? { metadata: { name: namespace } } })
      return message === undefined ? undefined : { policy: binding.policyName, binding: binding.name, message }
    }
  })
}

function denial({ matchConditions = [], variables = [], validations }: PolicySpec, input: object): string | undefined {
  const environment = new Environment({ unlistedVariablesAreDyn: true })
  const scope: { variables: Record<string, unknown> } = { ...(celValue(input) as object), variables: {} }
  if (!matchConditions.every(({ expression }) => environment.evaluate(expression, scope) === true)) return undefined
  // in a cluster they are evaluated when they are used; ours can always be
  for (const { name, expression } of variables) scope.variables[name] = environment.evaluate(expression, scope)
  for (const { expression, message } of validations) {
    try {
      if (environment.evaluate(expression, scope) !== true) return message
    } catch (error) {
      return `expression '${expression}' resulted in error: ${(error as Error).message.split('\n')[0]}`
    }
  }
  return undefined
}

/** CEL's int is a BigInt here. */
function celValue(value: unknown): unknown {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  if (Array.isArray(value)) return value.map(celValue)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined).map(([key, each]) => [key, celValue(each)]))
}
