import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubernetesAccess } from '../../controller/api/auth/kubernetes.ts'
import { ApiClient } from '../../controller/api/client.ts'
import { runCommandLine } from '../../controller/cli/command-line.ts'
import { connectCluster } from '../../controller/cluster/client.ts'
import { openInjector } from '../../controller/cluster/injector.ts'
import { openInventory } from '../../controller/cluster/inventory.ts'
import { eventually } from '../cluster/bench.ts'
import { injectOptions, memoryRecords } from '../cluster/probe-bench.ts'
import type { Call } from '../lab/apiserver/faults.ts'
import type { KubeObject } from '../lab/apiserver/objects.ts'
import type { PolicyRule } from '../lab/apiserver/rbac.ts'
import { controllerUser } from '../lab/controller-access.ts'
import { trenchCluster } from '../lab/trench/cluster.ts'
import { createLog } from '../../controller/log.ts'
import type { Controller } from '../../controller/main.ts'
import { openServerDoor } from '../../controller/server-door.ts'
import { image, type SmallBed, startSmallBed } from '../upkeep/bed.ts'
import { wrongFields, wrongIn } from './schema.ts'
import { kustomized } from '../../deploy/kustomize.ts'

let bed: SmallBed
let calls: readonly Call[]
let opened: object

/** Everything the controller does with the API server, once: a start (without WatchList, so that it lists), a sweep with and without custom resources, callers, a lost race, an end. */
beforeAll(async () => {
  bed = await startSmallBed({ overlay: 'overlays/everything', policies: true, watchList: false })
  // whose volume claim is asked for
  bed.apiserver.store.apply(trenchCluster().pods.find(({ metadata }) => metadata.name === 'nsp-red-0')!)
  const controller = await bed.start({ apiListen: '0.0.0.0:0', environment: { TRENCHSCOPE_KUBE_EVENTS: 'on' } })
  await eventually('the authority is published', () => publishedAuthority() !== undefined)
  opened = await askTheOpenApi(controller)
  const reached = await bed.sweep(controller)
  expect(reached.filter(({ pod }) => bed.pods.some(({ metadata }) => pod.endsWith(metadata.name))).map(({ unreachable }) => unreachable)).toEqual(bed.pods.map(() => undefined))
  bed.apiserver.store.remove('trenches', 'red', 'red')
  // the watch may tell a moment later
  for (let tries = 0; tries < 5 && !bed.apiserver.control.calls().some(call => asked(call) === 'get /configmaps'); tries++) await bed.sweep(controller)
  bed.apiserver.store.apply(loadBalancer2)
  for (let tries = 0; tries < 50 && controller.backend.trenches({ trench: 'gw' }).length === 0; tries++) await delay(20)
  await controller.backend.sweep({ trench: 'gw' }, { signal: AbortSignal.timeout(30_000), onEvent: () => undefined })
  await askAsCaller()
  await loseARace()
  await controller.close()
  calls = bed.apiserver.control.calls().filter(({ user }) => user === controllerUser)
}, 120_000)
afterAll(() => bed.close())

/** Synthetic: a load balancer of Meridio 2 that waits for a node: it is not entered, its Gateway's resources are asked for all the same. */
const loadBalancer2 = {
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'sllbr-gw-1', namespace: 'red', labels: { 'gateway.networking.k8s.io/gateway-name': 'gw' } },
  spec: { containers: [{ name: 'loadbalancer', env: [{ name: 'MERIDIO_GATEWAY_NAME', value: 'gw' }] }] }, status: { phase: 'Pending' },
}

const log = createLog('silent')
const connect = () => connectCluster({ kubeconfig: bed.apiserver.kubeconfig(controllerUser), log })

async function askAsCaller(): Promise<void> {
  const client = await connect()
  const access = kubernetesAccess({ client, audiences: ['trenchscope'] })
  const caller = await access.identify(bed.apiserver.token('alice', { audiences: ['trenchscope'] }), '10.0.0.1')
  expect(caller?.name).toBe('alice')
  await access.decide(caller!, 'look', 'red')
  await client.close()
}

