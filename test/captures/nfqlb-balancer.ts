import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest'
import { Arena, nfqlbPath } from '../lab/nfqlb/arena.ts'

export const request = { session: 'ts0123456789ab', vips: '20.0.0.1,2000::1', protocols: 'tcp', ports: '5000,5001', sources: '', seconds: 60, bytes: 1_000_000, perSecond: 500 }
export const name = 'probe-ts0123456789ab-1'
export const TCP = { family: 4, protocol: 6, source: '203.0.113.1', destination: '20.0.0.1', sport: 40_000, dport: 5000, length: 60 }

/** A load balancer (test/lab/nfqlb) for the tests of a file, and after each: it was not harmed. */
export let arena: Arena
export let server: ChildProcess
let folder: string
const probes: Probe[] = []

export function useBalancer(): void {
  // each nfqlb command starts an interpreter
  vi.setConfig({ testTimeout: 90_000 })
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nfqlb-sessions-'))
    arena = await Arena.open({ NFQLB_DOUBLE_INCIDENTS: join(folder, 'incidents') })
    await arena.stream()
  })
  beforeEach(async () => {
    if (server?.exitCode === null && server.signalCode === null) return
    server = await arena.server()
    await arena.flows()
  })
  afterEach(async () => {
    await Promise.all(probes.splice(0).map(probe => probe.kill()))
    expect(readFileSync(join(folder, 'incidents'), 'utf8')).toBe('')
  })
  afterAll(async () => {
    await arena?.close()
    rmSync(folder, { recursive: true })
  })
}

export async function expectNothingLeft(): Promise<void> {
  expect(await state()).toEqual({ flows: '[]\n', mask: 0, files: [], tracers: 1, locks: [] })
}

export async function state() {
  const flows = server.exitCode === null && server.signalCode === null && arena.queues().every(queue => queue[2] === 0) ? (await arena.nfqlb(['trace-flow-list'])).stdout : ''
  return { flows, mask: mask(), files: files(), tracers: arena.socketStates('@nfqlb-trace').length, locks: arena.socketStates('@trenchscope-nfqlb') }
}

export async function traceFlows(): Promise<string[]> {
  return [...(await arena.nfqlb(['trace-flow-list'])).stdout.matchAll(/"name": "(.*)"/g)].map(([, found]) => found!)
}

export function mask(): number | undefined {
  try {
    return readFileSync(arena.fileOf('/dev/shm/nfqlb-trace')).readUInt32LE(4)
  } catch {
    return undefined
  }
}

export function setMask(value: number): void {
  const bytes = readFileSync(arena.fileOf('/dev/shm/nfqlb-trace'))
  bytes.writeUInt32LE(value, 4)
  writeFileSync(arena.fileOf('/dev/shm/nfqlb-trace'), bytes)
}

export function files(): string[] {
  return readdirSync(arena.fileOf('/dev/shm')).filter(file => file.startsWith('probe-'))
}

interface Told { session?: number; lines?: string; end?: { code: string; message: string }; clean?: true; closed?: true }

/** A probe in the load balancer's pod, as far as sessions of nfqlb's trace go: PID 1 of its own namespace, as in a container. */
export class Probe {
  readonly #child: ChildProcess
  readonly #heard: ((told: Told) => void)[] = []
  readonly clean: Promise<void>

  constructor(env: Record<string, string> = {}) {
    const argv = ['unshare', '--pid', '--fork', '--kill-child=KILL', process.execPath, join(import.meta.dirname, 'nfqlb-process.ts')]
    this.#child = arena.start(argv, { env: { PATH: `${dirname(nfqlbPath)}:${process.env['PATH']}`, ...env } })
    this.#child.stderr!.resume()
    probes.push(this)
    createInterface(this.#child.stdout!).on('line', line => { for (const hear of this.#heard) hear(JSON.parse(line) as Told) })
    this.clean = this.#wait(({ clean }) => clean)
  }

  async begin(params: object = request, id = 1) {
    const active = Promise.withResolvers<void>()
    const end = Promise.withResolvers<NonNullable<Told['end']>>()
    const session = { lines: '', active: Promise.race([active.promise, end.promise.then(({ message }) => { throw new Error(message) })]), end: end.promise, stop: () => this.#say({ stop: id }) }
    session.active.catch(() => undefined)
    this.#heard.push(told => {
      if (told.session !== id) return
      if (told.lines !== undefined) active.resolve()
      session.lines += told.lines ?? ''
      if (told.end) end.resolve(told.end)
    })
    this.#say({ begin: id, params })
    return session
  }

  async close(): Promise<void> {
    const closed = this.#wait(told => told.closed)
    this.#say({ close: true })
    await closed
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }

  #wait(is: (told: Told) => unknown): Promise<void> {
    return new Promise(resolve => this.#heard.push(told => { if (is(told)) resolve() }))
  }

  #say(message: object): void {
    this.#child.stdin!.write(`${JSON.stringify(message)}\n`)
  }
}
