import { startBed } from '../lab/bed.ts'
import { runCommandLine } from '../../controller/cli/command-line.ts'
import { checks } from '../../controller/profiles/meridio/registry.gen.ts'
import { faultNamed, injectFault, healFault } from '../lab/trench/faults/index.ts'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
const bed = await startBed({ logLevel: 'warn' })
try {
  for (const id of process.argv.slice(2)) {
    const abort = new AbortController()
    let out = '', err = ''
    const sink = (f: (t: string) => void) => new Writable({ write: (c, _e, d) => { f(String(c)); d() } })
    const fault = faultNamed(id)
    const done = runCommandLine({ argv: ['--server', bed.controller.url, '--token-file', join(bed.lab.trench.dir, 'controller/api-token'), 'trace', '-n', 'red', '--time', '60'], environment: {}, stdout: sink(t => out += t), stderr: sink(t => err += t), checks, meet: () => undefined, runController: async () => 0, runLab: async () => 0, signal: abort.signal })
    while (!err.includes('tracing')) await delay(50)
    await injectFault(bed.lab.trench, fault)
    await delay(fault.settleMs)
    console.log('##', fault.id, fault.title, JSON.stringify(await bed.lab.trench.traffic('short')))
    await delay(2500)
    abort.abort()
    const code = await done
    const lines = out.trim().split('\n')
    console.log('exit', code, lines.length, 'lines'); console.log(lines.filter(l => l.includes('LOST')).slice(0, 4).join('\n')); console.log([...new Set(lines.flatMap(l => l.split(' | ')[2] ?? []))].slice(0,12)); console.log(err.split('\n').filter(l => /followed|KERNEL|[1-9]\s*$|no closing/.test(l)).join('\n'))
    await healFault(bed.lab.trench, fault, { timeoutMs: 60_000 })
  }
} finally { await bed.close() }
