// The main job, shown on this machine: a trench in the lab, a controller beside it, one sweep, and what to do next. Stays until Ctrl-C and removes everything.
import { exitCodeOf, reportLines } from '../controller/cli/report-text.ts'
import { Progress } from '../controller/cli/progress.ts'
import { ConfigError } from '../controller/config.ts'
import { startController } from '../controller/main.ts'
import { LabError, startLabProcess } from '../test/lab/start.ts'
import { openTrench } from '../test/lab/trench/trench.ts'

const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort(new Error(signal)))
const say = (text: string) => process.stderr.write(`${text}\n`)
const once = process.argv.includes('--once')

try {
  say('bringing a trench up: two nodes, 2 load balancers, 2 proxies, 4 targets, a gateway and a client')
  const started = await startLabProcess({ attached: true, onStep: say, signal: abort.signal })
  try {
    const { lab } = started
    const controller = await startController({ kubeconfig: lab.kubeconfig, linkListen: lab.linkListen, linkAdvertise: lab.linkAdvertise, dataDir: `${lab.dir}/controller`, logLevel: 'warn' }, { TRENCHSCOPE_LOG_LEVEL: process.env['TRENCHSCOPE_LOG_LEVEL'] })
    try {
      say(`traffic through the trench: ${JSON.stringify(await openTrench(lab.dir).traffic())}`)
      say('injecting a probe into every pod of trench red, and sweeping it')
      const progress = new Progress(process.stderr)
      const reports = await controller.backend.sweep({}, { signal: abort.signal, onEvent: event => progress.show(event) }).finally(() => progress.end())
      process.stdout.write(`${reportLines(reports, { colour: process.stdout.isTTY && !process.env['NO_COLOR'], all: false }).join('\n')}\n`)
      process.exitCode = exitCodeOf(reports)
      if (!once && !abort.signal.aborted) {
        say(`\nThe lab stays until Ctrl-C. In another terminal:
  npx trenchscope sweep                 look again            (API: ${controller.url})
  npx trenchscope lab faults            what can be broken
  npx trenchscope lab fault f03         break something, sweep, and read the first line
  npx trenchscope explain target-rule-missing
  npx trenchscope lab heal              mend it
  npx trenchscope probes                what runs in the pods`)
        await new Promise(resolve => abort.signal.addEventListener('abort', resolve))
      }
    } finally {
      await controller.close()
    }
  } finally {
    await started.end()
  }
} catch (error) {
  if (!(error instanceof LabError || error instanceof ConfigError) && !abort.signal.aborted) throw error
  if (!abort.signal.aborted) say(`trenchscope: ${(error as Error).message}`)
  process.exitCode = abort.signal.aborted ? 130 : 69
}
