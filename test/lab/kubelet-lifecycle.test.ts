import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ContainerState, Pod } from './apiserver/objects.ts'
import { eventually, membersOf, type Node, root, script, startNode, stays } from './kubelet-node.ts'

const images = { stays: script(stays), ends: script(`console.log('done')`), hangs: { ...script(stays), present: false, pullMs: 400, error: 'dial tcp: i/o timeout' } }
const isRunning = (state: ContainerState) => state.running !== undefined
const isOver = (state: ContainerState) => state.terminated !== undefined

describe.skipIf(!root)('the kubelet-lite', () => {
  let lab: Node
  let restarted: string[]

  beforeEach(async () => {
    restarted = []
    lab = await startNode({ images, pullBackoff: { baseMs: 60_000, maxMs: 60_000 }, restartContainer: (_pod, name) => void restarted.push(name) })
  })

  afterEach(() => lab.close())

  const pod = () => lab.api.store.get('pods', 'red', 'lb-1') as Pod
  const regular = () => pod().status.containerStatuses?.map(({ name, restartCount, state, lastState }) => [name, restartCount, Object.keys(state)[0], lastState.terminated?.exitCode])

  test('starts a container\'s neighbours only after a hanging pull has failed, and restarts nothing meanwhile', async () => {
    lab.addPod('lb-1')
    await lab.inject('lb-1', { name: 'a1', image: 'stays' }, { name: 'a2', image: 'hangs' }, { name: 'a3', image: 'stays' })
    await lab.until('lb-1', 'a1', state => state.waiting?.reason === 'ContainerCreating')
    await eventually(() => lab.kubelet.containers('red/lb-1').some(({ state }) => state === 'running') || undefined, () => 'a1 does not run')
    lab.kubelet.reportContainer('red/lb-1', 'app', { state: 'terminated', exitCode: 1 })
    expect([lab.stateOf('lb-1', 'a3'), restarted]).toEqual([{ waiting: { reason: 'ContainerCreating' } }, []])
    await lab.until('lb-1', 'a3', isRunning)
    expect(lab.stateOf('lb-1', 'a2')?.waiting).toEqual({ reason: expect.stringMatching(/^(ErrImagePull|ImagePullBackOff)$/), message: expect.any(String) })
    expect([restarted, regular()]).toEqual([['app'], [['app', 1, 'running', 1]]])
  })

  test('backs off a regular container that crashes again', async () => {
    lab.addPod('lb-1')
    const appState = () => pod().status.containerStatuses?.[0]
    lab.kubelet.reportContainer('red/lb-1', 'app', { state: 'terminated', exitCode: 2 })
    await eventually(() => appState()?.restartCount === 1 || undefined, () => JSON.stringify(appState()))
    lab.kubelet.reportContainer('red/lb-1', 'app', { state: 'terminated', exitCode: 2 })
    const { state, ready } = await eventually(() => (appState()?.state.waiting ? appState() : undefined), () => JSON.stringify(appState()))
    expect([state.waiting, ready, restarted]).toEqual([{ reason: 'CrashLoopBackOff', message: `back-off 10s restarting failed container=app pod=lb-1_red(${pod().metadata.uid})` }, false, ['app']])
  })

  test('starts a targeted container only while its target runs, in the target\'s pid namespace, and it dies with 137 when the target ends', async () => {
    const target = spawn('unshare', ['--pid', '--mount-proc', '--fork', '--kill-child=KILL', 'sh', '-c', 'echo ready; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(target.stdout as NodeJS.ReadableStream, 'data')
      lab.addPod('lb-1')
      lab.kubelet.setImage('looks', script(`setInterval(() => {}, 1000); require('node:child_process').spawn('sleep', ['1000']); console.log(require('node:fs').readFileSync('/proc/1/comm', 'utf8').trim(), process.pid > 1)`))
      lab.kubelet.reportContainer('red/lb-1', 'app', { state: 'waiting', reason: 'CrashLoopBackOff' })
      await lab.inject('lb-1', { name: 'a1', image: 'looks', targetContainerName: 'app' })
      const { waiting } = await lab.until('lb-1', 'a1', state => state.waiting?.reason === 'CreateContainerError')
      expect(waiting?.message).toMatch(/invalid target container: container "[0-9a-f]{64}" is not running - in state CONTAINER_EXITED$/)
      lab.kubelet.reportContainer('red/lb-1', 'app', { state: 'running', pid: pidInside(target) })
      await lab.until('lb-1', 'a1', isRunning)
      expect((await lineOf(lab, 'a1')).text).toBe('sleep true\n')
      lab.kubelet.reportContainer('red/lb-1', 'app', { state: 'terminated', exitCode: 1, reason: 'Error' })
      const { terminated } = await lab.until('lb-1', 'a1', isOver)
      expect([terminated?.exitCode, membersOf(lab.netns)]).toEqual([137, []])
    } finally {
      target.kill('SIGKILL')
      await once(target, 'exit')
    }
  })

  test('starts dead containers again once they are forgotten, and the pod\'s status is frozen while one of them runs', async () => {
    lab.kubelet.setImage('rerun', script(`const fs = require('node:fs'); console.log('run'); if (fs.existsSync('/dev/shm/seen')) setInterval(() => {}, 1000); else fs.writeFileSync('/dev/shm/seen', '')`))
    lab.addPod('lb-1')
    await lab.inject('lb-1', { name: 'a1', image: 'rerun' })
    const first = await lab.until('lb-1', 'a1', isOver)
    const [dead] = lab.kubelet.containers('red/lb-1')
    lab.kubelet.forgetDeadContainers('red/lb-1')
    const again = await eventually(() => lab.kubelet.containers('red/lb-1').find(({ state }) => state === 'running'), () => 'it does not run again')
    await eventually(() => lab.kubelet.rejectedStatuses > 0 || undefined, () => 'no status was rejected')
    expect([again.id === dead?.id, lab.stateOf('lb-1', 'a1')]).toEqual([false, first])
    lab.kubelet.reportContainer('red/lb-1', 'app', { state: 'terminated', exitCode: 1 })
    await eventually(() => restarted.length === 1 || undefined, () => 'no restart')
    expect(regular()).toEqual([['app', 0, 'running', undefined]])
    await lab.kubelet.killContainer('red/lb-1', 'a1')
    await eventually(() => regular()?.[0]?.[1] === 1 || undefined, () => JSON.stringify(regular()))
  })

  test('keeps what runs over a restart of the kubelet; what could not be started is then terminated with 128', async () => {
    lab.addPod('lb-1')
    await lab.inject('lb-1', { name: 'a1', image: 'stays' }, { name: 'a2', image: 'stays', command: ['/nope'] })
    await lab.until('lb-1', 'a1', isRunning)
    await lab.until('lb-1', 'a2', state => state.waiting?.reason === 'RunContainerError')
    const before = lab.kubelet.containers('red/lb-1').map(({ name, id }) => [name, id])
    await lab.kubelet.restart()
    const { terminated } = await lab.until('lb-1', 'a2', isOver)
    expect([terminated?.exitCode, terminated?.reason, lab.kubelet.containers('red/lb-1').map(({ name, id }) => [name, id])]).toEqual([128, 'StartError', before])
    expect(Object.keys(lab.stateOf('lb-1', 'a1') ?? {})).toEqual(['running'])
  })

  test.each([
    ['a runtime that keeps its records', false, ['terminated', 255, 'Unknown']],
    ['a runtime that wipes them, which runs them again', true, ['running', undefined, undefined]],
  ])('after a reboot with %s regular containers are back', async (_what, wipe, expected) => {
    lab.addPod('lb-1')
    await lab.inject('lb-1', { name: 'a1', image: 'stays' })
    await lab.until('lb-1', 'a1', isRunning)
    await lab.kubelet.reboot({ wipe })
    await eventually(() => regular()?.[0]?.[1] === 1 || undefined, () => JSON.stringify(regular()))
    expect([regular(), restarted]).toEqual([[['app', 1, 'running', 255]], ['app']])
    const [name, exitCode, reason] = expected
    const state = await lab.until('lb-1', 'a1', ({ running, terminated }) => (name === 'running' ? running : terminated) !== undefined)
    expect([state.terminated?.exitCode, state.terminated?.reason]).toEqual([exitCode, reason])
  })

  test('that is down leaves its node not ready and its logs refused, and goes on when it is up', async () => {
    lab.addPod('lb-1')
    await lab.inject('lb-1', { name: 'a1', image: 'stays' })
    await lab.until('lb-1', 'a1', isRunning)
    const readiness = () => (lab.api.store.get('nodes', undefined, 'worker1')?.['status'] as { conditions: { status: string }[] }).conditions.map(({ status }) => status)
    await lab.kubelet.nodeDown()
    const log = await lab.log('lb-1', 'container=a1&limitBytes=512')
    expect([readiness(), log.code, log.body]).toEqual([['False'], 500, {
      kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 500, details: { kind: 'pods', name: 'lb-1' },
      message: 'Get "https://192.0.2.1:10250/containerLogs/red/lb-1/a1?limitBytes=512": dial tcp 192.0.2.1:10250: connect: connection refused',
    }])
    await lab.inject('lb-1', { name: 'a2', image: 'stays' })
    await lab.kubelet.nodeUp()
    await lab.until('lb-1', 'a2', isRunning)
    expect([readiness(), (await lab.log('lb-1', 'container=a1')).code]).toEqual([['True'], 200])
  })

  test('leaves no process when it is killed', async () => {
    const alone = spawn(process.execPath, [new URL('kubelet/run-alone.ts', import.meta.url).pathname, JSON.stringify({
      apiserver: lab.api.nodeClient('worker2'), node: { name: 'worker2' }, images: { stays: script(stays) }, sandbox: { netns: `/run/netns/${lab.netns}` }, stateDir: lab.runDir,
    })], { stdio: 'inherit' })
    lab.addPod('lb-2', { spec: { nodeName: 'worker2' } })
    await lab.inject('lb-2', { name: 'a1', image: 'stays' })
    await lab.inject('lb-2', { name: 'a2', image: 'stays', securityContext: { runAsUser: 1000 } })
    for (const name of ['a1', 'a2']) await lab.until('lb-2', name, isRunning)
    const before = membersOf(lab.netns).length
    alone.kill('SIGKILL')
    await eventually(() => membersOf(lab.netns).length === 0 || undefined, () => `${membersOf(lab.netns)}`)
    expect(before).toBeGreaterThanOrEqual(2)
  })
})

function pidInside(target: ChildProcess): number {
  return childrenOf(target.pid ?? 0)[0] ?? 0
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
}

const lineOf = (lab: Node, container: string) => eventually(async () => {
  const log = await lab.log('lb-1', `container=${container}`)
  return log.text.includes('\n') ? log : undefined
}, () => `no line of ${container}`)
