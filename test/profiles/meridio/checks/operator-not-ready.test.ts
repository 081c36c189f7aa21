import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/operator-not-ready.ts'
import { say } from '../recorded-trench.ts'
import { type Change, kube, remove } from './kube.ts'
import { containerOf, statusOf, terminating } from './kube-status.ts'

const operator = 'meridio-operator-596d7f88b8-7xk2p'
const helm: Change = objects => { for (const plural of ['trenches', 'attractors', 'gateways', 'vips', 'conduits', 'streams', 'flows']) objects[plural] = [] }

test('the operator of a healthy trench is ready', async () => {
  expect(await say(check)).toEqual([])
})

test.each([
  ['not ready', kube(containerOf(operator, 'manager', { ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } } })), [`red: the operator red/${operator} has containers that are not ready: manager (CrashLoopBackOff)`]],
  ['waiting', kube(statusOf(operator, { phase: 'Pending' })), [`red: the operator red/${operator} is Pending`]],
  ['gone', kube(remove('pods', operator)), ['red: unknown: no pod of the namespace has the operator\'s label control-plane=meridio-operator']],
  ['on its way out', kube(terminating(operator)), ['red: unknown: no pod of the namespace has the operator\'s label control-plane=meridio-operator']],
  ['a Helm deployment', kube(helm), ['red: not-applicable: the trench has no custom resources: no operator makes it']],
])('%s', async (_, world, said) => {
  expect(await say(check, world)).toEqual(said)
})

test('an API server that was not asked leaves it unknown', async () => {
  expect(await say(check, { gone: ['cluster'] })).toEqual(['red: unknown: trench-config: not observed; operator-pods: not observed'])
})
