import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bird-down.ts'
import { birdVersions } from '../../../parsers/bird-recordings.ts'
import { say } from '../recorded-trench.ts'
import { situation } from './bird-situation.ts'

test.each(['', 'bird-2.0.8', 'bird-3.1.4', 'bird-3.1.4-gateway-down'])('BIRD runs, whatever its gateways do: %s', async variant => {
  expect(await say(check, variant === '' ? {} : { variant })).toEqual([])
})

test.each(birdVersions)('BIRD %s with all sessions up', async version => {
  expect(await say(check, situation(version, 'healthy-bgp-bfd'))).toEqual([])
})

const socket = 'birdc show status: Unable to connect to server control socket (/var/run/bird/bird.ctl)'
test.each([
  ['bird-killed-stale-socket', `BIRD does not answer (it crashed, was killed, or refused to start): ${socket}: Connection refused`],
  ['config-error-start', `BIRD does not answer (it crashed, was killed, or refused to start): ${socket}: Connection refused`],
  ['router-id-missing', `BIRD does not answer (it crashed, was killed, or refused to start): ${socket}: Connection refused`],
  ['bird-not-running', `BIRD does not answer (not started, or ended in order): ${socket}: No such file or directory`],
  ['bird-stopped', 'BIRD does not answer (it is frozen): birdc show status: no answer'],
])('%s', async (name, text) => {
  expect(await say(check, situation('2.0.12', name))).toEqual([`lb-1: ${text}`])
})

test('a BIRD that was killed in the recorded trench', async () => {
  expect(await say(check, { fault: 'f37-bird-killed' })).toEqual([
    'lb-1: BIRD does not answer (it crashed, was killed, or refused to start): birdc show status: Unable to connect to server control socket (/run/bird/bird.ctl): Connection refused',
  ])
})

test.each([['Reconfiguration in progress', 'reconfiguring'], ['Shutdown in progress', 'shutting-down']])('%s', async (words, state) => {
  expect(await say(check, { edit: { pod: 'lb-2', command: 'birdc show status', from: 'Daemon is up and running', to: words } })).toEqual([`lb-2: BIRD is ${state}`])
})

test('a status nobody can read is no dead BIRD', async () => {
  expect(await say(check, { edit: { pod: 'lb-2', command: 'birdc show status', from: 'Daemon is up and running', to: 'All is well' } })).toEqual(['lb-2: unknown: bird-status: line 8 is not of a BIRD status: All is well'])
})

test('an LB/FE that no probe could enter is unknown, not dead', async () => {
  expect(await say(check, { gone: ['lb-1'] })).toEqual(['lb-1: unknown: bird-status: no probe: ErrImageNeverPull'])
})
