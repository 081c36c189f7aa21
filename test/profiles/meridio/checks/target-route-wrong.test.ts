import { describe, expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-route-wrong.ts'
import { say } from '../recorded-trench.ts'
import { conduitUntold, ipv4Only, kube, remove } from './kube.ts'
import { neighbour, oldNumbers, route, unreadable, unreadableReason } from './lb-edits.ts'

const leads = (to: string) => route(4, '"gateway":"172.16.1.8"', `"gateway":"${to}"`)

test('in a healthy trench every route leads to a target', async () => {
  expect(await say(check)).toEqual([])
})

describe('an address no target has', () => {
  test('recorded: the table points to nobody', async () => {
    expect(await say(check, { fault: 'f05-fwmark-route-wrong' })).toEqual(['lb-1: stream1: table 5058 leads to 172.16.1.99, an address no target has'])
  })

  test('a target that another took the address of', async () => {
    expect(await say(check, { fault: 'f27-duplicate-target-ip' })).toEqual(['lb-1: stream1: table 5090 leads to 172.16.2.8, an address no target has'])
  })

  test('two tables that lead to it are one finding', async () => {
    expect(await say(check, { edit: [leads('172.16.1.99'), route(4, '"gateway":"172.16.1.6"', '"gateway":"172.16.1.99"')] })).toEqual(['lb-1: stream1: table 5048 leads to 172.16.1.99, an address no target has'])
  })

  test('each family by itself', async () => {
    expect(await say(check, { edit: [leads('172.16.1.99'), route(6, '"gateway":"fd00::ac10:108"', '"gateway":"fd00::ac10:199"')] })).toEqual([
      'lb-1: stream1: table 5058 leads to 172.16.1.99, an address no target has',
      'lb-1: stream1: table 5058 leads to fd00::ac10:199, an address no target has',
    ])
  })

  test('a trench of one family', async () => {
    expect(await say(check, { ...ipv4Only, edit: route(6, '"gateway":"fd00::ac10:108"', '"gateway":"fd00::ac10:199"') })).toEqual([])
  })

  test('a target that lives where nobody may look answers ARP: somebody has the address', async () => {
    const hidden = kube(remove('pods', 'meridio-app-74f796dd77-tg-2'))
    expect(await say(check, hidden)).toEqual([])
    expect(await say(check, { ...hidden, edit: neighbour(/("dst":"172\.16\.1\.8","dev":"load-balan-27a4",)"lladdr":"[^"]*",(.*?"state":)\["REACHABLE"\]/, '$1$2["FAILED"]') })).toEqual(['lb-1: stream1: table 5058 leads to 172.16.1.8, an address no target has'])
  })
})

test('the route leaves by the primary network', async () => {
  expect(await say(check, { edit: route(4, '"gateway":"172.16.1.8","dev":"load-balan-27a4"', '"gateway":"172.16.1.8","dev":"eth0"') })).toEqual(['lb-1: stream1: table 5058 leads to 172.16.1.8 over eth0, which is no conduit interface'])
})

test.each([
  ['is unreachable', '"type":"unreachable","dst":"default"', 'unreachable'],
  ['names an interface only', '"dst":"default","dev":"load-balan-27a4"', 'unicast by load-balan-27a4'],
])('a default route that %s leads to no target', async (_, to, type) => {
  const edit = route(4, /"dst":"default","gateway":"172\.16\.1\.8","dev":"load-balan-27a4"/, to)
  expect(await say(check, { edit })).toEqual([`lb-1: stream1: the IPv4 default route of table 5058 leads to no target (${type})`])
})

test('before v0.9 the mark is the identifier', async () => {
  expect(await say(check, { edit: oldNumbers })).toEqual([])
  expect(await say(check, { edit: [...oldNumbers, leads('172.16.1.99')] })).toEqual(['lb-1: stream1: table 58 leads to 172.16.1.99, an address no target has'])
})

test('with one target unseen nobody is accused', async () => {
  expect(await say(check, { fault: 'f05-fwmark-route-wrong', gone: ['tg-4'] })).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: unknown: red/tg-4: ip-addresses: no probe: ErrImageNeverPull`))
})

test('a pod that does not say which conduit it serves is unknown, but not the address', async () => {
  expect(await say(check, { ...conduitUntold, fault: 'f05-fwmark-route-wrong' })).toEqual(['lb-1: stream1: table 5058 leads to 172.16.1.99, an address no target has'])
  expect(await say(check, conduitUntold)).toEqual(['lb-1: unknown: the pod does not say which conduit it serves, so its interfaces to proxies cannot be told'])
})

test('without an active target there is nothing to judge', async () => {
  expect(await say(check, { fault: 'f47-no-active-target-announced' })).toEqual(['lb-1: not-applicable: no stream has an active target'])
})

test('a stream that cannot be shown leaves it unknown', async () => {
  expect(await say(check, { edit: unreadable })).toEqual([`lb-1: unknown: ${unreadableReason}`])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: nfqlb-streams: no probe: ErrImageNeverPull; ip-rules: no probe: ErrImageNeverPull; ip-routes: no probe: ErrImageNeverPull; ip-neighbours: no probe: ErrImageNeverPull'])
})
