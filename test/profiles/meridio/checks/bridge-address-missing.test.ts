import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bridge-address-missing.ts'
import { say } from '../recorded-trench.ts'
import { edit } from './edits.ts'
import { ipv4Only } from './kube.ts'

const elsewhere = (address: string, other: string) => edit('px-a', 'addresses', `"local":"${address}"`, `"local":"${other}"`)

test('a healthy bridge has an address of each family', async () => {
  expect(await say(check)).toEqual([])
})

test('the bridge lost its IPv4 address', async () => {
  expect(await say(check, { fault: 'f39-bridge-ip-missing' })).toEqual(['px-a: bridge0 has no IPv4 address'])
})

test('the bridge has only a link-local IPv6 address left', async () => {
  expect(await say(check, { edit: edit('px-a', 'addresses', /("local":"fd00::ac10:101","prefixlen":120,"scope":)"global"/, '$1"link"') })).toEqual(['px-a: bridge0 has no IPv6 address'])
})

test('the kernel gave the IPv6 address up because another host has it', async () => {
  expect(await say(check, { edit: edit('px-a', 'addresses', '"local":"fd00::ac10:101","prefixlen":120,"scope":"global"', '"local":"fd00::ac10:101","prefixlen":120,"scope":"global","dadfailed":true') }))
    .toEqual(['px-a: bridge0: fd00::ac10:101 is not usable (dadfailed): another host has it'])
})

test('a trench of one family needs no address of the other', async () => {
  expect(await say(check, { ...ipv4Only, edit: edit('px-a', 'addresses', /("local":"fd00::ac10:101","prefixlen":120,"scope":)"global"/, '$1"link"') })).toEqual([])
})

test('which address it is does not matter here', async () => {
  expect(await say(check, { edit: elsewhere('172.16.1.1', '172.16.1.99') })).toEqual([])
})

test('without a bridge its address is not judged', async () => {
  expect(await say(check, { edit: edit('px-a', 'links', '"ifname":"bridge0"', '"ifname":"other"') })).toEqual(['px-a: not-applicable: there is no bridge0'])
})

test('a proxy that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['px-b'] })).toEqual(['px-b: unknown: ip-links: no probe: ErrImageNeverPull; ip-addresses: no probe: ErrImageNeverPull'])
})
