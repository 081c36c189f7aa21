import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-mtu-too-large.ts'
import { say } from '../recorded-trench.ts'
import { edit, idle } from './edits.ts'
import { change, environment, kube, remove } from './kube.ts'
import { pxB } from './kube-names.ts'

const mtu = (pod: string, name: string, value: number) => edit(pod, 'links', new RegExp(`("ifname":"${name}","flags":\\[[^\\]]*\\],"mtu":)\\d+`), `$1${value}`)

test('a healthy trench has one MTU', async () => {
  expect(await say(check)).toEqual([])
})

test('targets send larger packets than the bridge takes', async () => {
  expect(await say(check, { fault: 'f26-mtu-mixed' })).toEqual(['tg-1: nsm-0 has MTU 1500, the bridge of px-a only 1400'])
})

test('one byte too many, and one too few', async () => {
  expect(await say(check, { edit: [mtu('tg-3', 'nsm-0', 1401), mtu('tg-4', 'nsm-0', 1399)] })).toEqual(['tg-3: nsm-0 has MTU 1401, the bridge of px-b only 1400'])
})

test('the bridge of another conduit on the node does not matter', async () => {
  const moved = kube(change('pods', pxB, spec => { spec['nodeName'] = 'worker1' }), environment(pxB, 'NSM_CONDUIT', 'other'))
  const elsewhere = [edit('tg-3', 'links', '"ifname":"nsm-0"', '"ifname":"net1"'), edit('tg-4', 'links', '"ifname":"nsm-0"', '"ifname":"net1"')]
  expect((await say(check, { ...moved, edit: [...elsewhere, mtu('px-b', 'bridge0', 1300)] })).filter(line => /^tg-[12]/.test(line))).toEqual([])
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

test.each([
  ['the proxy was not seen', { gone: ['px-b'] }, [3, 4].map(number => `tg-${number}: unknown: 3 not seen: red/px-b: ip-links: no probe: ErrImageNeverPull; red/px-b: ip-addresses: no probe: ErrImageNeverPull; nsm-0 is in no bridge network of the proxies on worker2`)],
  ['the target was not seen', { gone: ['tg-1'] }, ['tg-1: unknown: ip-links: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull']],
])('%s', async (_, world, said) => {
  expect((await say(check, world)).filter(line => !/^tg-[12]: unknown: 2 not seen/.test(line))).toEqual(said)
})
