import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bridge-port-address-foreign.ts'
import { say } from '../recorded-trench.ts'
import { edit, noAddress } from './edits.ts'

test('healthy ports have addresses of the node\'s prefix', async () => {
  expect(await say(check)).toEqual([])
})

test('a port has an address of another prefix', async () => {
  expect(await say(check, { edit: edit('px-a', 'addresses', '"local":"172.16.1.7"', '"local":"172.16.9.7"') })).toEqual(['px-a: proxy.load-1f0a has 172.16.9.7/24, which is in no network of the bridge (172.16.1.1/24, fd00::ac10:101/120)'])
})

test('a family that the bridge lost is another matter', async () => {
  expect(await say(check, { edit: noAddress('px-a', '172.16.1.1') })).toEqual([])
  expect(await say(check, { edit: [noAddress('px-a', '172.16.1.1'), noAddress('px-a', 'fd00::ac10:101')] })).toEqual(['px-a: not-applicable: the bridge has no address'])
})

test('a proxy that nobody could enter is unknown', async () => {
  expect(await say(check, { gone: ['px-b'] })).toEqual(['px-b: unknown: ip-addresses: no probe: ErrImageNeverPull'])
})
