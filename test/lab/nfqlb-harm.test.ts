import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Arena, nfqlbPath, outcome, until } from './nfqlb/arena.ts'
import { predictMark, readStream } from './nfqlb/predict.ts'

const UDP = { family: 4, protocol: 17, source: '203.0.113.1', destination: '20.0.0.1', sport: 40000, dport: 5000, length: 38 }
const TCP6 = { family: 6, protocol: 6, source: '2001:db8::1', destination: '2000::1', sport: 40000, dport: 5001, length: 80 }

let arena: Arena
let server: ChildProcess
let directory: string
let died: Promise<[number | null, NodeJS.Signals | null]>

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'nfqlb-harm-'))
  arena = await Arena.open({ NFQLB_DOUBLE_INCIDENTS: file('incidents'), NFQLB_DOUBLE_HOLD: file('hold'), NFQLB_DOUBLE_TRANSIENT: file('transient') })
  await arena.stream()
  server = await arena.server()
  died = once(server, 'exit') as typeof died
  await arena.flows()
})
afterEach(async () => {
  await arena.close()
  rmSync(directory, { recursive: true })
})

describe('traffic', () => {
  test('every packet is accepted with the mark its 5-tuple predicts, IPv4 and IPv6, UDP and TCP', async () => {
    const packets = [40000, 40001, 40002, 40003, 40004, 40005].flatMap(sport => [
      { ...UDP, sport }, { ...UDP, protocol: 6, sport, length: 60 }, { ...TCP6, sport }, { ...TCP6, protocol: 17, dport: 6000, sport, length: 58 },
    ])
    const stream = readStream(arena.fileOf('/dev/shm/tshm-stream1'))
    const predicted: Record<string, number> = {}
    for (const packet of packets) predicted[predictMark(stream, packet)] = (predicted[predictMark(stream, packet)] ?? 0) + 1
    await arena.send(packets)
    await until(async () => sum(Object.values(await arena.accepted())) === packets.length, 'all packets to be accepted')
    expect(await arena.accepted()).toEqual(predicted)
    expect(Object.keys(predicted).length).toBeGreaterThan(2)
    expect(sum(arena.queues().map(queue => queue[7]!))).toBe(packets.length)
  })

  test('packets without a flow or without a target are dropped; only the latter count as matches', async () => {
    await arena.send([{ ...UDP, dport: 7777 }, { ...TCP6, dport: 7777 }])
    await arena.nfqlb(['deactivate', '--shm=tshm-stream1', '5048', '5058', '5067', '5090'])
    await arena.send([UDP, UDP, TCP6])
    await until(() => sum(arena.queues().map(queue => queue[7]!)) === 5, 'the queues to have seen five packets')
    await until(async () => /"matches_count": 1,/.test((await arena.nfqlb(['flow-list'])).stdout), 'the matches to be counted')
    expect(await matches()).toEqual([2, 1])
    expect(await arena.accepted()).toEqual({})
  })

  test('a real ping and a real connection find their way', async () => {
    const listen = arena.start(['python3', '-c', 'import socket; s = socket.create_server(("20.0.0.1", 5002)); print("up", flush=True); c, _ = s.accept(); c.sendall(b"hello")'])
    await once(listen.stdout!, 'data')
    const connect = await arena.run(['python3', '-c', 'import socket; print(socket.create_connection(("20.0.0.1", 5002), 5).recv(9).decode())'], { where: 'client' })
    const ping = await arena.run(['ping', '-c', '1', '-W', '5', '2000::1'], { where: 'client' })
    expect([connect.stdout, ping.code]).toEqual(['hello\n', 0])
  })

  test('10000 packets, 2500 a second, all get their verdict', async () => {
    await arena.send([{ ...UDP, repeat: 5000 }, { ...TCP6, repeat: 5000 }], 0.3)
    await until(async () => sum(Object.values(await arena.accepted())) === 10000, 'all packets to be accepted')
    expect(arena.queues().map(queue => [queue[5], queue[6]])).toEqual([[0, 0], [0, 0], [0, 0], [0, 0]])
  })

  test('a stopped load balancer lets its queue fill to 1024 and the kernel drops the rest', async () => {
    server.kill('SIGSTOP')
    await arena.send([{ ...UDP, repeat: 1500 }], 0)
    const full = arena.queues().find(queue => queue[2]! > 0)
    expect(full?.slice(2, 6)).toEqual([1024, 2, 1500, 476])
    server.kill('SIGCONT')
    await until(() => arena.queues().every(queue => queue[2] === 0), 'the queue to be empty again')
    expect(sum(Object.values(await arena.accepted()))).toBe(1024)
  })

  test('lookups that are being recomputed drop packets until they are back', async () => {
    writeFileSync(file('transient'), '')
    await until(async () => / Lookup: -1/.test((await arena.nfqlb(['show', '--shm=tshm-stream1'])).stdout), 'lookups of -1')
    await arena.send([UDP])
    rmSync(file('transient'))
    await until(async () => !/ -1/.test((await arena.nfqlb(['show', '--shm=tshm-stream1'])).stdout), 'the lookups to be back')
    await arena.send([UDP])
    await until(async () => sum(Object.values(await arena.accepted())) === 1, 'one packet to be accepted')
    expect(await matches()).toEqual([2, 0])
  })
})

