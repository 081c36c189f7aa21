import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/proxy-missing.ts'
import { say } from '../recorded-trench.ts'
import { idle } from './edits.ts'
import { kube, remove } from './kube.ts'
import { pxA, pxB } from './kube-names.ts'

test('a healthy target has the proxy of its node', async () => {
  expect(await say(check)).toEqual([])
})

test('no proxy is on worker2', async () => {
  expect(await say(check, kube(remove('pods', pxB)))).toEqual([3, 4].map(number => `tg-${number}: no proxy of the trench is on worker2, where this target has nsm-0`))
})

test('an idle application needs no proxy', async () => {
  expect(await say(check, { ...kube(remove('pods', pxA, pxB)), edit: [1, 2, 3, 4].map(number => idle(`tg-${number}`)) })).toEqual([1, 2, 3, 4].map(number => `tg-${number}: not-applicable: no stream is open: the pod has no nsm interface`))
})

test('a proxy that no probe could enter is there all the same', async () => {
  expect(await say(check, { gone: ['px-a'] })).toEqual([])
})

test('a target that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['tg-1'] })).toEqual(['tg-1: unknown: ip-links: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull'])
})
