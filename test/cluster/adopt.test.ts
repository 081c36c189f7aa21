import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { projectPod } from '../../controller/cluster/project.ts'
import { probeEntry, volumeMountsOf } from '../../controller/cluster/probe-entry.ts'
import { fileRecords } from '../../controller/cluster/records.ts'
import type { RawObject } from '../../controller/cluster/watch-stream.ts'
import type { ApiServer } from '../lab/apiserver/apiserver.ts'
import { fixture } from '../fixture.ts'
import { apiServer, podObject } from './bench.ts'
import { entriesOf, image, injectOptions, injectorOf, kubeletOf, memoryRecords, refOf, running, seed, setState, waiting } from './probe-bench.ts'

const session = 'AAAAAAAAAAAAAAAAAAAAAA'
const now = 1_700_000_000_000

const filledIn = { resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }

/** An entry as this version makes it for lb-1, put there by somebody else. */
function plant(server: ApiServer, change: object = {}, state = running, startBy = now / 1000 + 600): void {
  const pod = projectPod(server.store.get('pods', 'red', 'lb-1') as unknown as RawObject)
  const { controllers, pins } = injectOptions()
  const entry = { ...filledIn, ...probeEntry(pod, { name: 'trenchscope-0001', image, imagePullPolicy: 'Never', controllers, pins, session, startBy }), ...change }
  server.store.update('pods', 'red', 'lb-1', old => ({ ...old, spec: { ...(old['spec'] as object), ephemeralContainers: [entry] } }))
  setState(server, { namespace: 'red', name: 'lb-1' }, 'trenchscope-0001', state)
}

async function planted(change: object = {}, options: { records?: ReturnType<typeof memoryRecords>; state?: typeof running; startBy?: number } = {}) {
  const server = await apiServer()
  seed(server)
  plant(server, change, options.state, options.startBy)
  kubeletOf(server, () => running)
  const { injector } = await injectorOf(server, { now: () => now, ...(options.records && { records: options.records }) })
  return { server, injector }
}

test('a live probe that is exactly what we would have made is adopted without a request, also after a restart', async () => {
  const { server, injector } = await planted()
  server.control.resetCounters()
  expect(await injector.inject(refOf(server), injectOptions())).toMatchObject({ container: 'trenchscope-0001', session, adopted: true })
  expect(server.control.calls()).toEqual([])
})

test.each([
  { what: 'another image', change: { image: 'evil/agent:1' } },
  { what: 'a command', change: { command: ['sleep', '1d'] } },
  { what: 'a target', change: { targetContainerName: 'frontend' } },
  { what: 'another security context', change: { securityContext: { privileged: true } } },
  { what: 'one variable more', change: { env: [{ name: 'NODE_OPTIONS', value: '--inspect' }] } },
])('an entry with $what is not adopted: a new probe gets the next name', async ({ change }) => {
  const { server, injector } = await planted(change)
  expect(await injector.inject(refOf(server), injectOptions())).toMatchObject({ container: 'trenchscope-0002', adopted: false })
})

test('an entry that trusts none of our keys is not adopted', async () => {
  const { server, injector } = await planted()
  expect(await injector.inject(refOf(server), injectOptions({ pins: ['pin-other'] }))).toMatchObject({ container: 'trenchscope-0002', adopted: false })
})

test.each([
  { what: 'equal to its record', differs: {}, expected: { container: 'trenchscope-0001', adopted: true } },
  { what: 'different from its record', differs: { command: ['sh'] }, expected: { container: 'trenchscope-0002', adopted: false } },
])('an entry that an admission webhook changed, and that is $what: $expected', async ({ differs, expected }) => {
  const server = await apiServer()
  seed(server)
  kubeletOf(server, () => running)
  plant(server, { imagePullPolicy: 'IfNotPresent', image: 'mirror.example/trenchscope/agent:0.0.9' })
  const [entry] = entriesOf(server)
  const { injector } = await injectorOf(server, { now: () => now, records: memoryRecords([{ podUid: refOf(server).uid, pod: 'red/lb-1', entry: { ...entry, ...differs } as never, at: now }]) })
  expect(await injector.inject(refOf(server), injectOptions())).toMatchObject(expected)
})

test('a probe that did not answer is avoided, and one that has ended is not waited for', async () => {
  const { server, injector } = await planted()
  expect(await injector.inject(refOf(server), injectOptions({ avoid: ['trenchscope-0001'] }))).toMatchObject({ container: 'trenchscope-0002', adopted: false })
  setState(server, { namespace: 'red', name: 'lb-1' }, 'trenchscope-0001', { terminated: { exitCode: 0 } })
  setState(server, { namespace: 'red', name: 'lb-1' }, 'trenchscope-0002', { terminated: { exitCode: 0 } })
  expect(await injector.inject(refOf(server), injectOptions({ avoid: ['trenchscope-0001', 'trenchscope-0002'] }))).toMatchObject({ container: 'trenchscope-0003' })
})

test('while an old probe still waits for its image no other is put beside it', async () => {
  const { server, injector } = await planted({}, { state: waiting('ErrImageNeverPull', 'Container image is not present with pull policy of Never'), startBy: now / 1000 - 60 })
  await expect(injector.inject(refOf(server), injectOptions())).rejects.toMatchObject({ code: 'image-missing', words: 'trenchscope-0001 still waits for its image: Container image is not present with pull policy of Never' })
  expect(entriesOf(server)).toHaveLength(1)
})

test('an old probe that never started for another reason is passed over', async () => {
  const { server, injector } = await planted({}, { state: waiting('RunContainerError'), startBy: now / 1000 - 60 })
  expect(await injector.inject(refOf(server), injectOptions())).toMatchObject({ container: 'trenchscope-0002', adopted: false })
})

