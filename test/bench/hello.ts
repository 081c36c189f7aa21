import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RunningAgent, runAgent, someExpected } from '../link/agent.ts'
import { KeyLines, startController, stateFolder } from '../link/controller.ts'

const root = join(import.meta.dirname, '../..')
const flags = JSON.parse(readFileSync(join(root, 'images/probe-node-flags.json'), 'utf8')) as string[]

/**
 * Starts `count` bundles at once as the image does, beside the controller's own side of the link, which is in this process; a key line
 * is there for it as soon as it is said. @returns from the first spawn until the last is welcomed, in ms, per round
 */
export async function helloMs(count: number, rounds: number): Promise<number[]> {
  const folder = stateFolder()
  const agents = new Map<string, RunningAgent>()
  const readKeyLine: KeyLines['read'] = async ({ pod }) => ({ key: (await agents.get(pod)!.keyLine).key, containerId: `containerd://${pod}` })
  const { registry, server, environment } = await startController(folder.path, new KeyLines(), { readKeyLine })
  const times: number[] = []
  try {
    for (let round = 0; round < rounds; round++) {
      const startedAt = performance.now()
      const expected = Array.from({ length: count }, someExpected)
      for (const one of expected) {
        registry.expect(one)
        agents.set(one.pod, runAgent(join(root, 'dist/agent.cjs'), one, environment, flags))
      }
      await Promise.all(expected.map(({ podUid }) => registry.waitFor(podUid, AbortSignal.timeout(30_000))))
      times.push(performance.now() - startedAt)
      for (const probe of registry.probes()) probe.goodbye('killed', 'bench')
      await Promise.all([...agents.values()].map(({ ended }) => ended))
      agents.clear()
    }
    return times
  } finally {
    for (const { child } of agents.values()) child.kill('SIGKILL')
    await server.close()
    folder.remove()
  }
}
