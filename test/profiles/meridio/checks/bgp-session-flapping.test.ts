import { expect, test } from 'vitest'
import check from '#profiles/meridio/checks/bgp-session-flapping.ts'
import { say } from '../recorded-trench.ts'
import { log, situationWithLog } from './bird-log-of.ts'
import { change, kube } from './kube.ts'

/** Synthetic: a session that came up at these times of the recorded day (lb-1's BIRD says 03:26:49). */
const ups = (...times: string[]) => log(times.map(time => `2026-11-21 ${time}.000 <TRACE> NBR-gateway1: BGP session established\n`).join(''))

test('a healthy session came up once', async () => {
  expect(await say(check)).toEqual([])
})

test('a session that was up four times within an hour came up again three times', async () => {
  expect(await say(check, ups('03:00:00', '03:05:00', '03:10:00', '03:26:00'))).toEqual(['lb-1: the session with gateway1 (169.254.101.254) came up again 3 times within an hour, last at 2026-11-21 03:26:00.000'])
})

test('what is longer ago does not count', async () => {
  expect(await say(check, ups('01:00:00', '01:05:00', '02:00:00', '03:10:00', '03:26:00'))).toEqual([])
})

test('the recorded flapping', async () => {
  const said = await say(check, situationWithLog('2.0.12', 'bgp-flapping'))
  expect(said).toEqual([expect.stringMatching(/^lb-1: the session with gateway-v4-a \(169\.254\.100\.150\) came up again 3 times within an hour, last at 2026-11-21 03:02:39\.520$/)])
})

test('what does not apply', async () => {
  expect(await say(check, log(undefined))).toEqual(['lb-1: not-applicable: no volume shows the probe BIRD\'s log: cat /var/log/bird.log: No such file or directory'])
  const world = kube(...['gateway1', 'gateway2'].map(name => change('gateways', name, spec => { Object.assign(spec, { protocol: 'static', bgp: undefined, static: {} }) })))
  expect(await say(check, world)).toEqual(['lb-1', 'lb-2'].map(lb => `${lb}: not-applicable: the attractor has no BGP gateway`))
})

test('a BIRD that does not answer is unknown', async () => {
  expect(await say(check, { fault: 'f37-bird-killed' })).toEqual([expect.stringMatching(/^lb-1: unknown: bird-status: .*Connection refused/)])
})
