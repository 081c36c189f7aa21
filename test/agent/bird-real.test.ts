import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createRunner, type Runner } from '../../agent/run.ts'
import { birdLimits } from '../../agent/run/bird-session.ts'
import { quiet, until } from './quiet.ts'

const namespace = `bird-${randomBytes(4).toString('hex')}`
let folder: string
let control: string
let bird: ChildProcess
let runner: Runner

/** A gateway as Meridio's FE configures it, that nobody answers for. */
const configuration = `
router id 169.254.100.1;
ipv4 table drop4;
protocol device { }
protocol bfd 'NBR-BFD' { interface "lo" { min rx interval 300ms; }; }
protocol static VIP4 { ipv4 { preference 110; }; route 20.0.0.1/32 via "lo"; }
protocol static DROP4 { ipv4 { table drop4; }; route 0.0.0.0/0 blackhole; }
protocol bgp 'NBR-gateway-a' { local as 8103; neighbor 127.0.0.2 port 10179 as 4248829953; password "s3cret"; multihop; source address 127.0.0.1; ipv4 { import all; export none; }; }
`

beforeAll(() => {
  execFileSync('ip', ['netns', 'add', namespace])
  execFileSync('ip', ['-n', namespace, 'link', 'set', 'lo', 'up'])
})
afterAll(() => {
  execFileSync('ip', ['netns', 'del', namespace])
})

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bird-real-'))
  control = join(folder, 'bird.ctl')
  writeFileSync(join(folder, 'bird.conf'), configuration)
  bird = spawn('ip', ['netns', 'exec', namespace, 'bird', '-d', '-c', join(folder, 'bird.conf'), '-s', control], { stdio: 'ignore' })
  await until(() => existsSync(control))
  runner = createRunner({ log: quiet, birdSockets: [control], proc: folder, birdLimits: { ...birdLimits, welcomeMs: 1500 } })
})
afterEach(async () => {
  await runner.close()
  await end('SIGKILL')
  rmSync(folder, { recursive: true })
})

async function end(signal: NodeJS.Signals): Promise<void> {
  bird.kill('SIGCONT')
  bird.kill(signal)
  await until(() => bird.exitCode !== null || bird.signalCode !== null)
}

const ask = (pass: string, command: string): Promise<string> =>
  runner.pass(pass).runFor(new AbortController().signal)(['birdc', ...command.split(' ')], { exitCodes: [0, 1] }).catch(error => `${error.code}: ${error.message}`)

/** What birdc shows of a coded reply: without codes. */
const plain = (reply: string): string[] => reply.split('\n').slice(1).map(line => (/^\d{4}[ -]/.test(line) ? line.slice(5) : line.slice(1)))
const birdc = (command: string): string[] => execFileSync('birdc', ['-r', '-s', control, ...command.split(' ')], { encoding: 'utf8' }).split('\n').slice(2)
/** Counters and clocks run on between two looks. */
const still = (lines: readonly string[]): string => lines.join('\n').replace(/\d+(\.\d+)?(?=\/)|[\d:.]{8,}|\d+(\.\d+)? [kMB]+/g, '#').trim()

test.each([
  'show protocols all', 'show protocols all "NBR-*"', 'show bfd sessions', 'show static VIP4', 'show route count', 'show route table drop4 where net = 0.0.0.0/0 all',
  'show route table master4 where net = 0.0.0.0/0 all', 'show interfaces', 'show memory', 'show status',
])('%s says what birdc says', async command => {
  // a BIRD that has just started changes between two looks: it is looked at until it holds still
  let [ours, theirs] = ['', '-']
  for (let look = 1; ours !== theirs && look <= 20; look++) [ours, theirs] = [still(plain(await ask(`look ${look}`, command))), still(birdc(command))]
  expect(ours).toBe(theirs)
})

test('a name nobody has is an answer of BIRD', async () => {
  expect(await ask('one', 'show protocols all "XX-*"')).toBe('0001 BIRD 2.0.12 ready.\n8003 No protocols match\n')
})

test('a BIRD that ended in order took its socket with it; a killed one left it', async () => {
  await end('SIGTERM')
  expect(await ask('one', 'show status')).toMatch(/^not-found: birdc show status: no control socket at /)
  bird = spawn('ip', ['netns', 'exec', namespace, 'bird', '-d', '-c', join(folder, 'bird.conf'), '-s', control], { stdio: 'ignore' })
  await until(() => existsSync(control))
  await ask('two', 'show status')
  await end('SIGKILL')
  expect(await ask('three', 'show status')).toMatch(/^refused: .*BIRD died or was killed and left it behind \(ECONNREFUSED\)$/)
})

test('a frozen BIRD is a timeout, also when others wait in its line already', async () => {
  bird.kill('SIGSTOP')
  expect(await ask('one', 'show status')).toBe('timeout: birdc show status: BIRD accepted the connection but said nothing: it hangs (1500 ms)')
  const others: Socket[] = Array.from({ length: 20 }, () => connect(control).on('error', () => {}))
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(await ask('two', 'show status')).toBe(`timeout: birdc show status: ${control}: BIRD does not take new connections: it hangs, and others wait already (EAGAIN)`)
  for (const socket of others) socket.destroy()
  bird.kill('SIGCONT')
  expect(await ask('three', 'show status')).toMatch(/^0001 BIRD 2\.0\.12 ready\.\n1000-BIRD 2\.0\.12\n/)
})
