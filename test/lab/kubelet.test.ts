import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Pod } from './apiserver/objects.ts'
import type { Status } from './apiserver/status.ts'
import { eventually, membersOf, type Node, root, script, startNode, stays } from './kubelet-node.ts'

const ends = (code: number) => `console.log('done'); process.exitCode = ${code}`

const images = {
  stays: script(stays),
  'ends-well': script(ends(0)),
  'ends-badly': script(ends(3)),
  deaf: script(`process.on('SIGTERM', () => {}); ${stays}`),
  polite: script(`process.on('SIGTERM', () => process.exit(0)); ${stays}`),
  report: script(`
    const fs = require('node:fs'), { execFileSync } = require('node:child_process')
    fs.writeFileSync('/dev/shm/from-container', 'shm'); fs.writeFileSync('/var/run/bird/from-container', 'run'); fs.writeFileSync('/etc/only-in-the-container', 'x')
    console.log(JSON.stringify({ pid: process.pid, env: process.env, hostname: require('node:os').hostname(), seen: fs.readFileSync('/var/run/bird/bird.ctl', 'utf8'),
      links: JSON.parse(execFileSync('ip', ['-j', 'link'])).map(link => link.ifname), processes: fs.readdirSync('/proc').filter(name => /^[0-9]+$/.test(name)).length,
      capabilities: /CapEff:\\s*(\\w+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1] }))`),
}

