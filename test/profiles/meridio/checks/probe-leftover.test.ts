import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/probe-leftover.ts'
import { say } from '../recorded-trench.ts'
import { lb1 } from './kube.ts'

/** Synthetic: ephemeral containers of lb-1 with these states. */
const probes = (...states: object[]) => ({
  kube: (objects: Record<string, { metadata: { name: string }; status?: unknown }[]>) => {
    for (const pod of objects['pods'] ?? []) if (pod.metadata.name === lb1) Object.assign(pod.status as object, { ephemeralContainerStatuses: states.map((state, index) => ({ name: `trenchscope-000${index + 1}`, state })) })
  },
})
const running = { running: { startedAt: '2026-11-21T03:00:00Z' } }

test('a pod without a probe, with one, and with one that left in order', async () => {
  expect(await say(check)).toEqual([])
  expect(await say(check, probes(running))).toEqual([])
  expect(await say(check, probes({ terminated: { exitCode: 0, reason: 'Completed' } }, running))).toEqual([])
})

test('a probe that ended badly', async () => {
  expect(await say(check, probes({ terminated: { exitCode: 137, reason: 'OOMKilled' } }, { terminated: { exitCode: 1 } }))).toEqual([
    'red: red/lb-1: our container trenchscope-0001 ended with 137 (OOMKilled)', 'red: red/lb-1: our container trenchscope-0002 ended with 1',
  ])
})

test('more containers of ours than an update explains', async () => {
  expect(await say(check, probes(running, running, running))).toEqual(['red: red/lb-1 holds 3 of our containers, more than 2'])
})

test('containers of others are not ours', async () => {
  expect(await say(check, { kube: objects => { for (const pod of objects['pods'] ?? []) Object.assign(pod['status'] as object, { ephemeralContainerStatuses: [{ name: 'debugger-x', state: { terminated: { exitCode: 1 } } }] }) } })).toEqual([])
})
