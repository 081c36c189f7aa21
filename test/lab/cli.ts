import { setTimeout as delay } from 'node:timers/promises'
import { currentLab, type CurrentLab } from './current.ts'
import { LabError, startLabProcess } from './start.ts'
import { activeFaults, faultNamed, faults, healAll, injectFault } from './trench/faults/index.ts'
import { shapeNamed, shapeNames } from './trench/shapes.ts'
import { openTrench } from './trench/trench.ts'
import { lossIn } from './trench/traffic.ts'

interface Streams {
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
  readonly signal: AbortSignal
}

const usage = `usage: trenchscope lab up [--shape SHAPE] | down | status | traffic | faults | fault NAME | heal
  up        a trench on this machine: namespaces, BIRD, nfqlb, targets, an API server double; stays until 'down'
            SHAPE: ${shapeNames.join(', ')}
  faults    what 'fault' can inject; f03 is short for f03-fwmark-rule-missing
  heal      mends all injected faults and waits until traffic flows again
`

/** `trenchscope lab …`. Resolves with the exit code. */
export async function runLab(words: readonly string[], streams: Streams): Promise<number> {
  const [verb = '', ...rest] = words
  const names = verb === 'up' && rest[0] === '--shape' ? rest.slice(1) : rest
  const verbs: Readonly<Record<string, (streams: Streams, name?: string) => Promise<number>>> = { up, down, status, traffic, faults: list, fault, heal }
  const run = verbs[verb]
  if (!run || names.length !== (verb === 'fault' || names !== rest ? 1 : 0)) {
    streams.stderr.write(usage)
    return verb === '' || verb === 'help' || verb === '--help' ? 0 : 64
  }
  try {
    return await run(streams, names[0])
  } catch (error) {
    streams.stderr.write(`trenchscope lab: ${(error as Error).message}\n`)
    return error instanceof RangeError ? 64 : 2
  }
}

async function up({ stdout, stderr, signal }: Streams, shape = 'standard'): Promise<number> {
  const { lab } = await startLabProcess({ attached: false, shape: shapeNamed(shape), onStep: step => stderr.write(`${step}\n`), signal })
  stdout.write(`the lab runs (process ${lab.pid})\n  export KUBECONFIG=${lab.kubeconfig}\n  npx trenchscope controller --link-listen ${lab.linkListen} --link-advertise ${lab.linkAdvertise} --data-dir ${lab.dir}/controller\n`)
  return 0
}

async function down({ stdout }: Streams): Promise<number> {
  const { pid } = running()
  process.kill(pid, 'SIGTERM')
  for (let tries = 0; currentLab() !== undefined || alive(pid); tries++) {
    if (tries > 300) throw new LabError(`process ${pid} does not end`)
    await delay(100)
  }
  stdout.write('the lab is gone\n')
  return 0
}

async function status({ stdout }: Streams): Promise<number> {
  const lab = currentLab()
  if (!lab) {
    stdout.write('no lab runs\n')
    return 1
  }
  const active = activeFaults(openTrench(lab.dir))
  stdout.write(`the lab runs (process ${lab.pid}, ${lab.dir})\n${active.length === 0 ? 'no fault is injected\n' : active.map(one => `injected: ${one.id}  ${one.title}\n`).join('')}`)
  return 0
}

async function traffic({ stdout }: Streams): Promise<number> {
  const seen = await openTrench(running().dir).traffic('long')
  const lost = lossIn(seen)
  stdout.write(`${JSON.stringify(seen)}\n${lost.length === 0 ? 'no loss' : lost.join('\n')}\n`)
  return lost.length === 0 ? 0 : 1
}

async function list({ stdout }: Streams): Promise<number> {
  stdout.write(faults.map(one => `${one.id.padEnd(30)}  ${one.title}\n`).join(''))
  return 0
}

async function fault({ stdout }: Streams, name = ''): Promise<number> {
  const one = faultNamed(name)
  await injectFault(openTrench(running().dir), one)
  stdout.write(`${one.id}: ${one.title}\n`)
  if (one.settleMs > 0) await delay(one.settleMs)
  return 0
}

async function heal({ stdout }: Streams): Promise<number> {
  const healed = await healAll(openTrench(running().dir), { timeoutMs: 60_000 })
  stdout.write(healed.length === 0 ? 'nothing was injected; traffic flows\n' : `${healed.map(one => `healed: ${one.id}\n`).join('')}traffic flows\n`)
  return 0
}

function running(): CurrentLab {
  const lab = currentLab()
  if (!lab) throw new LabError('no lab runs; start one with: npm start, or: npx trenchscope lab up')
  return lab
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
