import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { alertsOf } from '../../controller/schedule/alertmanager.ts'
import { kubeEvents } from '../../controller/schedule/kube-events.ts'
import type { ChangeNotice } from '../../controller/schedule/notify.ts'
import { Webhook } from '../../controller/schedule/webhook.ts'
import { readWebhooks } from '../../controller/schedule/webhooks-file.ts'
import { openApiBed } from '../api/bed.ts'
import { blue, findingOf, red, reportOf, silent } from '../store/synthetic.ts'

const notice: ChangeNotice = { type: 'sweep.changed', sweep: 's1', origin: 'api', at: 1_700_000_000_000, trenches: [red], appeared: [findingOf('bad-word'), { ...findingOf('symptom'), explainedBy: 'root' }], gone: [findingOf('old')], same: 2 }

interface Call { readonly headers: IncomingHttpHeaders; readonly body: string }
/** A receiver that answers with these statuses, then 200. */
async function receiver(statuses: number[], work: (url: string, calls: readonly Call[]) => Promise<void>): Promise<void> {
  const calls: Call[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => (body += chunk)).on('end', () => {
      calls.push({ headers: request.headers, body })
      response.writeHead(statuses.shift() ?? 200).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, calls)
  } finally {
    await new Promise(resolve => server.close(resolve))
  }
}

test('a notice is posted, signed, and again until it is taken', () => receiver([500, 429], async (url, calls) => {
  const webhook = new Webhook({ name: 'ours', url, secret: 'key', format: 'trenchscope', log: silent, now: () => 1_700_000_001_999, retryMs: 1 })
  webhook.offer(notice)
  await expect.poll(() => webhook.counts).toEqual({ delivered: 1, given_up: 0, retried: 2 })
  await webhook.close()
  expect(calls.map(({ body }) => JSON.parse(body) as unknown)).toEqual([notice, notice, notice])
  expect(new Set(calls.map(({ headers }) => headers['x-trenchscope-delivery'])).size).toBe(1)
  const v1 = createHmac('sha256', 'key').update(`1700000001.${calls[0]?.body}`).digest('hex')
  expect(calls[0]?.headers['x-trenchscope-signature']).toBe(`t=1700000001,v1=${v1}`)
}))

test('a notice that comes in the moment when the one before is done is posted, too', () => receiver(Array.from({ length: 24 }, (_, call) => (call % 2 === 0 ? 400 : 200)), async url => {
  // a tick later each time: one of them falls between the last look for notices and the end of the work
  for (let ticks = 0; ticks < 12; ticks++) {
    const offered = Promise.withResolvers<void>()
    const giveUp = (): void => {
      let after = Promise.resolve()
      for (let tick = 0; tick < ticks; tick++) after = after.then(() => undefined)
      void after.then(() => webhook.offer({ ...notice, sweep: 'second' })).then(offered.resolve)
    }
    const webhook: Webhook = new Webhook({ name: 'ours', url: `${url}/first`, secret: 'key', format: 'trenchscope', retryMs: 1, log: { ...silent, warn: giveUp } as unknown as typeof silent })
    webhook.offer(notice)
    await offered.promise
    await expect.poll(() => webhook.counts).toEqual({ delivered: 1, given_up: 1, retried: 0 })
    await webhook.close()
  }
}))

test('what a receiver refuses for good is given up at once', () => receiver([400], async (url, calls) => {
  const webhook = new Webhook({ name: 'ours', url, secret: 'key', format: 'trenchscope', log: silent, retryMs: 1 })
  webhook.offer(notice)
  await expect.poll(() => webhook.counts).toEqual({ delivered: 0, given_up: 1, retried: 0 })
  await webhook.close()
  expect(calls).toHaveLength(1)
}))

