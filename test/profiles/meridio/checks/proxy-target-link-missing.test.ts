import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/proxy-target-link-missing.ts'
import { say } from '../recorded-trench.ts'
import { down, edit } from './edits.ts'
import { change, environment, kube } from './kube.ts'
import { pxA, pxB } from './kube-names.ts'

test('a healthy proxy has an interface per target of its node', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['the target set its interface down', { fault: 'f02-target-link-down' }, 'px-a: 1 interfaces to targets are up, targets on worker1 have 2 open'],
  ['a port is set down', { edit: down('px-b', 'proxy.load-77d0') }, 'px-b: 1 interfaces to targets are up, targets on worker2 have 2 open'],
  ['a port is not there', { edit: edit('px-b', 'links', '"ifname":"proxy.load-77d0"', '"ifname":"gone"') }, 'px-b: 1 interfaces to targets are up, targets on worker2 have 2 open'],
  ['a target has a second interface into this network', { fault: 'f44-proxy-duplicate-bridge-ip' }, 'px-a: 2 interfaces to targets are up, targets on worker1 have 3 open'],
])('%s', async (_, world, said) => {
  expect(await say(check, world)).toEqual([said])
})

test('an interface that lost its addresses still leads to the only proxy of the node', async () => {
  expect(await say(check, { edit: [down('px-a', 'proxy.load-52c1'), edit('tg-2', 'addresses', /("ifname":"nsm-0".*"addr_info":)\[[^\]]*\]/, '$1[]')] })).toEqual(['px-a: 1 interfaces to targets are up, targets on worker1 have 2 open'])
})

test('an interface into the network of another conduit is the matter of that conduit\'s proxy', async () => {
  expect(await say(check, {
    ...kube(change('pods', pxB, spec => { spec['nodeName'] = 'worker1' }), environment(pxB, 'NSM_CONDUIT', 'other')),
    edit: [edit('tg-2', 'addresses', '172.16.1.8', '172.16.2.8'), edit('tg-2', 'addresses', 'fd00::ac10:108', 'fd00::ac10:208'), down('px-a', 'proxy.load-52c1'), down('px-b', 'proxy.load-77d0'), down('px-b', 'proxy.load-c3e9')],
  })).toEqual(['px-b: 0 interfaces to targets are up, targets on worker1 have 1 open'])
})

test('an idle application has nothing open', async () => {
  expect(await say(check, { edit: [edit('tg-2', 'links', '"ifname":"nsm-0"', '"ifname":"other"'), down('px-a', 'proxy.load-52c1')] })).toEqual([])
})

test('a target that was not seen leaves ok open, and a proxy that misses one all the same is a finding', async () => {
  expect(await say(check, { gone: ['tg-2'] })).toEqual(['px-a', 'px-b'].map(proxy => `${proxy}: unknown: 2 not seen: red/tg-2: ip-links: no probe: ErrImageNeverPull; red/tg-2: ip-addresses: no probe: ErrImageNeverPull`))
  expect(await say(check, { gone: ['tg-3'], edit: down('px-a', 'proxy.load-52c1') })).toEqual([
    'px-a: 1 interfaces to targets are up, targets on worker1 have 2 open',
    'px-b: unknown: 2 not seen: red/tg-3: ip-links: no probe: ErrImageNeverPull; red/tg-3: ip-addresses: no probe: ErrImageNeverPull',
  ])
})

test('a proxy that hides the service it offers is unknown', async () => {
  expect(await say(check, kube(...['NSM_SERVICE_NAME', 'NSM_NETWORK_SERVICE_NAME', 'NSM_CONDUIT'].map(variable => environment(pxA, variable))))).toEqual([expect.stringMatching(/^px-a: unknown: 2 not seen: the pod does not name/)])
})

test('a proxy that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['px-a'] })).toEqual([
    'px-a: unknown: ip-links: no probe: ErrImageNeverPull',
    'px-b: unknown: red/px-a: ip-addresses: no probe: ErrImageNeverPull',
  ])
})