describe.skipIf(!root)('an ephemeral container', () => {
  let lab: Node
  let holderPid: number | undefined

  beforeEach(async () => {
    holderPid = undefined
    lab = await startNode({
      images, pullBackoff: { baseMs: 300, maxMs: 1000 },
      sandboxOf: () => ({ netns: `/run/netns/${lab.netns}`, shmDir: lab.shmDir, volumes: { run: lab.runDir }, ...(holderPid && { holderPid }) }),
    })
  })

  afterEach(() => lab.close())

  test('runs in the pod\'s network namespace as PID 1 of its own, with its own root, the shared /dev/shm, its volumes and exactly its environment', async () => {
    writeFileSync(join(lab.runDir, 'bird.ctl'), 'control')
    const pod = lab.addPod('lb-1')
    await lab.inject('lb-1', {
      name: 'a1', image: 'report', env: [{ name: 'WORD', value: 'it\'s "quoted" $HOME' }, { name: 'POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } }],
      volumeMounts: [{ name: 'run', mountPath: '/var/run/bird' }], securityContext: { privileged: true, runAsUser: 0, runAsNonRoot: false },
    })
    const { terminated } = await lab.until('lb-1', 'a1', state => state.terminated !== undefined)
    expect([terminated?.exitCode, terminated?.reason]).toEqual([0, 'Completed'])
    const said = JSON.parse((await lab.log('lb-1', 'container=a1')).text)
    expect(said).toEqual({
      pid: 1, hostname: 'lb-1', seen: 'control', links: ['lo'], processes: 1, capabilities: readFileSync('/proc/self/status', 'utf8').match(/CapEff:\s*(\w+)/)?.[1],
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', WORD: 'it\'s "quoted" $HOME', POD_UID: pod.metadata.uid },
    })
    expect(readFileSync(join(lab.shmDir, 'from-container'), 'utf8')).toBe('shm')
    expect(readFileSync(join(lab.runDir, 'from-container'), 'utf8')).toBe('run')
    expect(existsSync('/etc/only-in-the-container')).toBe(false)
  })

  test('shares host name and shared memory segments with the process that holds the pod\'s sandbox', async () => {
    const holder = spawn('unshare', ['--uts', '--ipc', 'sh', '-c', 'echo held > /proc/sys/kernel/hostname; echo ready; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(holder.stdout, 'data')
      lab.kubelet.setImage('names', script(`const fs = require('node:fs'); console.log(require('node:os').hostname(), fs.readlinkSync('/proc/self/ns/ipc'))`))
      holderPid = holder.pid
      lab.addPod('lb-1')
      await lab.inject('lb-1', { name: 'a1', image: 'names' })
      await lab.until('lb-1', 'a1', state => state.terminated !== undefined)
      expect((await lab.log('lb-1', 'container=a1')).text).toBe(`held ${readlinkSync(`/proc/${holder.pid}/ns/ipc`)}\n`)
    } finally {
      holder.kill('SIGKILL')
      await once(holder, 'exit')
    }
  })

  test('has no capabilities left when privileged as another user', async () => {
    writeFileSync(join(lab.runDir, 'bird.ctl'), '')
    const text = `console.log(/CapEff:\\s*(\\w+)/.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'))[1], process.getuid())`
    lab.kubelet.setImage('caps', script(text))
    lab.addPod('lb-1')
    await lab.inject('lb-1', { name: 'a1', image: 'caps', securityContext: { privileged: true, runAsUser: 1000 } })
    await lab.until('lb-1', 'a1', state => state.terminated !== undefined)
    expect((await lab.log('lb-1', 'container=a1')).text).toBe('0000000000000000 1000\n')
  })

  test('shows in the status as running, with a containerd id, and leaves phase and readiness alone', async () => {
    lab.addPod('lb-1')
    await lab.inject('lb-1', { name: 'a1', image: 'stays' })
    const { running } = await lab.until('lb-1', 'a1', state => state.running !== undefined)
    expect(running?.startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    const { status } = lab.api.store.get('pods', 'red', 'lb-1') as Pod
    expect(status.ephemeralContainerStatuses?.[0]).toEqual({
      name: 'a1', state: { running }, lastState: {}, ready: false, restartCount: 0, image: 'stays', imageID: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/),
    })
    expect([status.phase, status.conditions?.find(({ type }) => type === 'Ready')?.status, status.containerStatuses?.map(({ name, ready }) => [name, ready])]).toEqual(['Running', 'True', [['app', true]]])
  })

  test.each([
    ['ends-well', 0, 'Completed'],
    ['ends-badly', 3, 'Error'],
  ])('%s is terminated with %i %s', async (image, exitCode, reason) => {
    lab.addPod('lb-1')
    await lab.inject('lb-1', { name: 'a1', image })
    const { terminated } = await lab.until('lb-1', 'a1', state => state.terminated !== undefined)
    expect([terminated?.exitCode, terminated?.reason, terminated?.containerID]).toEqual([exitCode, reason, `containerd://${lab.kubelet.containers('red/lb-1')[0]?.id}`])
  })

  test('that is killed is terminated with 137, and its children are gone', async () => {
    lab.kubelet.setImage('parent', script(`require('node:child_process').spawn('sleep', ['1000']); ${stays}`))
    lab.addPod('lb-1')
    await lab.inject('lb-1', { name: 'a1', image: 'parent' })
    await lab.until('lb-1', 'a1', state => state.running !== undefined)
    const inside = await eventually(() => membersOf(lab.netns).length === 2 || undefined, () => membersOf(lab.netns).join())
    await lab.kubelet.killContainer('red/lb-1', 'a1')
    const { terminated } = await lab.until('lb-1', 'a1', state => state.terminated !== undefined)
    expect([inside, terminated?.exitCode, terminated?.reason, membersOf(lab.netns)]).toEqual([true, 137, 'Error', []])
  })

  test.each<[what: string, container: object, reason: string, message: RegExp]>([
    ['an image that is not there and may not be pulled', { image: 'absent', imagePullPolicy: 'Never' }, 'ErrImageNeverPull', /^Container image "absent" is not present with pull policy of Never$/],
    ['an image nobody has', { image: 'absent', imagePullPolicy: 'IfNotPresent' }, 'ImagePullBackOff', /^Back-off pulling image "absent"$/],
    ['root where root is not allowed', { image: 'stays', imagePullPolicy: 'Never', securityContext: { runAsNonRoot: true } }, 'CreateContainerConfigError', /^container has runAsNonRoot and image will run as root \(pod: "lb-1_red\(.*\)", container: a1\)$/],
    ['a program that is not there', { image: 'stays', imagePullPolicy: 'Never', command: ['/nope'] }, 'RunContainerError', /exec: "\/nope": stat \/nope: no such file or directory/],
  ])('waits with a reason: %s', async (_what, container, reason, message) => {
    lab.addPod('lb-1')
    await lab.inject('lb-1', { name: 'a1', ...container })
    const { waiting } = await lab.until('lb-1', 'a1', state => state.waiting?.reason === reason)
    expect(waiting?.message).toMatch(message)
    const log = await lab.log('lb-1', 'container=a1')
    expect([log.code, (log.body as Status).message]).toEqual([400, `container "a1" in pod "lb-1" is waiting to start: ${reason}`])
  })

  test('starts by itself when its image appears', async () => {
    lab.addPod('lb-1')
    await lab.inject('lb-1', { name: 'a1', image: 'absent', imagePullPolicy: 'Never' })
    await lab.until('lb-1', 'a1', state => state.waiting?.reason === 'ErrImageNeverPull')
    lab.kubelet.setImage('absent', images.stays)
    await lab.until('lb-1', 'a1', state => state.running !== undefined)
  })

  test('is SIGTERMed when its pod is deleted, SIGKILLed after the grace period, and the pod goes', async () => {
    lab.addPod('lb-1', { spec: { terminationGracePeriodSeconds: 1 } })
    await lab.inject('lb-1', { name: 'a1', image: 'polite' })
    await lab.inject('lb-1', { name: 'a2', image: 'deaf' })
    for (const name of ['a1', 'a2']) await eventually(async () => (await lab.log('lb-1', `container=${name}`)).text === 'up\n' || undefined, () => name)
    const containers = lab.kubelet.containers('red/lb-1')
    await lab.client.ask({ method: 'DELETE', path: '/api/v1/namespaces/red/pods/lb-1' })
    expect((lab.api.store.get('pods', 'red', 'lb-1') as Pod).metadata.deletionGracePeriodSeconds).toBe(1)
    await eventually(() => lab.api.store.get('pods', 'red', 'lb-1') === undefined || undefined, () => 'the pod is there')
    expect(containers.map(({ name, exitCode }) => [name, exitCode])).toEqual([['a1', 0], ['a2', 137]])
    expect(membersOf(lab.netns)).toEqual([])
  })
})
