import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/nfqueue-unbound.ts'
import { say, type World } from '../recorded-trench.ts'
import { environment, kube, lb1 } from './kube.ts'

const file = 'cat /proc/net/netfilter/nfnetlink_queue'
const queues = (from: RegExp | string, to: string) => ({ edit: { pod: 'lb-1', command: file, from, to } })

test('a healthy load balancer is bound to its four queues', async () => {
  expect(await say(check)).toEqual([])
})

test('nfqlb is dead', async () => {
  expect(await say(check, { fault: 'f11-nfqlb-dead' })).toEqual(['lb-1: nothing is bound to the netfilter queues 0:3: nfqlb is not running'])
})

test('one of its threads is', async () => {
  expect(await say(check, queues(/^ +2 .*\n/m, ''))).toEqual(['lb-1: nothing is bound to netfilter queue 2'])
  expect(await say(check, queues(/^ +[02] .*\n/gm, ''))).toEqual(['lb-1: nothing is bound to netfilter queue 0, 2'])
})

test('another program\'s queue is not ours', async () => {
  expect(await say(check, queues(/^.*\n[^]*/, '    9  13494     0 2  1500     0     0        0  1\n'))).toEqual(['lb-1: nothing is bound to the netfilter queues 0:3: nfqlb is not running'])
})

test('the range is the pod\'s own', async () => {
  expect(await say(check, { ...kube(environment(lb1, 'NSM_NFQUEUE', '2', 'NSM_CONDUIT_NAME')), ...queues(/^ +[013] .*\n/gm, '') })).toEqual([])
  expect(await say(check, kube(environment(lb1, 'NSM_NFQUEUE', '2:5', 'NSM_CONDUIT_NAME')))).toEqual(['lb-1: nothing is bound to netfilter queue 4, 5'])
})

/** Synthetic: what the kernel, or the probe, answers instead of the queues of lb-1. */
const answered = (code: 'not-found' | 'failed', message: string): World => ({ synthetic: (pod, argv) => (pod === 'lb-1' && argv.join(' ') === file ? { stdout: '', exitCode: null, error: { code, message } } : undefined) })

test('a kernel that nobody ever asked for a queue has no such file', async () => {
  expect(await say(check, answered('not-found', `${file}: No such file or directory`))).toEqual(['lb-1: nothing is bound to the netfilter queues 0:3: nfqlb is not running'])
})

test('a file that cannot be read is unknown', async () => {
  expect(await say(check, answered('failed', `${file}: Permission denied`))).toEqual([`lb-1: unknown: ${file}: Permission denied`])
  expect(await say(check, queues(/^ +0 /m, ' zero '))).toEqual(['lb-1: unknown: nfnetlink-queue: not an NFQUEUE line:  zero  13494     0 2  1500     0     0        0  1'])
})

test('an LB/FE that no probe could enter is unknown', async () => {
  expect(await say(check, { gone: ['lb-2'] })).toEqual(['lb-2: unknown: nfnetlink-queue: no probe: ErrImageNeverPull'])
})
