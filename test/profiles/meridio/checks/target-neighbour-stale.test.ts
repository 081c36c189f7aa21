import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/target-neighbour-stale.ts'
import { say } from '../recorded-trench.ts'
import { conduitUntold } from './kube.ts'
import { neighbour } from './lb-edits.ts'

const mac = (address: string, to: string, device = 'load-balan-27a4') => neighbour(new RegExp(`("dst":"${address}","dev":)"load-balan-27a4","lladdr":"[^"]*"`), `$1"${device}","lladdr":"${to}"`)
const stale = 'known on load-balan-27a4 as 02:fe:de:ad:be:ef'

test('a healthy load balancer knows the MAC of every target', async () => {
  expect(await say(check)).toEqual([])
})

test('a MAC that nobody has', async () => {
  expect(await say(check, { fault: 'f06-lb-stale-neighbour' })).toEqual([`lb-1: 172.16.1.8 is ${stale} (PERMANENT), but tg-2 has 02:fe:fb:e6:82:61`])
})

test('each family by itself', async () => {
  expect(await say(check, { edit: [mac('172.16.1.8', '02:fe:de:ad:be:ef'), mac('fd00::ac10:108', '02:fe:de:ad:be:ef')] })).toEqual([
    `lb-1: 172.16.1.8 is ${stale} (REACHABLE), but tg-2 has 02:fe:fb:e6:82:61`,
    `lb-1: fd00::ac10:108 is ${stale} (REACHABLE), but tg-2 has 02:fe:fb:e6:82:61`,
  ])
})

test('the MAC of the target before a heal', async () => {
  const healed = ['ip -j -d -s link', 'ip -j addr'].map(command => ({ pod: 'tg-2', command, from: /02:fe:fb:e6:82:61/g, to: '02:fe:00:00:00:01' }))
  expect((await say(check, { edit: healed })).filter(text => text.startsWith('lb-1'))).toEqual([
    'lb-1: 172.16.1.8 is known on load-balan-27a4 as 02:fe:fb:e6:82:61 (REACHABLE), but tg-2 has 02:fe:00:00:00:01',
    'lb-1: fd00::ac10:108 is known on load-balan-27a4 as 02:fe:fb:e6:82:61 (REACHABLE), but tg-2 has 02:fe:00:00:00:01',
  ])
})

test('an address on two pods is another fault, whichever of them the load balancer knows', async () => {
  expect(await say(check, { fault: 'f27-duplicate-target-ip' })).toEqual([])
})

test('entries of other interfaces, and those that failed, do not count', async () => {
  expect(await say(check, { edit: mac('172.16.1.8', '02:fe:de:ad:be:ef', 'eth0') })).toEqual([])
  expect(await say(check, { edit: [mac('172.16.1.8', '02:fe:de:ad:be:ef'), neighbour(/("dst":"172\.16\.1\.8".*?"state":)\["REACHABLE"\]/, '$1["FAILED"]')] })).toEqual([])
})

test('what was seen stands when one target was not', async () => {
  expect(await say(check, { fault: 'f06-lb-stale-neighbour', gone: ['tg-4'] })).toEqual([
    `lb-1: 172.16.1.8 is ${stale} (PERMANENT), but tg-2 has 02:fe:fb:e6:82:61`,
    'lb-2: unknown: 2 not seen: red/tg-4: ip-addresses: no probe: ErrImageNeverPull; red/tg-4: ip-links: no probe: ErrImageNeverPull',
  ])
})

test('a pod that does not say which conduit it serves is unknown', async () => {
  expect(await say(check, conduitUntold)).toEqual(['lb-1: unknown: the pod does not say which conduit it serves, so its interfaces to proxies cannot be told'])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: ip-neighbours: no probe: ErrImageNeverPull'])
})
