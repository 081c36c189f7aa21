import type { KubeObject } from '#judge/profile.ts'
import type { World } from '../recorded-trench.ts'

type Objects = Parameters<NonNullable<World['kube']>>[0]
export type Change = (objects: Objects) => void
// biome-ignore lint: specs are whatever the resource's kind says
type Spec = Record<string, any>

/** Several changes of the recorded Kubernetes objects, in order. */
export const kube = (...changes: readonly Change[]): { kube: Change } => ({ kube: objects => changes.forEach(change => change(objects)) })

/** Changes the spec of one recorded object. @throws {Error} when it was not recorded */
export const change = (plural: string, name: string, edit: (spec: Spec) => void): Change => objects => edit(find(objects, plural, name)['spec'] as Spec)

/** A further object of the trench, like the recorded one of its kind with another name and spec. */
export const add = (plural: string, name: string, spec: Spec): Change => objects => {
  const [like] = objects[plural] ?? []
  if (!like) throw new Error(`no ${plural} were recorded`)
  objects[plural]?.push({ ...like, metadata: { ...like.metadata, name, uid: `uid-${name}` }, spec: { ...(like['spec'] as Spec), ...spec } })
}

/** The trench without one object, or without all of its kind. */
export const remove = (plural: string, ...names: readonly string[]): Change => objects => {
  if (names.length > 0) for (const name of names) find(objects, plural, name)
  objects[plural] = (objects[plural] ?? []).filter(({ metadata }) => names.length > 0 && !names.includes(metadata.name))
}

/** Gives an environment variable to every container of a pod that has it (or that has `like`); without a value takes it away. */
export const environment = (pod: string, variable: string, value?: string, like = variable): Change => change('pods', pod, spec => {
  const containers: { env?: { name: string; value?: string }[] }[] = spec['containers']
  const meant = containers.filter(({ env = [] }) => env.some(({ name }) => name === like))
  if (meant.length === 0) throw new Error(`${pod} has no ${like}`)
  for (const container of meant) container.env = [...(container.env ?? []).filter(({ name }) => name !== variable), ...(value === undefined ? [] : [{ name: variable, value }])]
})

/** The API server holds such an object, too; synthetic. */
export const put = (plural: string, object: { readonly metadata: { readonly name: string; readonly [field: string]: unknown }; readonly [field: string]: unknown }): Change => objects => void (objects[plural] ??= []).push({ ...object, metadata: { uid: `uid-${object.metadata.name}`, ...object.metadata } } as KubeObject)

/** The API server refuses to list it. */
export const refuse = (plural: string): Change => put('refused', { metadata: { name: plural } })

/** The trench as it would be with IPv4 only. */
export const ipv4Only = kube(
  change('trenches', 'red', spec => { spec['ip-family'] = 'ipv4' }),
  change('attractors', 'attr1', spec => Object.assign(spec, { gateways: ['gateway1'], vips: ['vip1'] })),
  change('flows', 'flow1', spec => { spec['vips'] = ['vip1'] }),
  remove('gateways', 'gateway2'),
  remove('vips', 'vip2'),
)

/** A second trench in the namespace, whose targets cannot be told from ours by their pods. */
export const twoTrenches: Change = add('trenches', 'violet', {})

export const lb1 = 'stateless-lb-frontend-attr1-5785674d6-46qjc'
export const lb2 = 'stateless-lb-frontend-attr1-5785674d6-rqn2n'

/** lb-1 hides its conduit, as `valueFrom` does. */
export const conduitUntold = kube(environment(lb1, 'NSM_SERVICE_NAME'), environment(lb1, 'NSM_CONDUIT_NAME'))

function find(objects: Objects, plural: string, name: string): KubeObject {
  const found = objects[plural]?.find(({ metadata }) => metadata.name === name)
  if (!found) throw new Error(`${plural} ${name} was not recorded`)
  return found
}
