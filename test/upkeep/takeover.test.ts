import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiClient } from '../../controller/api/client.ts'
import { meet, rendezvousFile } from '../../controller/rendezvous.ts'
import { controllerUser } from '../lab/controller-access.ts'
import { type SmallBed, startSmallBed } from './bed.ts'

const root = resolve(import.meta.dirname, '../..')
const controllers: ChildProcess[] = []
let bed: SmallBed
beforeAll(async () => {
  bed = await startSmallBed()
  mkdirSync(join(bed.dir, 'data'))
  writeFileSync(join(bed.dir, 'kubeconfig-2'), bed.apiserver.kubeconfig(controllerUser), { mode: 0o600 })
})
afterAll(async () => {
  for (const child of controllers) child.kill('SIGKILL')
  await bed.close()
})

/** A controller in a process of its own, as a pod's is; the host name that it takes for the pod's is this machine's, so that only its process id tells it apart. */
function startProcess(): ChildProcess {
  const child = spawn(process.execPath, [join(root, 'bin/cli.ts'), 'controller', '--kubeconfig', join(bed.dir, 'kubeconfig-2'), '--link-listen', `unix:${join(bed.dir, 'link.sock')}`, '--link-advertise', '127.0.0.1:7443', '--api-listen', '127.0.0.1:0', '--data-dir', join(bed.dir, 'data')], {
    stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env['PATH'], XDG_RUNTIME_DIR: bed.dir, TRENCHSCOPE_OWN_NAMESPACE: 'trenchscope' },
  })
  controllers.push(child)
  return child
}

/** Resolves when the process has said so. */
function line(child: ChildProcess, words: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      text += String(chunk)
      if (words.test(text)) resolve()
    })
    child.once('close', () => reject(new Error(`the controller ended: ${text}`)))
  })
}

/** The API of the controller that works. */
function client(): ApiClient {
  const { url = '', tokenFile = '' } = meet(rendezvousFile(bed.dir)) ?? {}
  return new ApiClient({ url, token: readFileSync(tokenFile, 'utf8').trim() })
}
const entries = () => bed.pods.map(({ metadata }) => (bed.apiserver.store.get('pods', 'red', metadata.name)?.['spec'] as { ephemeralContainers?: unknown[] }).ephemeralContainers?.length)

const patches = () => bed.apiserver.control.calls().filter(({ subresource }) => subresource === 'ephemeralcontainers').length

test('a controller that is killed while its sweep brings the first probes is followed by another, which waits for its lease, marks the sweep and takes the probes over', { retry: 0, timeout: 120_000 }, async () => {
  const first = startProcess()
  await line(first, /the controller runs/)
  const { id } = await client().beginSweep({ trench: 'red' })
  await expect.poll(patches, { timeout: 30_000, interval: 5 }).toBeGreaterThan(0)
  first.kill('SIGKILL')
  const from = performance.now()
  const second = startProcess()
  await Promise.all([line(second, /waiting for the lease/), line(second, /the controller runs/)])
  expect(await client().sweepRecord(id)).toMatchObject({ state: 'interrupted', problem: { detail: 'the controller ended while the sweep ran' } })
  process.stderr.write(`the next controller worked, and had marked the sweep, ${Math.round(performance.now() - from)} ms after the first was killed\n`)
  await client().sweep({ trench: 'red' })
  expect((await client().probes()).filter(({ state }) => state === 'connected')).toHaveLength(2)
  expect(entries()).toEqual([1, 1])
})
