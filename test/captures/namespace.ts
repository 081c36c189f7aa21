import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'

/** A network namespace with a veth pair: `near` 10.99.0.1 and, in a second namespace, `far` 10.99.0.2. */
export class Wire {
  readonly name = `tsc${randomBytes(3).toString('hex')}`

  constructor() {
    ip('netns', 'add', this.name)
    ip('netns', 'add', `${this.name}f`)
    ip('-n', this.name, 'link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far', 'netns', `${this.name}f`)
    for (const [netns, link, address] of [[this.name, 'near', '10.99.0.1/24'], [`${this.name}f`, 'far', '10.99.0.2/24']] as const) {
      ip('-n', netns, 'addr', 'add', address, 'dev', link)
      ip('-n', netns, 'link', 'set', link, 'up')
    }
  }

  /** Sends datagrams from near to far, to a port, back to back. `size`: of the payload. */
  async send(count: number, { size = 20, port = 9, perBatch = count, pauseMs = 0 } = {}): Promise<void> {
    const script = `
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for n in range(${count}):
    s.sendto(n.to_bytes(4, 'big') + bytes(${size - 4}), ('10.99.0.2', ${port}))
    if ${pauseMs} and (n + 1) % ${perBatch} == 0: time.sleep(${pauseMs} / 1000)
`
    const child = spawn('ip', ['netns', 'exec', this.name, 'python3', '-c', script], { stdio: 'inherit' })
    const code = await new Promise(resolve => child.once('exit', resolve))
    if (code !== 0) throw new Error(`the sender ended with ${code}`)
  }

  /** Ids of the tcpdump processes in the namespace. */
  tcpdumps(): number[] {
    const inode = `net:[${statSync(`/run/netns/${this.name}`).ino}]`
    return readdirSync('/proc').filter(pid => /^\d+$/.test(pid)).filter(pid => {
      try {
        return readlinkSync(`/proc/${pid}/ns/net`) === inode && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'tcpdump\n'
      } catch {
        return false
      }
    }).map(Number)
  }

  close(): void {
    for (const name of [this.name, `${this.name}f`]) ip('netns', 'del', name)
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args)
}
