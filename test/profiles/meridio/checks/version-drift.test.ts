import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/version-drift.ts'
import { say, type World } from '../recorded-trench.ts'
import { lb2 } from './kube.ts'

const image = (container: string, value: string): World => ({
  kube: objects => {
    const status = objects['pods']?.find(({ metadata }) => metadata.name === lb2)?.['status'] as { containerStatuses: { name: string; image: string }[] }
    for (const one of status.containerStatuses) if (one.name === container) one.image = value
  },
})

test('a healthy trench runs one version of each', async () => {
  expect(await say(check)).toEqual([])
})

test('a rollout that stopped half-way', async () => {
  expect(await say(check, image('frontend', 'example/meridio/frontend:v1.2.9'))).toEqual(['red: container frontend runs different images: example/meridio/frontend:v1.2.8 (red/lb-1), example/meridio/frontend:v1.2.9 (red/lb-2)'])
})

test('BIRD differs behind one image', async () => {
  expect(await say(check, { variant: 'bird-3.1.4' })).toEqual(['red: load balancers run different versions of BIRD: 3.1.4 (lb-1), 2.14 (lb-2)'])
})

test('with one BIRD that cannot be asked nobody knows', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['red: unknown: red/lb-2: bird-status: no probe: ErrImageNeverPull'])
})
