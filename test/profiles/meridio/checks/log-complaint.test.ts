import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/log-complaint.ts'
import { say } from '../recorded-trench.ts'
import { type Change, kube, lb1, put } from './kube.ts'
import { containerOf } from './kube-status.ts'

const unready = containerOf(lb1, 'stateless-lb', { ready: false, state: { running: {} } })
const log = (text: string): Change => put('logs', { metadata: { name: `${lb1}/stateless-lb` }, text })
const line = (severity: string, message: string, more: object = {}) => JSON.stringify({ severity, message, ...more })

test('logs of containers that are ready are not read', async () => {
  expect(await say(check, kube(log(line('error', 'old'))))).toEqual([])
})

test.each([
  ['an error, structured', `${line('info', 'started')}\n${line('error', 'watch streams', { error: 'rpc error: code = Unavailable desc = connection refused' })}\n`, ['red: red/lb-1: stateless-lb, which is not ready, says: watch streams: rpc error: code = Unavailable desc = connection refused']],
  ['several, the last is told', `${line('error', 'one')}\n${line('warning', 'x509: certificate has expired')}\n${line('debug', 'fine')}\n`, ['red: red/lb-1: stateless-lb, which is not ready, says (the last of 2 complaints): x509: certificate has expired']],
  ['plain text', 'starting\npanic: no queue\n', ['red: red/lb-1: stateless-lb, which is not ready, says: panic: no queue']],
  ['no complaint', `${line('info', 'waiting')}\n`, []],
])('%s', async (_, text, said) => {
  expect(await say(check, kube(unready, log(text)))).toEqual(said)
})

test('a container that has not begun has no log', async () => {
  expect(await say(check, kube(containerOf(lb1, 'stateless-lb', { ready: false, state: { waiting: { reason: 'ContainerCreating' } } }), log(line('error', 'x'))))).toEqual([])
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: unready-logs: not observed'])
})
