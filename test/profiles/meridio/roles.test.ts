import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { KubeObject } from '#judge/profile.ts'
import { partOf } from '#profiles/meridio/roles.ts'

interface Variable { name: string; value?: string; valueFrom?: object }
interface Container { name: string; image?: string; env?: Variable[] }

/** Synthetic: a pod with these containers in namespace `red`. */
const pod = (...containers: readonly Container[]): KubeObject => ({ metadata: { name: 'pod', namespace: 'red', uid: 'uid' }, spec: { containers } })
/** A variable without a value stands for `valueFrom`. */
const env = (variables: Readonly<Record<string, string | undefined>>): Variable[] => Object.entries(variables).map(([name, value]) => (value === undefined ? { name, valueFrom: { configMapKeyRef: { name: 'x', key: name } } } : { name, value }))

const balancer = { NSM_SERVICE_NAME: 'load-balancer.red.red', NSM_CONDUIT_NAME: 'load-balancer', NSM_TRENCH_NAME: 'red' }
const frontend = { NFE_TRENCH_NAME: 'red', NFE_ATTRACTOR_NAME: 'attr1', NFE_NAMESPACE: 'red', NFE_EXTERNAL_INTERFACE: 'ext-vlan0', NFE_CONFIG_MAP_NAME: 'meridio-configuration-red' }
const nsc = { NSM_NETWORK_SERVICES: 'kernel://external-vlan.attr1.red.red/ext-vlan0' }
const traits = { attractor: 'attr1', interface: 'ext-vlan0', conduit: 'load-balancer', conduitPrefix: 'load-balan-', queues: '0:3' }
const lb = (over: Readonly<Record<string, string | undefined>> = {}, names = { balancer: 'stateless-lb', frontend: 'frontend' }) => {
  const own = (all: Readonly<Record<string, string>>) => env({ ...all, ...Object.fromEntries(Object.entries(over).filter(([name]) => name in all)) })
  return pod({ name: names.balancer, env: own(balancer) }, { name: 'nsc', env: own(nsc) }, { name: names.frontend, env: own(frontend) })
}

test('the recorded pods play their parts', () => {
  const { items } = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/trench/cluster/pods.json'), 'utf8')) as { items: KubeObject[] }
  expect(items.map(item => [item.metadata.name, partOf(item)?.role])).toEqual([
    ['stateless-lb-frontend-attr1-5785674d6-46qjc', 'lb'], ['stateless-lb-frontend-attr1-5785674d6-rqn2n', 'lb'],
    ['proxy-load-balancer-5slff', 'proxy'], ['proxy-load-balancer-q6n5n', 'proxy'],
    ...[1, 2, 3, 4].map(number => [`meridio-app-74f796dd77-tg-${number}`, 'tapa']),
    ['nsp-red-0', undefined], ['ipam-red-0', undefined], ['nse-vlan-attr1-8dbb46ff8-wlnrm', undefined],
  ])
})

test.each([
  ['operator', { balancer: 'stateless-lb', frontend: 'frontend' }],
  ['Helm', { balancer: 'stateless-lb', frontend: 'fe' }],
  ['up to v0.9.0', { balancer: 'load-balancer', frontend: 'fe' }],
])('an LB/FE is told by its environment, whatever its containers are called: %s', (_, names) => {
  expect(partOf(lb({}, names))).toEqual({ role: 'lb', namespace: 'red', trench: 'red', traits })
})

test('an LB/FE names its own queues', () => {
  expect(partOf(pod({ name: 'stateless-lb', env: env({ ...balancer, NSM_NFQUEUE: '0:7' }) }, { name: 'fe', env: env(frontend) }))?.traits['queues']).toBe('0:7')
})

test.each<[string, Readonly<Record<string, string | undefined>>, object]>([
  ['the trench', { NFE_TRENCH_NAME: undefined }, { trench: 'red', traits }],
  ['the trench, in both containers', { NFE_TRENCH_NAME: undefined, NSM_TRENCH_NAME: undefined }, { trench: 'red', traits }],
  ['the trench, but for the name of the ConfigMap', { NFE_TRENCH_NAME: undefined, NSM_TRENCH_NAME: undefined, NSM_SERVICE_NAME: undefined, NSM_NETWORK_SERVICES: undefined }, { trench: 'red', traits }],
  ['attractor and interface, but for the request of nsc', { NFE_ATTRACTOR_NAME: undefined, NFE_EXTERNAL_INTERFACE: undefined }, { trench: 'red', traits }],
  ['the conduit', { NSM_CONDUIT_NAME: undefined }, { trench: 'red', traits }],
  ['the service, but for its parts', { NSM_SERVICE_NAME: undefined }, { trench: 'red', traits }],
  ['the namespace', { NFE_NAMESPACE: undefined }, { namespace: 'red', trench: 'red', traits }],
])('what one variable of an LB/FE hides behind valueFrom another repeats: %s', (_, hidden, expected) => {
  expect(partOf(lb(hidden))).toMatchObject(expected)
})

