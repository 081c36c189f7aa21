import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bridge-down.ts'
import { say } from '../recorded-trench.ts'
import { down, edit, fails } from './edits.ts'

test('a healthy proxy has its bridge up', async () => {
  expect(await say(check)).toEqual([])
})

test('the bridge is set down', async () => {
  expect(await say(check, { edit: down('px-a', 'bridge0') })).toEqual(['px-a: bridge0 is set down'])
})

test('there is no bridge', async () => {
  expect(await say(check, { edit: edit('px-b', 'links', '"ifname":"bridge0"', '"ifname":"other"') })).toEqual(['px-b: there is no bridge0'])
})

test.each([
  ['no probe could enter', { gone: ['px-a'] }, 'ip-links: no probe: ErrImageNeverPull'],
  ['does not answer', fails('px-a', 'ip -j -d -s addr'), 'ip-links: ip -j -d -s addr did not end within 5000 ms'],
])('a proxy that %s is unknown', async (_, world, reason) => {
  expect(await say(check, world)).toEqual([`px-a: unknown: ${reason}`])
})
