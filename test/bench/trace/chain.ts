import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { EndedEvent } from '../../../controller/trace/events.ts'
import type { Wire } from '../../captures/namespace.ts'
import { childrenCpuUs, cpuUs, descendants, nameOf } from './processes.ts'

/** What became of the packets of one run, and what it cost, in µs of processor time per packet sent. */
export interface Ran {
  readonly sent: number
  readonly delivered: number
  /** named by the ledger, or by tcpdump; of a switch of captures, also what the next one brought */
  readonly lost: number
  /** NaN: a tcpdump gave no closing count */
  readonly unaccounted: number
  readonly cpu: Readonly<Record<string, number>>
  readonly client?: Seen
}

/** What a client that looks at each packet saw of those after the warm-up. */
export interface Seen { readonly packets: number; readonly outOfOrder: number; readonly repeated: number; readonly delaysMs: readonly number[] }

export interface Load { readonly size: number; readonly perSecond: number; readonly count: number; readonly snaplen: number }

/** The whole way of a live capture: tcpdump and the probe's bundle in a namespace, link, tracer and engine in a second process, a client that reads a file in a third. */
export class Chain {
  readonly #wire: Wire
  readonly #controller: ChildProcess
  readonly #left: Promise<never>

  private constructor(wire: Wire, controller: ChildProcess) {
    this.#wire = wire
    this.#controller = controller
    this.#left = once(controller, 'exit').then(([code]) => { throw new Error(`the controller ended with ${code}`) })
    this.#left.catch(() => undefined)
  }

  static async start(wire: Wire): Promise<Chain> {
    execFileSync('ip', ['-n', wire.name, 'link', 'set', 'lo', 'up'])
    const controller = spawn('ip', ['netns', 'exec', wire.name, process.execPath, join(import.meta.dirname, 'controller.ts')], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    const chain = new Chain(wire, controller)
    await chain.#answer()
    return chain
  }

  /** `warmUp`: packets that go before, to another port, until the tap is captured in the way that suits the load; `slow`: a second client reads 1 KB a second. */
  async run(load: Load, { look = false, warmUp = 0, slow = false } = {}): Promise<Ran> {
    const started = await this.#ask<{ id: string; url: string; agent: number; controller: number }>('start', { snaplen: load.snaplen })
    const { client, said } = await this.#read(started.url, look ? ['--look'] : [])
    const second = slow ? await this.#read(started.url, ['--slow']) : undefined
    if (warmUp > 0) {
      await send(this.#wire, { ...load, count: warmUp }, 10)
      await settled()
    }
    // a busy tap changes its tcpdump
    const used = () => ({ tcpdump: childrenCpuUs(started.agent), probe: cpuUs(started.agent), controller: cpuUs(started.controller), client: cpuUs(client.pid!) })
    const before = used()
    await send(this.#wire, load)
    await settled()
    const after = used()
    const cpu = Object.fromEntries(Object.entries(before).map(([name, us]) => [name, (after[name as keyof typeof after] - us) / load.count]))
    const ended = await this.#ask<EndedEvent>('stop', { id: started.id })
    second?.client.kill('SIGKILL')
    await once(client, 'close')
    const { delivered, kernelDropped, probeShed, unwritten, late, unread, unaccounted, closed } = ended.rows[0]!
    return { sent: load.count + warmUp, delivered, lost: kernelDropped + probeShed + unwritten + late + unread, unaccounted: closed ? unaccounted : Number.NaN, cpu, ...(look && { client: JSON.parse(said()) as Seen }) }
  }

  /** Resolves when it reads. */
  async #read(url: string, options: readonly string[]): Promise<{ readonly client: ChildProcess; readonly said: () => string }> {
    const client = spawn('ip', ['netns', 'exec', this.#wire.name, process.execPath, join(import.meta.dirname, 'client.ts'), url, ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    client.stdout.on('data', chunk => { said += chunk })
    await once(client.stderr, 'data')
    return { client, said: () => said }
  }

  async close(): Promise<void> {
    await this.#ask('close', {})
    if (this.#controller.exitCode === null) await once(this.#controller, 'exit')
  }

  async #ask<T>(what: string, about: object): Promise<T> {
    this.#controller.send({ what, ...about })
    return await this.#answer() as T
  }

  async #answer(): Promise<unknown> {
    const [{ answer, failed }] = await Promise.race([once(this.#controller, 'message'), this.#left])
    if (failed !== undefined) throw new Error(failed)
    return answer
  }
}

/** The least that can be done: `tcpdump -w - | cat`, to nowhere; as nice as a probe is (agent/run.ts), so that a busy machine takes from both alike. */
export async function runLimit(wire: Wire, load: Load): Promise<Ran> {
  const shell = spawn('ip', ['netns', 'exec', wire.name, 'nice', '-n', '10', 'sh', '-c', `tcpdump -i near -n -p -s ${load.snaplen} -B 16384 -w - udp port 9 | cat > /dev/null`], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  shell.stderr.setEncoding('utf8').on('data', text => { said += text })
  while (!said.includes('listening on')) await once(shell.stderr, 'data')
  const pids = descendants(shell.pid!).map(pid => [nameOf(pid), pid] as const).filter(([name]) => name === 'tcpdump' || name === 'cat')
  const before = pids.map(([name, pid]) => [name, pid, cpuUs(pid)] as const)
  await send(wire, load)
  await settled()
  const cpu = Object.fromEntries(before.map(([name, pid, used]) => [name, (cpuUs(pid) - used) / load.count]))
  process.kill(pids.find(([name]) => name === 'tcpdump')![1], 'SIGTERM')
  await once(shell, 'close')
  const count = (what: string) => Number(new RegExp(`(\\d+) packets? ${what}`).exec(said)?.[1])
  const [delivered, matched, lost] = [count('captured'), count('received by filter'), count('dropped by kernel')]
  return { sent: load.count, delivered, lost, unaccounted: matched - delivered - lost, cpu }
}

/** From near to far. @throws {Error} when the generator fails */
async function send({ name }: Wire, { size, perSecond, count }: Load, port = 9): Promise<void> {
  const generator = spawn('ip', ['netns', 'exec', name, 'python3', join(import.meta.dirname, 'generator.py'), '10.99.0.2', String(port), String(size), String(perSecond), String(count)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let seconds = ''
  generator.stdout.on('data', chunk => { seconds += chunk })
  const [code] = await once(generator, 'close')
  if (code !== 0) throw new Error(`the generator ended with ${code}`)
  if (Number(seconds) > 1.2 * count / perSecond) process.stderr.write(`the generator took ${Number(seconds).toFixed(1)} s for ${count} packets: less than ${perSecond} a second\n`)
}

/** Blocks of a buffered capture come up to a second late. */
const settled = () => new Promise(resolve => setTimeout(resolve, 1500))
