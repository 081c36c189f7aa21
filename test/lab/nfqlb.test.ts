import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Arena, nfqlbPath, outcome, until } from './nfqlb/arena.ts'
import { find, recorded, recordings, wordsOf } from './nfqlb/recordings.ts'
import { stages } from './nfqlb/script.ts'
import { tracedRows } from './nfqlb/traced.ts'

/** Recordings the double does not replay byte for byte here, by name, and why. */
const notReplayed: Record<string, string> = {
  'flow-set-badmatch': 'the reply is followed by uninitialised memory of the real client; its first 64 bytes are compared below',
  'flowlb-no-netadmin': 'how many threads print their line before the first one fails is a race; its end is compared below',
  'flowlb-startup': 'a tracer comes and goes; the double prints the same lines, compared below',
  'init-shm-full': 'has a test of its own below', 'init-shm-full-show': 'has a test of its own below',
  'stats-fragments': 'counters of fragments whose number and order are not recorded',
  'trace-flow-list-overlap': 'counters of a trace; compared after trace-flows-overlap in nfqlb-trace.test.ts',
  'trace-flows-interleaved': 'an excerpt of what a race of four threads printed',
  'trace-flows-halfclose': 'the last lines of such a race; its end (SIGPIPE TEST, EOF) is tested in nfqlb-harm.test.ts',
  'trace-flows-frag-log': 'which of the dropped fragments belonged to which packet is not recorded',
  'trace-all-debug': 'descriptor numbers of the real process; each kind of its lines is in another recording',
}

describe.each(['1.2.0', '1.1.4'])('nfqlb %s', version => {
  let arena: Arena
  beforeAll(async () => { arena = await Arena.open({ NFQLB_DOUBLE_VERSION: version }) })
  afterAll(() => arena.close())

  const known = stages.filter(({ rows }) => rows.some(name => find(version, name)))
  describe.each(known)('with $state', ({ prepare, rows, where }) => {
    beforeAll(() => prepare?.(arena, version))
    test.each(rows.filter(name => find(version, name)))('%s answers byte for byte as recorded', async name => {
      const recording = find(version, name)!
      const { code, stdout, stderr } = await arena.nfqlb(wordsOf(commandOf(recording.command)), where ? { where } : {})
      expect({ code, stdout, stderr }).toEqual({
        code: recording.exitCode, stdout: recorded(recording.file), stderr: recording.stderrFile === null ? '' : recorded(recording.stderrFile),
      })
    })
  })

  test('a reply longer than the buffer of the client is followed by rubbish', async () => {
    const name = 'flow-set-badmatch'
    await arena.stream()
    const { code, stdout } = await arena.nfqlb(wordsOf(find(version, name)!.command))
    expect({ code, start: stdout.slice(0, 64) }).toEqual({ code: 255, start: recorded(`${version}/${name}.stdout`).slice(0, 64) })
    expect(stdout.length).toBeGreaterThan(65)
  })
})

describe('nfqlb 1.2.0 at its limits', () => {
  let arena: Arena
  beforeAll(async () => { arena = await Arena.open() })
  afterAll(() => arena.close())

  test('the seventeenth stream finds /dev/shm full and leaves a file of zeros', async () => {
    for (let stream = 1; stream <= 16; stream++) await arena.nfqlb(['init', `--shm=tshm-s${stream}`, '--M=9973', '--N=100'])
    const full = await arena.nfqlb(['init', '--ownfw=0', '--shm=tshm-s17', '--M=9973', '--N=100'])
    const shown = await arena.nfqlb(['show', '--shm=tshm-s17'])
    await arena.run(['sh', '-c', 'rm -f /dev/shm/*'])
    expect([full.code, full.stdout, full.stderr, shown.stdout])
      .toEqual([1, '', recorded('1.2.0/init-shm-full.stderr'), recorded('1.2.0/init-shm-full-show.stdout')])
  })

  test('a stream file and the other shared memory have the recorded bytes', async () => {
    await arena.nfqlb(['init', '--shm=tshm-small', '--M=101', '--N=4'])
    for (const [index, mark] of [[1, 5002], [3, 5004]]) await arena.nfqlb(['activate', '--shm=tshm-small', `--index=${index}`, `${mark}`])
    await arena.nfqlb(['flowlb', '--queue=5:1'])
    for (const name of ['tshm-small', 'nfqlb-trace', 'ftshm']) {
      expect((await arena.run(['cat', `/dev/shm/${name}`])).stdout, name).toBe(recorded(`shm/${name}.bin`))
    }
  })

  test('a load balancer without CAP_NET_ADMIN says so and ends', async () => {
    const bare = ['setpriv', '--bounding-set', '-net_admin', '--inh-caps', '-net_admin']
    const { code, stdout, stderr } = await arena.run([...bare, nfqlbPath, 'flowlb', '--queue=0:3'])
    const recordedLines = recorded('1.2.0/flowlb-no-netadmin.stdout').split('\n')
    expect({ code, first: stdout.split('\n')[0], stderr }).toEqual({ code: 1, first: recordedLines[0], stderr: recorded('1.2.0/flowlb-no-netadmin.stderr') })
  })
})

describe('a load balancer that a tracer visits', () => {
  let arena: Arena
  beforeAll(async () => { arena = await Arena.open() })
  afterAll(() => arena.close())

  test('prints what was recorded, but for the buffer its kernel grants', async () => {
    const server = arena.start([nfqlbPath, ...wordsOf(find('1.2.0', 'flowlb-startup')!.command)])
    const ended = outcome(server)
    let printed = ''
    server.stderr!.on('data', (data: Buffer) => { printed += data.toString() })
    await until(() => arena.queues().length === 4 && arena.socketStates('@nfqlb-trace').length === 1, 'the load balancer')
    const tracer = arena.start([nfqlbPath, 'trace', '--selection=flows'])
    await until(() => printed.includes('Trace; active'), 'the tracer to be active')
    tracer.kill('SIGKILL')
    await until(() => printed.includes('Trace: closed'), 'the tracer to be gone')
    server.kill('SIGKILL')
    const { stdout, stderr } = await ended
    const granted = (text: string) => text.replaceAll(/SO_RCVBUF=\d+/g, 'SO_RCVBUF=…')
    expect({ stdout: granted(stdout), stderr })
      .toEqual({ stdout: granted(recorded('1.2.0/flowlb-startup.stdout')), stderr: recorded('1.2.0/flowlb-startup.stderr') })
  })
})

test('every recording is replayed, or it is said why not', () => {
  const here = new Set([...stages.flatMap(stage => stage.rows), ...tracedRows, ...Object.keys(notReplayed)])
  const names = recordings.filter(({ file }) => /^1\.[12]/.test(file)).map(({ file }) => file.replace(/^.*\/|\.stdout$/g, ''))
  expect([...new Set(names)].filter(name => !here.has(name))).toEqual([])
  expect([...here].filter(name => !names.includes(name))).toEqual([])
  console.info(Object.entries({ ...notReplayed, 'mixed/* and proc/*': 'kernel numbers, and no command of the double' }).map(([name, why]) => `not replayed: ${name}: ${why}`).join('\n'))
})

/** Long options are shortened in index.json by an ellipsis; this one is all ports from 10000 to 10250. */
function commandOf(command: string): string {
  return command.replace('10000,10001,…,10250', Array.from({ length: 251 }, (_, port) => 10000 + port).join(','))
}
