import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Outcome { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }
export interface RunOptions { env?: Record<string, string>; input?: string; where?: 'lb' | 'client' | 'private-shm' }

export const nfqlbPath = fileURLToPath(new URL('nfqlb', import.meta.url))
const sendPath = fileURLToPath(new URL('send.py', import.meta.url))

/**
 * Two network namespaces joined by a cable: `client` (203.0.113.1, 2001:db8::1) and `lb` (203.0.113.254, 2001:db8::fe,
 * VIPs 20.0.0.1 and 2000::1), the latter with a /dev/shm of its own (64 MiB, as in a pod). VIP packets go to queues
 * 0-3; accepted ones are counted by mark. The namespaces live in two holder processes and end with them.
 */
export class Arena {
  private readonly holders: ChildProcess[] = []
  private readonly started: ChildProcess[] = []
  private readonly env: Record<string, string>
  private readonly pids = { lb: 0, client: 0 }
  private peer = ''

  private constructor(env: Record<string, string>) { this.env = env }

  static async open(env: Record<string, string> = {}): Promise<Arena> {
    const arena = new Arena(env)
    try {
      arena.pids.lb = await arena.hold('mount -t tmpfs -o size=64m tmpfs /dev/shm')
      arena.pids.client = await arena.hold('true')
      await arena.wire()
      return arena
    } catch (error) {
      await arena.close()
      throw error
    }
  }