/** As who has read the ConfigMap and has a token, and as `trenchscope` in the controller's own pod. */
async function askTheOpenApi({ url }: Controller): Promise<object> {
  const server = `https://localhost:${new URL(url).port}`
  const data = join(bed.dir, 'controller')
  const [tokenFile, caFile] = [join(data, 'api-token'), join(data, 'api-authority/ca.crt')]
  const door = openServerDoor(server, publishedAuthority() ?? '')
  const trenches = await new ApiClient({ url: server, token: readFileSync(tokenFile, 'utf8').trim(), fetch: door.fetch }).trenches()
  await door.close()
  const stdout = new PassThrough()
  const code = await runCommandLine({
    argv: ['trenches', '-o', 'name'], environment: {}, stdout, stderr: new PassThrough(), checks: [], meet: () => ({ url: server, tokenFile, caFile }), secured: async (url, ca) => openServerDoor(url, ca),
    runController: async () => 0, runLab: async () => 0, signal: new AbortController().signal,
  })
  return { published: trenches.map(({ name }) => `${name}\n`).join(''), inThePod: { code, out: String(stdout.read()).replace(/.*\//, '') } }
}

/** Another writer takes the next name while we choose it. */
async function loseARace(): Promise<void> {
  const client = await connect()
  const inventory = await openInventory(client, [], { log })
  await inventory.ready()
  const injector = await openInjector({ client, inventory, records: memoryRecords(), log })
  const { name, uid = '' } = bed.pods[0]!.metadata
  const heal = bed.apiserver.control.fault({ path: '/ephemeralcontainers$', method: 'PATCH', effect: { slowMs: 300 } })
  const injecting = injector.inject({ namespace: 'red', name, uid }, injectOptions({ avoid: ['trenchscope-0001'] })).catch((error: unknown) => error)
  await eventually('the patch is under way', () => bed.apiserver.control.calls().some(call => call.method === 'PATCH' && call.code === 0))
  bed.apiserver.store.update('pods', 'red', name, pod => {
    const spec = pod['spec'] as { ephemeralContainers?: object[] }
    return { ...pod, spec: { ...spec, ephemeralContainers: [{ name: 'trenchscope-0002', image: 'other' }, ...(spec.ephemeralContainers ?? [])] } }
  })
  await injecting
  heal()
  await injector.close()
  await inventory.close()
  await client.close()
}

const publishedAuthority = () => (bed.apiserver.store.get('configmaps', 'trenchscope', 'trenchscope-api-ca')?.['data'] as Record<string, string> | undefined)?.['ca.crt']

const manifests = kustomized('overlays/everything') as readonly (KubeObject & { rules?: PolicyRule[]; subjects?: { name: string }[]; roleRef?: { kind: string; name: string } })[]
const bound = new Set(manifests.filter(({ kind, subjects = [] }) => kind.endsWith('Binding') && subjects.some(({ name }) => name === 'controller')).map(({ roleRef }) => `${roleRef?.kind} ${roleRef?.name}`))
const roles = manifests.filter(({ kind, metadata }) => bound.has(`${kind} ${metadata.name}`))

/** `verb group/resource[/subresource] [name]`, once for each verb, group, resource and name of the rules. */
const granted = roles.flatMap(({ rules = [] }) => rules).flatMap(({ verbs, apiGroups = [], resources = [], resourceNames = [''] }) =>
  verbs.flatMap(verb => apiGroups.flatMap(group => resources.flatMap(resource => resourceNames.map(name => `${verb} ${group}/${resource} ${name}`.trim())))))

/** What every authenticated user may ask about himself (`system:basic-user`). */
const aboutOneself = (call: Call) => call.resource.startsWith('selfsubject')
const asked = (call: Call) => `${call.verb} ${call.group}/${call.resource}${call.subresource ? `/${call.subresource}` : ''}`
const uses = (rule: string, call: Call) => rule === asked(call) || rule === `${asked(call)} ${call.name}`

test('no call of the controller was refused by RBAC', () => {
  expect(calls.filter(({ code }) => code === 403 || code === 401).map(call => call.url)).toEqual([])
})

test('every call has its rule', () => {
  const without = calls.filter(call => !aboutOneself(call) && !granted.some(rule => uses(rule, call)))
  expect([...new Set(without.map(asked))]).toEqual([])
})

test('every rule has its call', () => {
  expect(granted.filter(rule => !calls.some(call => uses(rule, call)))).toEqual([])
})

test('no rule speaks of exec, attach, portforward, secrets, update or delete of pods, or of everything', () => {
  expect(granted.filter(rule => /\*|exec|attach|portforward|secrets|serviceaccounts|(update|delete|create) \/(pods|configmaps|nodes|namespaces)/.test(rule))).toEqual([])
})

test('the only thing that is ever changed, apart from the lease, is a pod\'s list of ephemeral containers; by choice, Events are told and the API\'s authority is published', () => {
  const changing = new Set(calls.filter(({ verb, resource }) => !['get', 'list', 'watch'].includes(verb) && !resource.endsWith('reviews')).map(call => `${asked(call)}${call.resource === 'configmaps' ? ` ${call.name}` : ''}`))
  expect([...changing].sort()).toEqual(['create /events', 'patch /configmaps trenchscope-api-ca', 'patch /pods/ephemeralcontainers', 'update coordination.k8s.io/leases'])
})

test('what it wrote is of the API: fields, types, required ones', () => {
  const { store } = bed.apiserver
  const written = [store.get('leases', 'trenchscope', 'trenchscope-controller'), store.get('configmaps', 'trenchscope', 'trenchscope-api-ca'), ...store.list('events')].map(object => object as KubeObject)
  expect([...new Set(written.map(({ kind }) => kind))]).toEqual(['Lease', 'ConfigMap', 'Event'])
  expect(written.flatMap(wrongIn)).toEqual([])
  const probes = store.list('pods').flatMap(({ spec }) => (spec as { ephemeralContainers?: { image: string }[] }).ephemeralContainers ?? []).filter(({ image: given }) => given === image)
  expect(probes.length).toBeGreaterThanOrEqual(bed.pods.length)
  expect(probes.flatMap(probe => wrongFields(probe, 'V1EphemeralContainer', 'probe'))).toEqual([])
})

test('an API that is open to others is verified by what is published, and its own machine needs nothing else than its files', () => {
  expect(opened).toEqual({ published: 'red\n', inThePod: { code: 0, out: 'red\n' } })
})
