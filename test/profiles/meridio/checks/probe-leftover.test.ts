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
  expect(await say(check, probes({ terminated: { exitCode: 137, reason: 'OOMKilled' } }, { terminated: { exitCode: 1 } }))).toEqual(['red: 2 of our containers ended badly (137 OOMKilled, 1) in red/lb-1'])
})

test('more containers of ours than an update explains, one of them ended badly', async () => {
  expect(await say(check, probes(running, running, running))).toEqual(['red: more than 2 of our containers are in red/lb-1'])
  expect(await say(check, probes(running, running, { terminated: { exitCode: 137 } }))).toEqual(['red: 1 of our containers ended badly (137) in red/lb-1; more than 2 of our containers are in red/lb-1'])
})

test('what is left in many pods is one note that names three of them', async () => {
  expect(await say(check, {
    kube: objects => { for (const pod of objects['pods'] ?? []) Object.assign(pod['status'] as object, { ephemeralContainerStatuses: [{ name: 'trenchscope-0001', state: { terminated: { exitCode: 137, reason: 'Error' } } }] }) },
  })).toEqual(['red: 8 of our containers ended badly (137 Error) in red/tg-1, red/tg-2, red/tg-3 and 5 more pods'])
})

test('containers of others are not ours', async () => {
  expect(await say(check, { kube: objects => { for (const pod of objects['pods'] ?? []) Object.assign(pod['status'] as object, { ephemeralContainerStatuses: [{ name: 'debugger-x', state: { terminated: { exitCode: 1 } } }] }) } })).toEqual([])
})