test('Alertmanager gets roots that appeared and the end of what is gone, with labels that do not change', () => {
  expect(alertsOf(notice).map(({ labels, startsAt, endsAt }) => [labels, startsAt, endsAt])).toEqual([
    [{ alertname: 'bad-word', severity: 'loss', namespace: 'red', trench: 'red', subject: 'red/lb-1', finding: findingOf('bad-word').key }, '2023-11-14T22:13:20.000Z', '2023-11-21T22:13:20.000Z'],
    [{ alertname: 'old', severity: 'loss', namespace: 'red', trench: 'red', subject: 'red/lb-1', finding: findingOf('old').key }, '2023-11-14T22:13:20.000Z', '2023-11-14T22:13:20.000Z'],
  ])
})

test('Kubernetes gets one event on the pod of each root, at most twenty', () => {
  const created: [string, any][] = []
  const sink = kubeEvents({ create: async (path, body) => created.push([path, body]), log: silent })
  sink.offer({ ...notice, appeared: [...notice.appeared, ...Array.from({ length: 30 }, (_, index) => findingOf('bad-word', { target: `t${index}` }))] })
  expect(created).toHaveLength(20)
  expect(created[0]).toMatchObject(['/api/v1/namespaces/red/events', { kind: 'Event', reason: 'BadWord', message: 'target-1 is bad', type: 'Warning', involvedObject: { kind: 'Pod', namespace: 'red', name: 'lb-1', uid: 'uid-lb-1' } }])
  expect(created[19]?.[1].message).toBe('t18 is bad (and 11 more findings of this sweep)')
  expect(new Set(created.map(([, { metadata }]) => metadata.name)).size).toBe(20)
})

test('what a sweep kept before it was cancelled is told, once', async () => {
  const told: ChangeNotice[] = []
  const asked = Promise.withResolvers<void>()
  const bed = await openApiBed({ trenches: [red, blue], sinks: [{ offer: each => told.push(each) }], sweep: async (trench, signal) => {
    if (trench.name === 'blue' && !signal.aborted) await new Promise(resolve => (signal.addEventListener('abort', resolve), asked.resolve()))
    return reportOf(trench.name === 'red' ? [findingOf('bad-word')] : [], { trench, id: crypto.randomUUID() })
  } })
  try {
    const run = await bed.runs.start({ selection: {}, startedBy: 'anna', origin: 'api' })
    await asked.promise
    run.cancel('the next run')
    expect(await run.ended).toBe('cancelled')
    await expect.poll(() => told.map(({ sweep, appeared }) => [sweep, appeared.map(({ text }) => text)])).toEqual([[run.id, ['target-1 is bad']]])
  } finally {
    await bed.close()
  }
})

test.each<[string, unknown, string]>([
  ['no list', {}, 'holds no list'], ['no secret', [{ name: 'a', url: 'https://x' }], 'entry 1: needs name, url and secretFile'], ['no web address', [{ name: 'a', url: 'file:///x', secretFile: 'key' }], 'entry 1: file:///x is no http or https URL'],
  ['an unknown format', [{ name: 'a', url: 'https://x', secretFile: 'key', format: 'xml' }], 'entry 1: format is trenchscope or alertmanager, not xml'], ['an unknown field', [{ name: 'a', url: 'https://x', secretFile: 'key', colour: 1 }], 'entry 1: unknown: colour'],
  ['a short key', [{ name: 'a', url: 'https://x', secretFile: 'short' }], 'entry 1: the key in short has fewer than 16 characters'],
])('the operator is told what is wrong with his receivers: %s', (_, list, words) => {
  const dir = mkdtempSync(join(tmpdir(), 'trenchscope-hooks-'))
  try {
    writeFileSync(join(dir, 'key'), 'a key that is long enough\n')
    writeFileSync(join(dir, 'short'), 'short\n')
    writeFileSync(join(dir, 'hooks.json'), JSON.stringify(list))
    expect(() => readWebhooks(join(dir, 'hooks.json'), silent)).toThrow(words)
  } finally {
    rmSync(dir, { recursive: true })
  }
})
