import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-gateway-mac-stale.ts'
import { say } from '../recorded-trench.ts'
import { edit, idle, noAddress, without } from './edits.ts'
import { change, environment, kube, remove } from './kube.ts'
import { pxB } from './kube-names.ts'

test('a healthy target knows the bridge by its MAC', async () => {
  expect(await say(check)).toEqual([])
})

test('tg-2 kept the MAC of an earlier proxy', async () => {
  expect(await say(check, { fault: 'f32-target-stale-gateway-mac' })).toEqual(['tg-2: 172.16.1.1 is known as 02:fe:00:00:00:01 (PERMANENT), but the bridge of px-a has 02:fe:68:48:4b:aa'])
})

test('the bridge lost its address meanwhile: the default route says whose entry it is', async () => {
  expect(await say(check, { fault: 'f32-target-stale-gateway-mac', edit: noAddress('px-a', '172.16.1.1') })).toEqual(['tg-2: 172.16.1.1 is known as 02:fe:00:00:00:01 (PERMANENT), but the bridge of px-a has 02:fe:68:48:4b:aa'])
  expect(await say(check, { fault: 'f39-bridge-ip-missing' })).toEqual([])
})

test('the IPv6 entry is stale', async () => {
  expect(await say(check, { edit: edit('tg-1', 'neighbours', /("dst":"fd00::ac10:101","dev":"nsm-0","lladdr":)"[^"]*"/, '$1"02:fe:00:00:00:01"') })).toEqual(['tg-1: fd00::ac10:101 is known as 02:fe:00:00:00:01 (DELAY), but the bridge of px-a has 02:fe:68:48:4b:aa'])
})

test('the proxy made its bridge anew: both families of all its targets are stale', async () => {
  expect(await say(check, { edit: edit('px-a', 'links', /("ifname":"bridge0".*?"address":)"02:fe:68:48:4b:aa"/, '$1"02:fe:00:00:00:02"') })).toEqual([1, 2].flatMap(number =>
    ['172.16.1.1', 'fd00::ac10:101'].map(gateway => expect.stringMatching(new RegExp(`^tg-${number}: ${gateway} is known as 02:fe:68:48:4b:aa \\(.*\\), but the bridge of px-a has 02:fe:00:00:00:02$`)))))
})

test.each([
  ['a MAC in capitals is the same', edit('tg-1', 'neighbours', '"dst":"172.16.1.1","dev":"nsm-0","lladdr":"02:fe:68:48:4b:aa"', '"dst":"172.16.1.1","dev":"nsm-0","lladdr":"02:FE:68:48:4B:AA"')],
  ['an entry on another interface is another host\'s', edit('tg-1', 'neighbours', '"dst":"172.16.1.1","dev":"nsm-0","lladdr":"02:fe:68:48:4b:aa"', '"dst":"172.16.1.1","dev":"eth0","lladdr":"02:fe:00:00:00:01"')],
  ['an entry that failed has no MAC', edit('tg-1', 'neighbours', '"dst":"172.16.1.1","dev":"nsm-0","lladdr":"02:fe:68:48:4b:aa",', '"dst":"172.16.1.1","dev":"nsm-0",')],
  ['nobody was asked yet', without('tg-1', 'neighbours', '"dst":"172.16.1.1"')],
])('%s', async (_, change) => {
  expect(await say(check, { edit: change })).toEqual([])
})

test('a target in no bridge network of its node\'s proxies cannot be compared', async () => {
  const moved = kube(change('pods', pxB, spec => { spec['nodeName'] = 'worker1' }), environment(pxB, 'NSM_CONDUIT', 'other'))
  expect((await say(check, { ...moved, edit: [edit('tg-1', 'addresses', '172.16.1.6', '172.16.9.6'), edit('tg-1', 'addresses', 'fd00::ac10:106', 'fd00::ac10:906')] })).filter(line => line.startsWith('tg-1')))
    .toEqual(['tg-1: unknown: nsm-0 is in no bridge network of the proxies on worker1'])
})

test('an idle application is healthy, and where no proxy is there is nothing to compare', async () => {
  expect(await say(check, { edit: idle('tg-1'), ...kube(remove('pods', pxB)) })).toEqual([
    'tg-1: not-applicable: no stream is open: the pod has no nsm interface', 'tg-3: not-applicable: no proxy of the trench is on worker2', 'tg-4: not-applicable: no proxy of the trench is on worker2',
  ])
})

test('a proxy that was not seen makes its targets unknown', async () => {
  expect((await say(check, { gone: ['px-a'] })).filter(line => /^tg-[12]/.test(line))).toEqual([1, 2].map(number =>
    `tg-${number}: unknown: 3 not seen: red/px-a: ip-links: no probe: ErrImageNeverPull; red/px-a: ip-addresses: no probe: ErrImageNeverPull; nsm-0 is in no bridge network of the proxies on worker1`))
})

test('a target that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['tg-1'] })).toEqual(['tg-1: unknown: ip-links: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull; ip-neighbours: no probe: ErrImageNeverPull; ip-routes: no probe: ErrImageNeverPull'])
})
