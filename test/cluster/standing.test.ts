import { expect, test } from 'vitest'
import { type AdoptOptions, maxForPlans, standingForPlan, standingOf } from '../../controller/cluster/adopt.ts'
import type { EphemeralContainer, Pod } from '../../controller/cluster/pod.ts'
import { probeEntry } from '../../controller/cluster/probe-entry.ts'

const how = { image: 'agent:1', imagePullPolicy: 'Never', controllers: ['192.0.2.1:7443'], pins: ['p', 'q'] } as const
const now = 1_700_000_000_000
const options: AdoptOptions = { ...how, avoid: new Set(), now, recorded: () => undefined }
const podOf = (ephemeralContainers: readonly EphemeralContainer[], state: object = {}): Pod => ({
  metadata: { namespace: 'red', name: 'lb-1', uid: 'u' }, spec: { containers: [], volumes: [], ephemeralContainers },
  status: { phase: 'Running', ephemeralContainerStatuses: ephemeralContainers.map(({ name }) => ({ name, state })) },
}) as unknown as Pod
/** As this version makes it, and could still start for ten minutes. */
const entry = probeEntry(podOf([]), { ...how, name: 'trenchscope-0001', session: 'AAAAAAAAAAAAAAAAAAAAAA', startBy: now / 1000 + 600 })

test.each<[string, object, object]>([
  ['runs is used', { running: {} }, { kind: 'running', entry }],
  ['has not started yet is waited for', { waiting: {} }, { kind: 'pending', entry }],
  ['has ended is not waited for, though its time to start is not over', { terminated: { exitCode: 0 } }, { kind: 'free', name: 'trenchscope-0002' }],
])('a probe of ours that %s', (_, state, standing) => {
  expect(standingOf(podOf([entry], state), options)).toEqual(standing)
})

test(`a plan takes one of the first ${maxForPlans} entries of a pod, and no further one`, () => {
  const had = (count: number) => podOf(Array.from({ length: count }, (_, index) => ({ ...entry, name: `trenchscope-${String(index + 1).padStart(4, '0')}` })))
  expect([standingForPlan(had(maxForPlans - 1)), standingForPlan(had(maxForPlans))]).toEqual([{ kind: 'free', name: 'trenchscope-0012' }, { kind: 'full', count: 12 }])
})