  /** Starts a command in the arena; it is ended with the arena. stdout and stderr are pipes for the caller to read. */
  start(argv: string[], options: RunOptions = {}): ChildProcess {
    const [command, ...args] = this.enter(argv, options.where ?? 'lb')
    const child = spawn(command!, args, { env: { ...process.env, ...this.env, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'] })
    child.stdin!.on('error', () => undefined)
    this.started.push(child)
    return child
  }

  /** Runs a command to its end; stdout and stderr are latin1, one character per byte. */
  async run(argv: string[], options: RunOptions = {}): Promise<Outcome> {
    const child = this.start(argv, options)
    child.stdin!.end(options.input ?? '')
    return outcome(child)
  }

  nfqlb(args: string[], options: RunOptions = {}): Promise<Outcome> {
    return this.run([nfqlbPath, ...args], options)
  }

  /** Sets up the recorded stream: tshm-stream1, M=9973, N=100, targets 5048(47) 5058(57) 5067(66) 5090(89). */
  async stream(name = 'tshm-stream1'): Promise<void> {
    await this.expect(['init', `--shm=${name}`, '--M=10000', '--N=100'])
    for (const index of [47, 57, 66, 89]) await this.expect(['activate', `--shm=${name}`, `--index=${index}`, `${index + 5001}`])
  }

  /** The recorded flows of the stream. */
  async flows(): Promise<void> {
    const vips = '--dsts=20.0.0.1/32,2000::1/128'
    await this.expect(['flow-set', '--name=tshm-stream1-flow1', '--target=tshm-stream1', '--prio=0', '--protocols=tcp', vips, '--dports=5000-5003'])
    await this.expect(['flow-set', '--name=tshm-stream1-flow2', '--target=tshm-stream1', '--prio=1', '--protocols=udp', vips, '--dports=5000-5003,6000'])
  }

  /** Starts the load balancer as Meridio does and waits until it answers. */
  async server(options: RunOptions = {}): Promise<ChildProcess> {
    const args = ['flowlb', '--promiscuous_ping', '--queue=0:3', '--qlength=1024']
    const version = { ...this.env, ...options.env }.NFQLB_DOUBLE_VERSION
    const server = this.start([nfqlbPath, ...args, ...(version === '1.1.4' ? [] : ['--hash_mode=0'])], options)
    server.stderr!.resume()
    let printed = ''
    server.stdout!.on('data', (data: Buffer) => { printed += data.toString() })
    await until(() => printed.split('queue_length').length === 5 && this.queues().length === 4, 'the queues to be bound')
    return server
  }

  /** Puts packets on the cable of the client (descriptors: send.py). */
  async send(packets: object[], gapMs = 1): Promise<void> {
    const sent = await this.run([sendPath, 'cable', this.peer, `${gapMs}`], { where: 'client', input: JSON.stringify(packets) })
    if (sent.code !== 0) throw new Error(`send.py ended with ${sent.code}: ${sent.stderr}`)
  }

  /** Puts packets on the cable one by one, each after the verdict of the one before. */
  async sendInOrder(packets: object[]): Promise<void> {
    const sender = this.start([sendPath, 'cable', this.peer, '0'], { where: 'client' })
    const verdicts = () => this.queues().reduce((total, queue) => total + queue[7]! - queue[2]!, 0)
    for (const packet of packets) {
      const before = verdicts()
      sender.stdin!.write(`${JSON.stringify([packet])}\n`)
      await until(() => verdicts() > before, `the verdict of ${JSON.stringify(packet)}`)
    }
    const ended = once(sender, 'exit')
    sender.stdin!.end()
    await ended
  }

  /** /proc/net/netfilter/nfnetlink_queue of the lb, as numbers per line. */
  queues(): number[][] {
    const text = readFileSync(`/proc/${this.pids.lb}/net/netfilter/nfnetlink_queue`, 'latin1')
    return text.split('\n').filter(line => line !== '').map(line => line.trim().split(/ +/).map(Number))
  }

  /** States of the lb's sockets bound to an abstract name: 01 listens or is unconnected, 02 waits, 03 is connected. */
  socketStates(name: string): string[] {
    const text = readFileSync(`/proc/${this.pids.lb}/net/unix`, 'latin1')
    return text.split('\n').filter(line => line.endsWith(` ${name}`)).map(line => line.split(' ')[5]!)
  }

  /** Packets accepted so far, by mark. */
  async accepted(): Promise<Record<string, number>> {
    const tables = await Promise.all(['iptables-legacy', 'ip6tables-legacy'].map(tool => this.run([tool, '-w', '10', '-t', 'mangle', '-nvxL', 'MARKS'])))
    const counts: Record<string, number> = {}
    for (const match of tables.map(table => table.stdout).join('').matchAll(/^ *(\d+) .*mark match 0x([0-9a-f]+)/gm)) {
      const mark = String(parseInt(match[2]!, 16))
      counts[mark] = (counts[mark] ?? 0) + Number(match[1])
    }
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
  }

  /** The path, seen from here, of a file of the lb's mount namespace. */
  fileOf(path: string): string {
    return `/proc/${this.pids.lb}/root${path}`
  }

  async close(): Promise<void> {
    for (const child of [...this.started, ...this.holders]) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      const ended = once(child, 'exit')
      child.kill('SIGCONT')
      child.kill('SIGKILL')
      await ended
    }
  }

  private async expect(args: string[]): Promise<void> {
    const result = await this.nfqlb(args)
    if (result.code !== 0) throw new Error(`nfqlb ${args.join(' ')} ended with ${result.code}: ${result.stdout}${result.stderr}`)
  }

  private enter(argv: string[], where: 'lb' | 'client' | 'private-shm'): string[] {
    if (where === 'client') return ['nsenter', '-t', `${this.pids.client}`, '-n', ...argv]
    if (where === 'lb') return ['nsenter', '-t', `${this.pids.lb}`, '-n', '-m', ...argv]
    const mount = 'mount -t tmpfs tmpfs /dev/shm && exec "$@"'
    return ['nsenter', '-t', `${this.pids.lb}`, '-n', 'unshare', '-m', 'sh', '-c', mount, 'sh', ...argv]
  }

  private async hold(setup: string): Promise<number> {
    const holder = spawn('unshare', ['-n', '-m', 'sh', '-c', `${setup} && echo ready && read end`], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.holders.push(holder)
    const [line] = await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit').then(() => ['ended'])])
    if (String(line) !== 'ready\n') throw new Error(`a namespace could not be made: ${setup}`)
    return holder.pid!
  }

  private async wire(): Promise<void> {
    const queue = (tool: string, vip: string) => [
      `${tool} -w 10 -t mangle -N MARKS`, ...[5048, 5058, 5067, 5090].map(mark => `${tool} -w 10 -t mangle -A MARKS -m mark --mark ${mark} -j ACCEPT`),
      `${tool} -w 10 -t mangle -A INPUT -j MARKS`, `${tool} -w 10 -t mangle -A PREROUTING -d ${vip} -j NFQUEUE --queue-balance 0:3`,
    ]
    await this.shell('lb', [
      'ip link add name cable type veth peer name cable1', `ip link set cable1 netns ${this.pids.client} name cable`, 'ip link set lo up',
      'ip link set cable up', 'ip addr add 203.0.113.254/24 dev cable', 'ip addr add 2001:db8::fe/64 dev cable nodad',
      'ip addr add 20.0.0.1/32 dev lo', 'ip addr add 2000::1/128 dev lo',
      ...queue('iptables-legacy', '20.0.0.1'), ...queue('ip6tables-legacy', '2000::1'),
    ])
    await this.shell('client', [
      'ip link set lo up', 'ip link set cable up', 'ip addr add 203.0.113.1/24 dev cable', 'ip addr add 2001:db8::1/64 dev cable nodad',
      'ip route add 20.0.0.1 via 203.0.113.254 src 203.0.113.1', 'ip -6 route add 2000::1 via 2001:db8::fe src 2001:db8::1',
    ])
    this.peer = (await this.run(['ip', '-br', 'link', 'show', 'cable'])).stdout.match(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/)?.[0] ?? ''
  }

  private async shell(where: 'lb' | 'client', lines: string[]): Promise<void> {
    const result = await this.run(['sh', '-ec', lines.join('\n')], { where })
    if (result.code !== 0) throw new Error(`arena ${where}: ${result.stderr}`)
  }
}

/** Waits for the end of a process whose output nobody else reads. */
export async function outcome(child: ChildProcess): Promise<Outcome> {
  const chunks: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] }
  child.stdout!.on('data', (data: Buffer) => chunks.stdout.push(data))
  child.stderr!.on('data', (data: Buffer) => chunks.stderr.push(data))
  const [code, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null]
  return { code, signal, stdout: Buffer.concat(chunks.stdout).toString('latin1'), stderr: Buffer.concat(chunks.stderr).toString('latin1') }
}

/** Polls until the condition holds; fails after 10 s, saying what was waited for. */
export async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const end = Date.now() + 10_000
  while (!await holds()) {
    if (Date.now() > end) throw new Error(`waited 10 s for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
