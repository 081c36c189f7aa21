// The controller's half of a live capture, in the network namespace of the wire: link, tracer, and one path for clients. Told what to do by messages.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { PathProfile } from '#judge/profile.ts'
import type { Snapshot } from '#judge/snapshot.ts'
import type { Subject, Trench } from '#judge/subject.ts'
import { createLog } from '../../../controller/log.ts'
import { Tracer } from '../../../controller/trace/tracer.ts'
import { runAgent, someExpected } from '../../link/agent.ts'
import { KeyLines, startController, stateFolder } from '../../link/controller.ts'

const root = join(import.meta.dirname, '../../..')
const folder = stateFolder()
const keyLines = new KeyLines()
const { registry, server, environment } = await startController(folder.path, keyLines)
const expected = someExpected()
registry.expect(expected)
const flags = JSON.parse(readFileSync(join(root, 'images/probe-node-flags.json'), 'utf8')) as string[]
const agent = runAgent(join(root, 'dist/agent.cjs'), expected, environment, flags)
const { key } = await agent.keyLine
keyLines.lines.set(`${expected.pod}/${expected.container}`, { key, containerId: 'containerd://1' })
await registry.waitFor(expected.podUid, AbortSignal.timeout(15_000))

const [namespace = '', name = ''] = expected.pod.split('/')
const pod: Subject = { role: 'lb', namespace, name, uid: expected.podUid, node: 'here', traits: {} }
const trench: Trench = { id: 'bench', cluster: { uid: 'bench', name: 'bench' }, namespace, name: 'bench', pods: [pod], namespaces: [namespace] }
const path: PathProfile = {
  places: [{ name: 'wire', request: 'out', routed: false }], reads: {},
  points: () => ({ points: [{ subject: pod, interface: 'near', place: 'wire', addresses: ['10.99.0.1/24'] }], vips: ['10.99.0.2'], portNats: [], names: [], interfaces: [], unseen: [] }),
}
const tracer = new Tracer({ path, observe: async () => ({}) as Snapshot, predict: async () => () => [], probe: uid => registry.probe(uid), log: createLog('silent') })
const clients = createServer((request, response) => {
  const trace = tracer.find(request.url!.slice(1))
  if (!trace) return void response.writeHead(404).end()
  trace.attach('pcapng').pipe(response)
})
await new Promise<void>(resolve => clients.listen(0, '127.0.0.1', resolve))

const answers = {
  start: async ({ snaplen }: { snaplen: number }) => {
    const trace = await tracer.start(trench, { snaplen, filter: 'udp portrange 9-10', seconds: 600 }, AbortSignal.timeout(20_000))
    return { id: trace.id, url: `http://127.0.0.1:${(clients.address() as AddressInfo).port}/${trace.id}`, agent: agent.child.pid, controller: process.pid }
  },
  stop: async ({ id }: { id: string }) => {
    const trace = tracer.find(id)
    trace?.stop('enough')
    return await trace?.ended
  },
  close: async () => {
    await tracer.close()
    clients.close()
    agent.child.kill('SIGKILL')
    await agent.ended
    await server.close()
    setImmediate(() => process.disconnect?.())
    return {}
  },
}
process.on('message', async (message: { readonly what: keyof typeof answers; readonly id: string; readonly snaplen: number }) => {
  try {
    process.send!({ answer: await answers[message.what](message) })
  } catch (error) {
    process.send!({ failed: String(error) })
  }
})
process.on('disconnect', () => {
  agent.child.kill('SIGKILL')
  folder.remove()
  process.exit()
})
process.send!({ answer: 'ready' })
