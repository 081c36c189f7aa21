import { expect, test } from 'vitest'
import { isOurs } from '../../controller/cluster/adopt.ts'
import type { EphemeralContainer, Pod } from '../../controller/cluster/pod.ts'
import { probeEntry } from '../../controller/cluster/probe-entry.ts'
import { expectedProbes } from '../../controller/sweep/expected-probes.ts'

const how = { image: 'trenchscope/agent:0.1.0', imagePullPolicy: 'Never', controllers: ['127.0.0.1:7443'], pins: ['A'.repeat(43)] } as const
const session = (letter: string): string => letter.repeat(22)
const bare: Pod = { metadata: { namespace: 'red', name: 'lb-1', uid: 'uid-1' }, spec: { nodeName: 'worker1', containers: [{ name: 'frontend' }] }, status: { phase: 'Running' } } as unknown as Pod
const entry = (name: string, letter: string, more: object = {}): EphemeralContainer => probeEntry(bare, { ...how, name, session: session(letter), startBy: 2e9, ...more })
const withEntries = (entries: readonly EphemeralContainer[], ended: readonly string[] = []): Pod => ({
  ...bare, spec: { ...bare.spec, ephemeralContainers: entries },
  status: { ...bare.status, ephemeralContainerStatuses: entries.map(({ name }) => ({ name, state: ended.includes(name) ? { terminated: { exitCode: 0 } } : { running: { startedAt: '2026-11-24T10:00:00Z' } } })) },
}) as unknown as Pod

function expected(pod: Pod, recorded: readonly EphemeralContainer[] = []): readonly string[] {
  const recognises = (of: Pod, one: EphemeralContainer) => isOurs(of, one, { ...how, recorded: (_, name) => recorded.find(known => known.name === name) })
  const injected = recorded.map(one => ({ pod: 'red/lb-1', podUid: 'uid-1', entry: one, at: 1 }))
  return expectedProbes({ injected, inventory: { list: () => [pod] }, recognises }).map(one => `${one.pod} ${one.podUid} ${one.container} ${one.session[0]}`)
}

test.each<[string, Pod, readonly EphemeralContainer[], readonly string[]]>([
  ['recorded', withEntries([entry('trenchscope-0001', 'a')]), [entry('trenchscope-0001', 'a')], ['red/lb-1 uid-1 trenchscope-0001 a']],
  ['put there by a controller that died before it had recorded that', withEntries([entry('trenchscope-0001', 'a')]), [], ['red/lb-1 uid-1 trenchscope-0001 a']],
  ['one of each', withEntries([entry('trenchscope-0001', 'a'), entry('trenchscope-0002', 'b')]), [entry('trenchscope-0001', 'a')], ['red/lb-1 uid-1 trenchscope-0001 a', 'red/lb-1 uid-1 trenchscope-0002 b']],
])('a probe may come: %s', (_, pod, recorded, wanted) => {
  expect(expected(pod, recorded)).toEqual(wanted)
})

test.each<[string, Pod]>([
  ['it has ended', withEntries([entry('trenchscope-0001', 'a')], ['trenchscope-0001'])],
  ['it pins the key of another controller', withEntries([entry('trenchscope-0001', 'a', { pins: ['B'.repeat(43)] })])],
  ['it is of another image', withEntries([entry('trenchscope-0001', 'a', { image: 'other/agent:1' })])],
  ['it answers one plan through its log', withEntries([entry('trenchscope-0001', 'a', { plan: 'x' })])],
])('none comes where nothing was recorded and %s', (_, pod) => {
  expect(expected(pod)).toEqual([])
})