test('two controllers that race for a name: the loser reads again and uses the winner\'s probe', async () => {
  const server = await apiServer()
  seed(server)
  kubeletOf(server, () => running)
  const [one, two] = await Promise.all([injectorOf(server), injectorOf(server)])
  const both = await Promise.all([one, two].map(({ injector }) => injector.inject(refOf(server), injectOptions())))
  expect(new Set(both.map(({ container, session: of }) => `${container} ${of}`)).size).toBe(1)
  expect(both.map(({ adopted }) => adopted).sort()).toEqual([false, true])
  expect(entriesOf(server)).toHaveLength(1)
})

test('a stranger who takes our name first does not get adopted', async () => {
  const server = await apiServer()
  seed(server)
  const { injector } = await injectorOf(server)
  kubeletOf(server, () => running)
  server.store.update('pods', 'red', 'lb-1', old => ({ ...old, spec: { ...(old['spec'] as object), ephemeralContainers: [{ ...filledIn, name: 'trenchscope-0001', image: 'evil/agent:1', imagePullPolicy: 'Never' }] } }))
  expect(await injector.inject(refOf(server), injectOptions())).toMatchObject({ container: 'trenchscope-0002', adopted: false })
})

test('a pod with twenty ephemeral containers is refused another, in words that help', async () => {
  const server = await apiServer()
  const ephemeralContainers = Array.from({ length: 20 }, (_, index) => ({ name: `trenchscope-${String(index + 1).padStart(4, '0')}`, image, ...filledIn }))
  seed(server, [podObject('lb-1', { spec: { ephemeralContainers } })])
  const { injector } = await injectorOf(server)
  await expect(injector.inject(refOf(server), injectOptions())).rejects.toMatchObject({
    code: 'too-many-probes', message: 'no probe in red/lb-1: it has 20 ephemeral containers. Ephemeral containers cannot be removed: delete the pod so that its successor starts clean.',
  })
})

test('of the recorded pods the probe mounts the shared volumes where their owners have them, never a host path', () => {
  const { items } = JSON.parse(fixture('trench/cluster/pods.json')) as { items: RawObject[] }
  const mounts = Object.fromEntries(items.map(object => {
    const pod = projectPod(object)
    return [pod.metadata.name.replace(/-[a-z0-9]{5,}.*$/, ''), volumeMountsOf(pod).map(({ name, mountPath, readOnly }) => `${name} ${mountPath}${readOnly ? ' ro' : ''}`)]
  }))
  expect(mounts).toMatchInlineSnapshot(`
    {
      "ipam-red-0": [
        "tmp /tmp ro",
      ],
      "meridio-app": [
        "meridio-socket /var/lib/meridio ro",
        "tmp /tmp ro",
      ],
      "nse-vlan": [],
      "nsp-red-0": [
        "tmp /tmp ro",
      ],
      "proxy-load": [
        "tmp /tmp ro",
      ],
      "stateless-lb": [
        "tmp-lb /tmp ro",
        "lb-socket /var/lib/meridio ro",
        "tmp-fe /volumes/tmp-fe ro",
        "run /var/run/bird ro",
        "etc /etc/bird ro",
        "log /var/log ro",
      ],
    }
  `)
})

test.each([
  { what: 'a place that hides the probe\'s own files', mount: { name: 'etc', mountPath: '/etc' }, place: '/volumes/etc' },
  { what: 'a sub path', mount: { name: 'log', mountPath: '/var/log', subPath: 'a' }, place: '/volumes/log' },
  { what: 'a name of our own, a place of BIRD', mount: { name: 'birdrun', mountPath: '/var/run/bird/' }, place: '/var/run/bird' },
])('a volume at $what is mounted at $place', ({ mount, place }) => {
  const pod = projectPod({ metadata: { name: 'a', namespace: 'red', uid: 'u' }, spec: { containers: [{ name: 'fe', volumeMounts: [mount] }], volumes: [{ name: mount.name, emptyDir: {} }] } })
  expect(volumeMountsOf(pod)).toEqual([{ name: mount.name, mountPath: place, readOnly: true }])
})

test.each(['hostPath', 'secret', 'configMap', 'projected', 'persistentVolumeClaim'])('a %s volume is never mounted', kind => {
  const pod = projectPod({ metadata: { name: 'a', namespace: 'red', uid: 'u' }, spec: { containers: [{ name: 'fe', volumeMounts: [{ name: 'run', mountPath: '/var/run/bird' }] }], volumes: [{ name: 'run', [kind]: {} }] } })
  expect(volumeMountsOf(pod)).toEqual([])
})

test('records outlive the process in one file; what is not ours stops the start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trenchscope-records-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'deeper', 'injections.json')
  const server = await apiServer()
  seed(server, ['a', 'b', 'c', 'd'].map(name => podObject(name)))
  kubeletOf(server, () => running)
  const { injector } = await injectorOf(server, { records: fileRecords(file) })
  await Promise.all(['a', 'b', 'c', 'd'].map(name => injector.inject(refOf(server, name), injectOptions())))
  expect((await fileRecords(file).load()).map(({ pod }) => pod).sort()).toEqual(['red/a', 'red/b', 'red/c', 'red/d'])
  server.store.remove('pods', 'red', 'a')
  server.store.apply(podObject('e'))
  await expect.poll(() => injector.inject(refOf(server, 'e'), injectOptions()).catch(() => undefined)).toBeDefined()
  expect((await fileRecords(file).load()).map(({ pod }) => pod).sort()).toEqual(['red/b', 'red/c', 'red/d', 'red/e'])
  await writeFile(file, '{}')
  await expect(fileRecords(file).load()).rejects.toThrow(`${file} is not a file of injections`)
  expect(await readFile(file, 'utf8')).toBe('{}')
})
