import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import { meridioResources, startApiServer } from '../lab/apiserver/apiserver.ts'
import type { Pod } from '../lab/apiserver/objects.ts'
import { startKubelet } from '../lab/kubelet/kubelet.ts'
import { imageOfProbe, linkPort, startRelay } from '../lab/lab.ts'

export interface Double {
  readonly kubeconfig: string
  readonly linkListen: string
  readonly linkAdvertise: string
  close(): Promise<void>
}

/** A cluster of one node on this machine: the API server double, a kubelet that starts real probes in one network namespace without links, and, for pods that are created, what a scheduler and a kubelet would say of them. */
export async function startDouble(): Promise<Double> {
  const dir = mkdtempSync(join(tmpdir(), 'trenchscope-double-'))
  const netns = `tsd-${randomBytes(4).toString('hex')}`
  const closers: (() => unknown)[] = [() => rmSync(dir, { recursive: true, force: true })]
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    execFileSync('ip', ['netns', 'add', netns])
    closers.push(() => execFileSync('ip', ['netns', 'delete', netns]))
    execFileSync('ip', ['-n', netns, 'link', 'set', 'lo', 'up'])
    const apiserver = await startApiServer({ resources: meridioResources })
    closers.push(() => apiserver.close())
    const kubelet = await startKubelet({
      apiserver: apiserver.nodeClient('worker1'), node: { name: 'worker1' }, sandboxOf: () => ({ netns: `/run/netns/${netns}` }), stateDir: join(dir, 'kubelet'),
      images: { [`trenchscope/agent:${packageJson.version}`]: imageOfProbe('/nonexistent') },
    })
    apiserver.registerNode('worker1', kubelet)
    closers.push(() => kubelet.close())
    closers.push(apiserver.store.subscribe('pods', ({ object }) => {
      const { namespace = '', name } = object.metadata
      if ((object as Pod).spec.nodeName === undefined) setImmediate(() => apiserver.store.update('pods', namespace, name, pod => ({ ...pod, spec: { ...(pod as Pod).spec, nodeName: 'worker1' }, status: { ...(pod as Pod).status, phase: 'Running' } })))
    }))
    const socket = join(dir, 'link.sock')
    const relay = await startRelay(netns, socket)
    closers.push(() => relay.kill('SIGKILL'))
    const kubeconfig = join(dir, 'kubeconfig')
    writeFileSync(kubeconfig, apiserver.kubeconfig('admin'), { mode: 0o600 })
    return { kubeconfig, linkListen: `unix:${socket}`, linkAdvertise: `127.0.0.1:${linkPort}`, close }
  } catch (error) {
    await close()
    throw error
  }
}