describe('harm', () => {
  test.each([
    ['flow-list'], ['flow-list-names'], ['trace-flow-list'], ['trace-flow-delete', '--name=a'], ['trace-flow-set', '--name=a', '--protocols=icmp'], ['flow-delete', '--name=a'],
  ])('a client of %s that is killed before its reply kills the load balancer by SIGPIPE', async (...args) => {
    writeFileSync(file('hold'), '')
    const client = arena.start([nfqlbPath, ...args])
    await until(() => awaitsReply(client), 'the client to wait for its reply')
    client.kill('SIGKILL')
    await once(client, 'exit')
    rmSync(file('hold'))
    expect(await died).toEqual([null, 'SIGPIPE'])
    expect(readFileSync(file('incidents'), 'utf8')).toMatch(/^SIGPIPE: client left before its reply was written \(/)
    expect(arena.queues()).toEqual([])
  })

  test('a client that waits for its reply harms nothing, however long it takes', async () => {
    writeFileSync(file('hold'), '')
    const listed = arena.nfqlb(['flow-list-names'])
    await until(() => arena.socketStates('@nfqlb').includes('03'), 'the client to be accepted')
    rmSync(file('hold'))
    expect((await listed).stdout).toBe('[\n  "tshm-stream1-flow2",\n  "tshm-stream1-flow1"\n]\n')
    expect(readFileSync(file('incidents'), 'utf8')).toBe('')
  })

  test('while a tracer is active a client may leave', async () => {
    await tracer()
    writeFileSync(file('hold'), '')
    const client = arena.start([nfqlbPath, 'flow-list'])
    await until(() => awaitsReply(client), 'the client to wait for its reply')
    client.kill('SIGKILL')
    await once(client, 'exit')
    rmSync(file('hold'))
    expect((await arena.nfqlb(['flow-list-names'])).code).toBe(0)
  })

  test('a malformed request is dropped without an answer', async () => {
    const long = await arena.nfqlb(['trace-flow-set', `--name=${'x'.repeat(1100)}`])
    const cut = await arena.nfqlb(['flow-list', '--name=a\nno colon'])
    expect([long.code, long.stdout, cut.code, cut.stdout]).toEqual([255, '', 0, ''])
    expect((await arena.nfqlb(['trace-flow-list'])).stdout).toBe('[]\n')
  })

  test('a request to set a flow without a name crashes the load balancer', async () => {
    await speak('nfqlb', 's.sendall(b"action:set\\ntarget:tshm-stream1\\neoc:\\n"); s.recv(9)')
    expect(await died).toEqual([null, 'SIGSEGV'])
  })

  test('a tracer that does not read stops all traffic it matches, until it ends', async () => {
    await arena.nfqlb(['trace-flow-set', '--name=all'])
    const slow = await tracer()
    slow.kill('SIGSTOP')
    await arena.send([{ ...UDP, repeat: 3000 }], 0.2)
    const stalled = arena.queues().find(queue => queue[2]! > 0)
    expect(stalled?.[2]).toBe(1024)
    expect(stalled![5]).toBeGreaterThan(0)
    slow.kill('SIGKILL')
    await until(() => arena.queues().every(queue => queue[2] === 0), 'the queue to be empty again')
    expect(await mask()).toBe(0)
  })

  test('a second tracer waits, overwrites the mask, and starts with mask 0 when its turn comes', async () => {
    const first = await tracer()
    const second = arena.start([nfqlbPath, 'trace', '--selection=log,flows'])
    const said = outcome(second)
    let seen = ''
    second.stdout!.on('data', (data: Buffer) => { seen += data.toString() })
    await until(() => arena.socketStates('@nfqlb-trace').includes('02'), 'the second tracer to wait')
    expect(await mask()).toBe(0x41)
    first.kill('SIGKILL')
    await until(() => seen.includes('Trace active'), 'the second tracer to be active')
    second.kill('SIGKILL')
    expect((await said).stdout).toBe('Mask=0x00000041\nTrace active, mask=0x00000000\n')
  })

  test('a second tracer killed while it waits kills the load balancer when the first one ends', async () => {
    const first = await tracer()
    const second = arena.start([nfqlbPath, 'trace', '--selection=flows'])
    await until(() => arena.socketStates('@nfqlb-trace').includes('02'), 'the second tracer to wait')
    second.kill('SIGKILL')
    await once(second, 'exit')
    first.kill('SIGKILL')
    expect(await died).toEqual([null, 'SIGPIPE'])
    expect(readFileSync(file('incidents'), 'utf8')).toContain('tracer left before the trace line was written')
  })

  test('connect and close on the trace socket kills the load balancer', async () => {
    server.kill('SIGSTOP')
    await speak('nfqlb-trace', 's.close()')
    server.kill('SIGCONT')
    expect(await died).toEqual([null, 'SIGPIPE'])
  })

  test('a half-closed trace connection gets SIGPIPE TEST and its end', async () => {
    const heard = await speak('nfqlb-trace', 's.recv(99); s.shutdown(1); print(s.makefile().read(), end="")')
    expect(heard.stdout).toBe('SIGPIPE TEST\n')
    expect((await arena.nfqlb(['flow-list-names'])).code).toBe(0)
  })

  test('a tracer whose stdout is gone ends by itself and harms nothing', async () => {
    await arena.nfqlb(['trace-flow-set', '--name=all'])
    const blind = await tracer()
    blind.stdout!.destroy()
    const ended = once(blind, 'exit')
    await arena.send([UDP, UDP])
    expect((await ended)[0] === 1 || (await ended)[1] === 'SIGPIPE').toBe(true)
    await until(async () => await mask() === 0, 'the mask to be 0')
  })

  test('init on a stream in use kills the load balancer by SIGBUS under traffic', async () => {
    const traffic = arena.send([{ ...UDP, repeat: 20000 }], 0.05).catch(() => undefined)
    for (let attempt = 0; attempt < 40 && server.signalCode === null; attempt++) {
      await arena.nfqlb(['init', '--shm=tshm-stream1', '--M=9973', '--N=100'])
    }
    expect(await died).toEqual([null, 'SIGBUS'])
    expect(readFileSync(file('incidents'), 'utf8')).toContain('Bus error')
    await traffic
  })

  test('the mask a dead load balancer leaves stays in shared memory', async () => {
    const last = await tracer()
    server.kill('SIGKILL')
    expect(await once(last, 'exit')).toEqual([0, null])
    expect(await mask()).toBe(0x40)
  })
})

function file(name: string): string { return join(directory, name) }
function sum(numbers: number[]): number { return numbers.reduce((total, number) => total + number, 0) }

async function mask(): Promise<number> { return readFileSync(arena.fileOf('/dev/shm/nfqlb-trace')).readUInt32LE(4) }

async function matches(): Promise<number[]> {
  return [...(await arena.nfqlb(['flow-list'])).stdout.matchAll(/"matches_count": (\d+)/g)].map(count => Number(count[1]))
}

/** An active tracer of `flows`. */
async function tracer(): Promise<ChildProcess> {
  const child = arena.start([nfqlbPath, 'trace', '--selection=flows'])
  let seen = ''
  child.stdout!.on('data', (data: Buffer) => { seen += data.toString() })
  await until(() => seen.includes('Trace active'), 'the tracer to be active')
  return child
}

/** Whether the process is blocked reading a unix socket. */
function awaitsReply(client: ChildProcess): boolean {
  return readFileSync(`/proc/${client.pid}/wchan`, 'latin1').startsWith('unix_stream')
}

/** A client of our own: Python lines on a connected socket `s`. */
function speak(name: string, lines: string) {
  return arena.run(['python3', '-c', `import socket; s = socket.socket(socket.AF_UNIX); s.connect("\\0${name}"); ${lines}`])
}
