import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/container-restarted.ts'
import { say } from '../recorded-trench.ts'
import { kube, lb1 } from './kube.ts'
import { containerOf } from './kube-status.ts'

test('in a healthy trench no container was restarted', async () => {
  expect(await say(check)).toEqual([])
})

test('each container says how often, and how it last ended', async () => {
  expect(await say(check, kube(
    containerOf(lb1, 'stateless-lb', { restartCount: 3, lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-11-24T05:00:00Z' } } }),
    containerOf(lb1, 'frontend', { restartCount: 1 }),
  ))).toEqual([
    'red: red/lb-1: container stateless-lb was restarted 3 times, last ended with 137 OOMKilled at 2026-11-24T05:00:00Z',
    'red: red/lb-1: container frontend was restarted once',
  ])
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: trench-pods: not observed'])
})
