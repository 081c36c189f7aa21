import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deployDir, kustomized, objectsIn } from '../../deploy/kustomize.ts'
import { wrongIn } from './schema.ts'

/** Of the Prometheus operator: its own resources, checked by its admission. */
const foreign = new Set(['ServiceMonitor', 'PrometheusRule'])

test.each(['overlays/cluster-wide', 'overlays/per-namespace', 'overlays/everything'])('%s: every field is one that Kubernetes knows, of its type', overlay => {
  const objects = kustomized(overlay).filter(({ kind }) => !foreign.has(kind))
  expect(objects.length).toBeGreaterThan(15)
  expect(objects.flatMap(wrongIn)).toEqual([])
})

test('so is every field of what is applied in a trench\'s namespace', () => {
  expect(objectsIn(join(deployDir, 'trench-namespace/egress.yaml')).flatMap(wrongIn)).toEqual([])
})

const deployment = JSON.stringify(kustomized('overlays/cluster-wide').find(({ kind }) => kind === 'Deployment'))
const container = 'Deployment.spec.template.spec.containers[0]'

test.each<[string, string, string, string[]]>([
  ['a typo in a field', '"readOnlyRootFilesystem"', '"readOnlyRootFileSystem"', [`${container}.securityContext.readOnlyRootFileSystem: no such field`]],
  ['a field at the wrong place', '"serviceAccountName":"controller"', '"serviceAccountName":"controller","readOnlyRootFilesystem":true', ['Deployment.spec.template.spec.readOnlyRootFilesystem: no such field']],
  ['an enum value nobody knows', '"RuntimeDefault"', '"runtimeDefault"', ['Deployment.spec.template.spec.securityContext.seccompProfile.type: "runtimeDefault" is none of Localhost, RuntimeDefault, Unconfined']],
  ['a number as text', '"runAsUser":65532', '"runAsUser":"65532"', ['Deployment.spec.template.spec.securityContext.runAsUser: "65532" is no int64']],
  ['no selector', '"selector":{', '"selectors":{', ['Deployment.spec.selector is missing', 'Deployment.spec.selectors: no such field']],
  ['a variable without a name', '{"name":"POD_IP",', '{', [`${container}.env[0].name is missing`]],
  ['an amount that is none', '"256Mi"', '"256MiB"', [`${container}.resources.requests.memory: "256MiB" is no quantity`]],
])('%s is found, with where it stands', (_, from, to, said) => {
  expect(deployment).toContain(from)
  expect(wrongIn(JSON.parse(deployment.replace(from, to)) as { kind: string })).toEqual(said)
})
