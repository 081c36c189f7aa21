import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bridge-mac-misplaced.ts'
import { say } from '../recorded-trench.ts'

const learnt = (mac: string, from: string, to: string) => ({ edit: { pod: 'px-a', command: 'bridge -j fdb show br bridge0', from: `{"mac":"${mac}","ifname":"${from}"`, to: `{"mac":"${mac}","ifname":"${to}"` } })

test('healthy bridges know who is behind which port', async () => {
  expect(await say(check)).toEqual([])
})

test('a load balancer behind a target\'s port', async () => {
  expect(await say(check, learnt('02:fe:c6:b9:bf:4b', 'load-balan-90c8', 'proxy.load-1f0a'))).toEqual(['px-a: 02:fe:c6:b9:bf:4b of lb-1 was learnt on proxy.load-1f0a, which leads to targets'])
})

test('a target behind a load balancer\'s port', async () => {
  expect(await say(check, learnt('02:fe:8e:16:3b:3a', 'proxy.load-1f0a', 'load-balan-90c8'))).toEqual(['px-a: 02:fe:8e:16:3b:3a of tg-1 was learnt on load-balan-90c8, which leads to load balancers'])
})

test('another port of the right kind may be', async () => {
  expect(await say(check, learnt('02:fe:8e:16:3b:3a', 'proxy.load-1f0a', 'proxy.load-52c1'))).toEqual([])
})

test('with one pod that nobody could enter nothing is ok', async () => {
  expect(await say(check, { gone: ['tg-1'] })).toEqual(['px-a', 'px-b'].map(proxy => `${proxy}: unknown: red/tg-1: ip-links: no probe: ErrImageNeverPull`))
})
