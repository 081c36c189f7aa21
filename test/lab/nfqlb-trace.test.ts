import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Arena, nfqlbPath, outcome, until } from './nfqlb/arena.ts'
import { predictMark, readStream } from './nfqlb/predict.ts'
import { find, recorded } from './nfqlb/recordings.ts'
import { packetsOf, traced } from './nfqlb/traced.ts'

/**
 * The packets of a recorded trace are put on a cable again, taken from the kernel's queue and traced: the stream must
 * be the recorded one, every predicted mark included.
 */
describe.each(['1.2.0', '1.1.4'])('the trace of nfqlb %s', version => {
  let arena: Arena
  let server: Awaited<ReturnType<Arena['server']>>
  beforeAll(async () => {
    arena = await Arena.open({ NFQLB_DOUBLE_VERSION: version })
    await arena.stream()
    server = await arena.server()
    await arena.flows()
  })
  afterAll(() => arena.close())

  const known = traced.filter(({ row, only = version }) => only === version && find(version, row))
  afterEach(async () => {
    const names = [...(await arena.nfqlb(['trace-flow-list'])).stdout.matchAll(/"name": "(.*)"/g)].map(name => name[1])
    for (const name of names) await arena.nfqlb(['trace-flow-delete', `--name=${name}`])
  })

  test.each(known.filter(({ end }) => end === undefined))('$row is traced as recorded', async row => {
    expect(await trace(row)).toEqual({ code: null, signal: 'SIGKILL', stdout: recorded(`${version}/${row.row}.stdout`), stderr: '' })
    if (row.row === 'trace-flows-overlap') {
      expect((await arena.nfqlb(['trace-flow-list'])).stdout).toBe(recorded(`${version}/trace-flow-list-overlap.stdout`))
    }
  })

  test.each(known.filter(({ end }) => end === 'server'))('$row: the tracer ends well when the load balancer ends', async row => {
    await arena.nfqlb(['activate', '--shm=tshm-stream1', '--index=47', '5048'])
    for (const index of [57, 66, 89]) await arena.nfqlb(['activate', '--shm=tshm-stream1', `--index=${index}`, `${index + 5001}`])
    expect(await trace(row)).toEqual({ code: 0, signal: null, stdout: recorded(`${version}/${row.row}.stdout`), stderr: '' })
  })

  async function trace(row: typeof traced[number]) {
    for (const command of row.prepare ?? []) await arena.nfqlb(command)
    for (const [name, ...options] of row.traceFlows ?? []) await arena.nfqlb(['trace-flow-set', `--name=${name}`, ...options])
    const wanted = recorded(`${version}/${row.row}.stdout`)
    const tracer = arena.start([nfqlbPath, 'trace', row.selection], row.where ? { where: row.where } : {})
    const ended = outcome(tracer)
    try {
      let seen = ''
      tracer.stdout!.on('data', (data: Buffer) => { seen += data.toString('latin1') })
      await until(() => /Trace active/.test(seen), 'the tracer to be active')
      await arena.sendInOrder(row.packets ?? packetsOf(version, row.row, sportFor))
      for (const command of row.while ?? []) await arena.nfqlb(command)
      await until(() => seen.length >= wanted.length, 'the whole trace').catch(() => undefined) // what is missing is shown by the comparison
      ;(row.end === 'server' ? server : tracer).kill('SIGKILL')
      return await ended
    } finally {
      tracer.kill('SIGKILL')
      await until(async () => row.end !== undefined || (await arena.run(['cat', '/dev/shm/nfqlb-trace'])).stdout.endsWith('\0\0\0\0'), 'the mask to be 0')
    }
  }

  /** Gives the packet the source port, or the ping id, that hashes to the recorded mark. */
  function sportFor(packet: object, mark: number): object {
    const stream = readStream(arena.fileOf('/dev/shm/tshm-stream1'))
    for (let number = 40000; number < 60000; number++) {
      const probe = { sport: number, echo: 'kind' in packet ? number : 0, word: number * 65536 + 1, ...packet }
      if (predictMark(stream, probe as unknown as Parameters<typeof predictMark>[1]) === mark) return probe
    }
    throw new Error(`no source port hashes to ${mark}`)
  }
})
