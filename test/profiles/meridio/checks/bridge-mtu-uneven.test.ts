import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bridge-mtu-uneven.ts'
import { say } from '../recorded-trench.ts'
import { edit } from './edits.ts'

const mtu = (name: string, value: number) => edit('px-a', 'links', new RegExp(`("ifname":"${name}","flags":\\[[^\\]]*\\],"mtu":)\\d+`), `$1${value}`)

test('a healthy bridge and its ports have one MTU', async () => {
  expect(await say(check)).toEqual([])
})

test('ports of the own node are larger', async () => {
  expect(await say(check, { edit: [mtu('proxy.load-1f0a', 1500), mtu('load-balan-90c8', 1500)] })).toEqual(['px-a: bridge0 has MTU 1400, its ports have 1500 (load-balan-90c8), 1500 (proxy.load-1f0a)'])
})

test('a proxy without bridge is not judged, and one that nobody could enter is unknown', async () => {
  expect(await say(check, { edit: edit('px-a', 'links', '"ifname":"bridge0"', '"ifname":"bridge9"') })).toEqual(['px-a: not-applicable: there is no bridge0'])
  expect(await say(check, { gone: ['px-b'] })).toEqual(['px-b: unknown: ip-links: no probe: ErrImageNeverPull'])
})
