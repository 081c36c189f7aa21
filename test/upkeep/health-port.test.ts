import { onTestFinished, expect, test } from 'vitest'
import { openHealthPort } from '../../controller/upkeep/health-port.ts'

async function opened(sources: Parameters<typeof openHealthPort>[1]) {
  const port = await openHealthPort('127.0.0.1:0', sources)
  onTestFinished(() => port.close())
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${port.url}${path}`, init)
    return [response.status, await response.text()]
  }
  return { port, ask }
}

test('a controller that is not ready is alive, and says what keeps it', async () => {
  const { ask } = await opened({ problems: () => ['it waits for its lease', 'pods cannot be listed'] })
  expect([await ask('/healthz'), await ask('/readyz')]).toEqual([[200, 'ok\n'], [503, 'it waits for its lease\npods cannot be listed\n']])
})

test('a ready controller says so, and shows its metrics', async () => {
  const { port, ask } = await opened({ problems: () => ['starting'] })
  port.serve({ problems: () => [], metrics: async () => ({ type: 'text/plain', text: 'trenchscope_problems 0\n' }) })
  expect([await ask('/readyz'), await ask('/metrics')]).toEqual([[200, 'ok\n'], [200, 'trenchscope_problems 0\n']])
})

test('there is nothing else, and nothing can be written', async () => {
  const { ask } = await opened({ problems: () => [] })
  expect([await ask('/v1/trenches'), await ask('/metrics'), await ask('/healthz', { method: 'POST' })]).toEqual([
    [404, 'there are /healthz, /readyz and /metrics\n'], [404, 'there are /healthz, /readyz and /metrics\n'], [405, 'only GET\n'],
  ])
})

test('what cannot be said is an error with its reason, and ends nothing', async () => {
  const { ask } = await opened({ problems: () => { throw new Error('nobody knows') }, metrics: () => Promise.reject(new Error('the store is closed')) })
  expect([await ask('/metrics'), await ask('/readyz'), await ask('/healthz')]).toEqual([[500, 'the store is closed\n'], [500, 'nobody knows\n'], [200, 'ok\n']])
})