test('an LB/FE that hides all of it is one all the same', () => {
  const all = Object.fromEntries([...Object.keys(balancer), ...Object.keys(frontend), ...Object.keys(nsc)].map(name => [name, undefined]))
  expect(partOf(lb(all))).toEqual({ role: 'lb', namespace: 'red', traits: { queues: '0:3' } })
})

test.each([
  ['conduit-a-1.red.red', 'conduit-a--'],
  ['a.red.red', 'a.red.red-'],
  ['load-balancer.blue-trench.meridio', 'load-balan-'],
])('interfaces of service %s begin with %s', (service, prefix) => {
  expect(partOf(lb({ NSM_SERVICE_NAME: service }))?.traits['conduitPrefix']).toBe(prefix)
})

const proxied = { NSM_SERVICE_NAME: 'proxy.load-balancer.red.red', NSM_NETWORK_SERVICE_NAME: 'load-balancer.red.red', NSM_IPAM_SERVICE: 'ipam-service-red:7777', NSM_TRENCH: 'red', NSM_CONDUIT: 'load-balancer', NSM_NAMESPACE: 'red' }
const proxyTraits = { conduit: 'load-balancer', lbPrefix: 'load-balan-', targetPrefix: 'proxy.load-' }

test.each<[string, Readonly<Record<string, string | undefined>>]>([
  ['nothing', {}],
  ['trench and conduit', { NSM_TRENCH: undefined, NSM_CONDUIT: undefined }],
  ['trench and conduit, and one service', { NSM_TRENCH: undefined, NSM_CONDUIT: undefined, NSM_NETWORK_SERVICE_NAME: undefined }],
  ['both services', { NSM_SERVICE_NAME: undefined, NSM_NETWORK_SERVICE_NAME: undefined }],
  ['where IPAM is', { NSM_IPAM_SERVICE: undefined }],
])('a proxy that hides %s', (_, hidden) => {
  expect(partOf(pod({ name: 'proxy', env: env({ ...proxied, ...hidden }) }))).toMatchObject({ role: 'proxy', namespace: 'red', trench: 'red', traits: hidden['NSM_NETWORK_SERVICE_NAME'] === undefined && 'NSM_TRENCH' in hidden && 'NSM_NETWORK_SERVICE_NAME' in hidden ? { conduit: 'load-balancer', targetPrefix: 'proxy.load-' } : proxyTraits })
})

test.each<[string, Container, string]>([
  ['two of its variables', { name: 'sidecar', env: env({ MERIDIO_NSP_SERVICE_NAME: 'nsp-service', MERIDIO_NAMESPACE: 'trenches' }) }, 'trenches'],
  ['two of its variables, one of them from elsewhere', { name: 'sidecar', env: env({ MERIDIO_NODE: undefined, MERIDIO_SOCKET: '/x.sock' }) }, 'red'],
  ['its image', { name: 'sidecar', image: 'registry.example/meridio/tapa:v1.2.8' }, 'red'],
  ['its image by digest', { name: 'sidecar', image: 'registry.example/tapa@sha256:0123' }, 'red'],
])('a TAPA is told by %s', (_, container, namespace) => {
  expect(partOf(pod({ name: 'application' }, container))).toEqual({ role: 'tapa', namespace, traits: { tapa: 'sidecar' } })
})

test.each<[string, KubeObject]>([
  ['one variable that others may have too', pod({ name: 'x', env: env({ MERIDIO_SOCKET: '/x.sock' }) })],
  ['a name like a proxy\'s', pod({ name: 'proxy', env: [] })],
  ['an image whose name only ends like it', pod({ name: 'x', image: 'registry.example/datapa' })],
  ['an NSM client', pod({ name: 'nsc', env: env(nsc) })],
  ['no container at all', { metadata: { name: 'x', uid: 'x' }, spec: {} }],
])('a pod with %s plays no part', (_, other) => {
  expect(partOf(other)).toBeUndefined()
})
