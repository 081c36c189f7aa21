import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/proxy-return-lookup-astray.ts'
import { say } from '../recorded-trench.ts'
import { down } from './edits.ts'
import { change, kube } from './kube.ts'

test('healthy proxies send replies back over the bridge', async () => {
  expect(await say(check)).toEqual([])
})

test('px-a has no rule from the VIP', async () => {
  expect(await say(check, { fault: 'f22-proxy-vip-rule-missing' })).toEqual(['px-a: replies from 10.0.0.1/32 would leave by eth0 to 10.244.1.1 (table main)'])
})

test('the kernel would drop the reply', async () => {
  const edit = { pod: 'px-a', command: 'ip -j route get 2001:db8:c::10 from 1000::1:a00:1 iif bridge0', from: /.*/, to: 'RTNETLINK answers: Network is unreachable' }
  expect(await say(check, { edit })).toEqual(['px-a: replies from 1000::1:a00:1/128 would be dropped (no route)'])
})

test('what does not apply, and what cannot be seen', async () => {
  expect(await say(check, { edit: down('px-a', 'bridge0') })).toEqual(['px-a: not-applicable: bridge0 is not up'])
  expect(await say(check, kube(change('flows', 'flow1', spec => { spec['vips'] = [] })))).toEqual(['px-a', 'px-b'].map(proxy => `${proxy}: not-applicable: no flow of the conduit has a VIP`))
  expect(await say(check, { gone: ['px-b'] })).toEqual(['px-b: unknown: ip-links: no probe: ErrImageNeverPull'])
})
