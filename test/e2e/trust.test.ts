import { afterAll, beforeAll, expect, test } from 'vitest'
import { join, resolve } from 'node:path'
import type { Health } from '../../controller/api/backend.ts'
import { LabClient } from '../lab/apiserver/client.ts'
import { netnsPath } from '../lab/trench/record.ts'
import { Shell } from './child.ts'
import { podNamed, podObject, startTrenchBed, type TrenchBed, trouble } from './trench-bed.ts'

let bed: TrenchBed
let shell: Shell
beforeAll(async () => {
  shell = new Shell()
  bed = await startTrenchBed()
  await bed.sweep()
})
afterAll(async () => {
  await shell?.close()
  await bed?.close()
})

const health = async () => (await (await fetch(`${bed.controller.url}/readyz`)).json()) as Health

/** The environment of a pod's probe, as anybody who may read pods sees it. */
const environmentOf = (name: 'lb-1') => Object.fromEntries((podObject(bed, name).spec.ephemeralContainers?.[0]?.env ?? []).map(({ name: variable, value = '' }) => [variable, value]))

/** The real probe, started by nobody the kubelet knows, where it can reach the controller. */
const stranger = (environment: Readonly<Record<string, string>>) =>
  shell.start(['nsenter', `--net=${netnsPath(bed.lab.trench.id, 'k8s')}`, process.execPath, join(resolve(import.meta.dirname, '../..'), 'dist/agent.cjs')], environment)

test('a stranger with the right session and everything else the pod spec tells, but another key, is refused and counted', async () => {
  const [live] = bed.controller.registry.probes().filter(({ pod }) => pod.endsWith(podNamed('lb-1').podName))
  const impostor = stranger(environmentOf('lb-1'))
  await impostor.said(/"trenchscope":1/)
  await expect.poll(async () => (await health()).counters['refused.key-wrong'], { timeout: 30_000 }).toBeGreaterThan(0)
  impostor.kill('SIGKILL')
  await impostor.ended
  expect(bed.controller.registry.probes()).toContain(live)
  expect((await health()).counters).toMatchObject({ connected: 8 })
  expect(trouble(await bed.sweep())).toEqual([])
})

test('a stranger with a session that nobody was given is refused, counted, and ends', async () => {
  const unknown = stranger({ ...environmentOf('lb-1'), TRENCHSCOPE_SESSION: 'A'.repeat(22) })
  expect((await unknown.ended).code).toBe(0)
  expect((await health()).counters['refused.session-unknown']).toBe(1)
})

test('a stranger who says another pod than the session belongs to is refused and counted', async () => {
  const other = stranger({ ...environmentOf('lb-1'), TRENCHSCOPE_POD: `red/${podNamed('lb-2').podName}` })
  await expect.poll(async () => (await health()).counters['refused.identity-wrong'], { timeout: 30_000 }).toBeGreaterThan(0)
  other.kill('SIGKILL')
  await other.ended
})

test('whoever reads the log of a probe reads one line with a public key and nothing more', async () => {
  const { url, caPem } = bed.lab.apiserver
  const reader = new LabClient({ url, caPem, token: bed.lab.apiserver.token('admin') })
  const { text } = await reader.ask({ path: `/api/v1/namespaces/red/pods/${podNamed('lb-1').podName}/log?container=trenchscope-0001` })
  reader.close()
  const [line = '', ...rest] = text.split('\n').filter(Boolean)
  const said = JSON.parse(line) as { key: string }
  expect(rest).toEqual([])
  expect(said).toEqual({ trenchscope: 1, key: expect.stringMatching(/^[\w-]{43}$/), session: environmentOf('lb-1')['TRENCHSCOPE_SESSION'], version: '0.1.0' })
})

test('the pod spec holds no secret: with all of it and the log a stranger was refused', () => {
  expect(Object.keys(environmentOf('lb-1')).sort()).toEqual(['TRENCHSCOPE_CONTAINER', 'TRENCHSCOPE_CONTROLLERS', 'TRENCHSCOPE_PINS', 'TRENCHSCOPE_POD', 'TRENCHSCOPE_POD_UID', 'TRENCHSCOPE_SESSION', 'TRENCHSCOPE_START_BY'])
})
