import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/trace-flow-leftover.ts'
import { say } from '../recorded-trench.ts'

const file = (name: string) => ({ pod: 'lb-1', command: 'ls -ln --time-style=+ /dev/shm', from: /(.*)tshm-stream1\n/, to: `$&$1${name}\n` })

test('a load balancer that nobody traced has none', async () => {
  expect(await say(check)).toEqual([])
})

test('the trace flow of a probe that is gone', async () => {
  expect(await say(check, { edit: file('probe-ts0123456789ab-1') })).toEqual(['lb-1: trace flow probe-ts0123456789ab-1 was set by a probe that is gone, and could not be deleted since'])
})

test('one that is traced now, and what has no name of ours, is none', async () => {
  const held = { pod: 'lb-1', command: 'ss -H -a -n -t -u -x -p', from: /^/, to: 'u_str LISTEN 0      511         @trenchscope-nfqlb 543300                   * 0\n' }
  expect(await say(check, { edit: [file('probe-ts0123456789ab-1'), held] })).toEqual([])
  expect(await say(check, { edit: file('probe-1') })).toEqual([])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: dev-shm: no probe: ErrImageNeverPull; sockets: no probe: ErrImageNeverPull'])
})
