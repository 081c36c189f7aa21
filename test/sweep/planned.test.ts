import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectCluster, type KubeClient } from '../../controller/cluster/client.ts'
import { type Injector, openInjector } from '../../controller/cluster/injector.ts'
import { type ClusterInventory, openInventory } from '../../controller/cluster/inventory.ts'
import { followLog, readKeyLine } from '../../controller/cluster/logs.ts'
import { fileRecords } from '../../controller/cluster/records.ts'
import type { Probe } from '../../controller/link/probe.ts'
import { PinFile } from '../../controller/link/pin-store.ts'
import { ProbeRegistry } from '../../controller/link/registry.ts'
import { createLog } from '../../controller/log.ts'
import { PlannedProbe } from '../../controller/sweep/planned.ts'
import { Reach } from '../../controller/sweep/reach.ts'
import { type Node, root, startNode } from '../lab/kubelet-node.ts'
import { imageOfProbe, probeImage } from '../lab/lab.ts'

/** A pod whose network namespace has no way out, and the parts of a controller that reach it. */
interface World { node: Node; client: KubeClient; inventory: ClusterInventory; injector: Injector; registry: ProbeRegistry; folder: string; reach: Reach }
let world: World
const signal = AbortSignal.timeout(120_000)
const subject = (name: string) => ({ role: 'lb', namespace: 'red', name, uid: world.inventory.pod('red', name)!.metadata.uid, node: 'worker1', traits: {} }) as never
const entriesOf = (name: string) => world.inventory.pod('red', name)?.spec.ephemeralContainers?.map(entry => entry.name).sort()

beforeAll(async () => {
  if (!root) return
  const folder = mkdtempSync(join(tmpdir(), 'ts-planned-'))
  const log = createLog('silent')
  const node = await startNode({ images: { [probeImage]: imageOfProbe(folder) } })
  node.api.store.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'red', labels: { 'trenchscope.io/allow': 'true' } } })
  const client = await connectCluster({ kubeconfig: node.api.kubeconfig('admin'), log })
  const inventory = await openInventory(client, [], { log })
  await inventory.ready()
  const injector = await openInjector({ client, inventory, log, records: fileRecords(join(folder, 'injections.json')) })
  const registry = new ProbeRegistry({
    log, store: new PinFile(join(folder, 'pins.json')),
    readKeyLine: ({ pod, podUid }, container, until) => readKeyLine({ namespace: 'red', name: pod.split('/')[1]!, uid: podUid }, container, { client, inventory, signal: until }),
  })
  const how = { image: probeImage, imagePullPolicy: 'Never' as const, controllers: ['192.0.2.9:7443'], pins: ['p'.repeat(43), 'q'.repeat(43)] }
  const reach = new Reach({
    registry, injector, ...how, pins: () => how.pins, timeoutMs: 3000, log,
    planned: (pod, why) => new PlannedProbe(pod, why, { registry, injector, inject: () => how, follow: (ref, container) => until => followLog(ref, container, { client, signal: until }), log }),
  })
  world = { node, client, inventory, injector, registry, folder, reach }
})

afterAll(async () => {
  if (!root) return
  await world.injector.close()
  await world.inventory.close()
  await world.client.close()
  await world.node.close()
  rmSync(world.folder, { recursive: true, force: true })
})

async function podThatIsCut(name: string): Promise<Probe> {
  world.node.addPod(name)
  await world.inventory.until('pods', () => world.inventory.pod('red', name)?.status.phase === 'Running' || undefined, signal)
  return world.reach.probeOf(subject(name), signal)
}

describe.skipIf(!root)('a pod that cannot reach the controller', () => {
  test('is asked through its log, and says why', async () => {
    const probe = await podThatIsCut('cut')
    expect(probe.degraded).toMatch(/^trenchscope-0001 runs, but did not connect to 192\.0\.2\.9:7443 within 3000 ms/)
    const answer = await probe.ask([{ fact: 'ip-rules', params: {} }, { fact: 'ip-links', params: {} }, { fact: 'nonsense', params: {} }], { pass: 'a', timeoutMs: 10_000, signal })
    expect(answer.observations.map(({ fact, error }) => [fact, error?.code]).sort()).toEqual([['ip-links', undefined], ['ip-rules', undefined], ['nonsense', 'unsupported']])
    expect(answer.records.map(({ argv }) => argv.join(' '))).toEqual(expect.arrayContaining(['ip -j -4 rule']))
  })

  test('is asked again by a container of its own, without waiting for a connection, each ends when it has answered', async () => {
    const probe = await world.reach.probeOf(subject('cut'), signal)
    const answer = await probe.ask([{ fact: 'ip-rules', params: {} }], { pass: 'b', timeoutMs: 10_000, signal })
    expect([answer.observations[0]?.error, entriesOf('cut')]).toEqual([undefined, ['trenchscope-0001', 'trenchscope-0002', 'trenchscope-0003']])
    for (const container of ['trenchscope-0002', 'trenchscope-0003']) expect(await world.node.until('cut', container, ({ terminated }) => terminated !== undefined)).toMatchObject({ terminated: { exitCode: 0 } })
  })

  test('a plan that is over leaves no session and no pin behind', () => {
    expect([world.registry.probes(), new PinFile(join(world.folder, 'pins.json')).load()]).toEqual([[], []])
  })
})
