import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-return-lookup-astray.ts'
import { say } from '../recorded-trench.ts'
import { idle } from './edits.ts'

test('healthy targets answer by nsm-0', async () => {
  expect(await say(check)).toEqual([])
})

test.each(['f30-target-rule-missing', 'f31-target-table-empty'])('%s: replies leak', async fault => {
  expect(await say(check, { fault })).toEqual(['tg-2: replies from 10.0.0.1/32 would leave by eth0 to 10.244.1.1 (table main)'])
})

test('the kernel would drop the reply', async () => {
  const edit = { pod: 'tg-1', command: 'ip -j route get 192.0.2.10 from 10.0.0.1', from: /.*/, to: 'RTNETLINK answers: Invalid argument' }
  expect(await say(check, { edit })).toEqual(['tg-1: replies from 10.0.0.1/32 would be dropped (a blackhole route, or reverse-path filtering)'])
})

test('a target that has nothing open is not judged, and one that nobody could enter is unknown', async () => {
  expect(await say(check, { edit: idle('tg-1') })).toEqual(['tg-1: not-applicable: no stream is open: the pod has no nsm interface'])
  expect(await say(check, { gone: ['tg-4'] })).toEqual([expect.stringMatching(/^tg-4: unknown: ip-links: no probe: ErrImageNeverPull/)])
})
